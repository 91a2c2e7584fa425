"""Calls that may have arrived: which are sent again, which are looked for, which wait for somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lifecycle.outbound.attempt import NO_NUMBER, NOBODY_KNOWS
from lifecycle.ports.api.delivery import Delivery, Fate
from lifecycle.store.status import CallStatus
from tests.support.delivery_desk import CREATE, DONE, LOOK_UP, LOST, Desk, Maker


def test_without_a_look_up_a_lost_answer_is_for_somebody(desk: Desk, webhook: Maker, event: Maker) -> None:
    """Nobody knows, so nothing is sent again by itself; who releases it has looked, and it is sent."""
    (key,) = desk.note([webhook()], [event()])
    desk.answer = lambda _name, _request: LOST
    assert desk.run().counts == {"poisoned": 1}
    assert [one.error for one in desk.of(CallStatus.POISONED)] == [NOBODY_KNOWS]
    desk.answer = lambda _name, _request: DONE
    desk.release(key)
    assert desk.run().counts == {"delivered": 1}
    assert desk.sent == [("hook", "POST")] * 2


def test_without_a_look_up_an_interrupted_call_is_for_somebody(desk: Desk, webhook: Maker, event: Maker) -> None:
    (key,) = desk.note([webhook()], [event()])
    with desk.store.begin() as unit:
        unit.outbox.begin([unit.outbox.due(desk.clock.now(), 1)[0].sequence])
    assert desk.run().counts == {}, "the server may still be at it"
    desk.clock.pass_by(minutes=2)
    assert desk.run().counts == {"poisoned": 1}
    assert desk.sent == []
    desk.release(key)
    assert desk.run().counts == {"delivered": 1}


@pytest.mark.parametrize("more", [{"repeatable": True}, {"method": "PUT"}, {"method": "DELETE"}])
def test_what_may_be_repeated_is_sent_again(desk: Desk, webhook: Maker, event: Maker, more: dict[str, Any]) -> None:
    desk.note([webhook(**more)], [event()])
    desk.answer = lambda _name, _request: LOST
    assert desk.run().counts == {"postponed": 1}
    assert desk.run().counts == {}
    desk.answer = lambda _name, _request: DONE
    desk.clock.pass_by(minutes=2)
    assert desk.run().counts == {"delivered": 1}
    assert len(desk.sent) == 2


def test_a_lost_call_is_looked_for_when_the_server_is_done_with_it(desk: Desk, webhook: Maker, event: Maker) -> None:
    (key,) = desk.note([webhook(look_up=LOOK_UP, **CREATE)], [event()])
    desk.answer = lambda _name, _request: LOST
    desk.run()
    desk.clock.pass_by(seconds=119)
    assert desk.run().counts == {}
    desk.clock.pass_by(seconds=1)
    desk.sent.clear()
    desk.answer = lambda _name, _request: Delivery(Fate.DONE, "", 200, {"tickets": [{"id": 7, "summary": f"[{key}]"}]})
    assert desk.run().counts == {"delivered": 1}
    assert desk.sent == [("hook", "GET")]
    with desk.store.begin() as unit:
        assert unit.outbox.ticket_of(desk.announce(webhook(**CREATE)).calls([event()])[0]) == "7"


def test_an_answer_without_the_number_is_looked_for(desk: Desk, webhook: Maker, event: Maker) -> None:
    """A body that was cut short: later calls need the number."""
    (key,) = desk.note([webhook(look_up=LOOK_UP, **CREATE)], [event()])
    desk.answer = lambda _name, _request: Delivery(Fate.DONE, "", 201, None)
    assert desk.run().counts == {"postponed": 1}
    assert [(one.error, one.uncertain) for one in desk.of(CallStatus.WAITING)] == [(NO_NUMBER, True)]
    desk.answer = lambda _name, _request: Delivery(Fate.DONE, "", 200, {"tickets": [{"id": 7, "summary": key}]})
    desk.clock.pass_by(minutes=2)
    assert desk.run().counts == {"delivered": 1}


def test_a_released_call_that_may_have_arrived_is_looked_for(desk: Desk, webhook: Maker, event: Maker) -> None:
    (key,) = desk.note([webhook(look_up=LOOK_UP, **CREATE)], [event()])
    desk.answer = lambda _name, _request: LOST
    desk.clock.pass_by(days=14)
    assert desk.run().counts == {"poisoned": 1}, "given up at once: it is too old"
    desk.sent.clear()
    desk.answer = lambda _name, _request: Delivery(Fate.DONE, "", 200, {"tickets": [{"id": 7, "summary": key}]})
    desk.release(key)
    assert desk.run().counts == {"delivered": 1}
    assert desk.sent == [("hook", "GET")]


def test_a_call_is_tried_ever_more_seldom_and_given_up_in_the_end(desk: Desk, webhook: Maker, event: Maker) -> None:
    desk.note([webhook()], [event()])
    desk.answer = lambda _name, _request: Delivery(Fate.NOT_DONE, "429: rate limit reached", 429)
    waits = []
    while desk.run(give_up=timedelta(hours=2)).counts == {"postponed": 1}:
        (call,) = desk.of(CallStatus.WAITING)
        waits.append((call.next_at - desk.clock.now()).total_seconds())
        desk.clock.seconds = call.next_at.timestamp()
    assert waits[:8] == [5, 10, 20, 40, 80, 160, 320, 640]
    assert set(waits[8:]) == {900}
    assert [one.error for one in desk.of(CallStatus.POISONED)] == ["429: rate limit reached"]
