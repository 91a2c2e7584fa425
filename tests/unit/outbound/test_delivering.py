"""The loop of the deliverer, with an API that answers as it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event as Sign
from typing import Any

import pytest

from lifecycle.actions.modify_user import ModifyUserParameters
from lifecycle.config.webhook import Webhook
from lifecycle.errors import ConfigurationError, RunLockedError, StoreError
from lifecycle.outbound.attempt import NO_NUMBER, NOBODY_KNOWS, Api
from lifecycle.outbound.delivering import NO_TICKET, TICKET_SET_ASIDE, Delivered, Patience, deliver_calls
from lifecycle.outbound.freezing import Announcer
from lifecycle.ports.api.delivery import Delivery, Fate
from lifecycle.ports.api.request import ApiRequest
from lifecycle.store.outbox import QueuedCall
from lifecycle.store.status import CallStatus
from tests.support.delivery_bench import DeliveryBench

DONE = Delivery(Fate.DONE, "", 201, {"id": 1001})
LOST = Delivery(Fate.UNKNOWN, "no answer: ReadTimeout")
REFUSED = Delivery(Fate.REFUSED, "400: refused (a sentence)", 400)
LOOK_UP = {
    "url": "https://{Host-Name}/api/Tickets", "params": {"search": "%act.key%"}, "records": "tickets",
    "contains": "summary",
}  # fmt: skip
CREATE = {"message": {"type": "json", "body": [{"summary": "%act.key%"}]}, "ticket": "id"}
TOLD = {"message": {"type": "json", "body": [{"ticket_id": "%fx.number(#%act.ticket%#)%"}]}}

Answer = Callable[[str, ApiRequest], Delivery]


class Desk:
    """One outbox, one API that answers by a function, and a clock."""

    def __init__(self, bench: DeliveryBench, announce: Callable[..., Announcer]) -> None:
        self.bench, self.store, self.clock, self.announce = bench, bench.store, bench.clock, announce
        self.answer: Answer = lambda _name, _request: DONE
        self.sent: list[tuple[str, str]] = []
        self.opening: Callable[[str], None] = lambda _block: None

    def note(self, webhooks: list[Webhook], events: list[Any]) -> list[str]:
        """Queue; answers the keys."""
        calls = self.announce(*webhooks).calls(events)
        with self.store.begin() as unit:
            unit.outbox.add(calls, self.clock.now())
        return [call.call_key for call in calls]

    def deliver(self, webhook: str, request: ApiRequest) -> Delivery:
        """As the client does."""
        self.sent.append((webhook, request.method))
        return self.answer(webhook, request)

    @contextmanager
    def open_api(self, block: str) -> Iterator[Api]:
        """As a flow does."""
        self.opening(block)
        yield self

    def run(self, **patience: timedelta) -> Delivered:
        """One run."""
        with self.store.lease("outbox", "run", self.clock.now) as lease:
            return deliver_calls(
                self.store, lease, self.open_api, self.bench.words, self.clock.now, Patience(**patience)
            )

    def of(self, status: CallStatus) -> list[QueuedCall]:
        """What stands so."""
        with self.store.begin() as unit:
            return [one for one in [*unit.outbox.unsettled(), *unit.outbox.poisoned()] if one.status == status]

    def release(self, *keys: str) -> None:
        """As somebody does who has looked."""
        with self.store.begin() as unit:
            assert unit.outbox.release(keys, self.clock.now()) == len(keys)


@pytest.fixture
def desk(bench: DeliveryBench, announce: Callable[..., Announcer]) -> Desk:
    return Desk(bench, announce)


Maker = Callable[..., Any]


def test_a_refused_call_is_set_aside_and_its_subject_goes_on(desk: Desk, webhook: Maker, event: Maker) -> None:
    keys = desk.note([webhook("one"), webhook("two")], [event()])
    desk.answer = lambda name, _: REFUSED if name == "one" else DONE
    assert desk.run().counts == {"poisoned": 1, "delivered": 1}
    (call,) = desk.of(CallStatus.POISONED)
    assert (call.call.call_key, call.error) == (keys[0], "400: refused (a sentence)")
    desk.answer = lambda _name, _request: DONE
    assert desk.run().counts == {}
    desk.release(keys[0])
    assert desk.run().counts == {"delivered": 1}


def test_what_a_webhook_accepts_is_done(desk: Desk, webhook: Maker, event: Maker) -> None:
    desk.note([webhook(method="DELETE", accepts=[404])], [event()])
    desk.answer = lambda _name, _request: Delivery(Fate.REFUSED, "404", 404)
    assert desk.run().counts == {"delivered": 1}


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


def test_a_note_without_a_ticket_is_dropped_and_what_is_behind_it_goes_on(
    desk: Desk, webhook: Maker, event: Maker
) -> None:
    desk.note([webhook("note", **TOLD), webhook("other")], [event()])
    assert desk.run().counts == {"dropped": 1, "delivered": 1}
    assert desk.sent == [("other", "POST")]
    with desk.store.begin() as unit:
        assert unit.outbox.counts() == {CallStatus.DROPPED: 1, CallStatus.DELIVERED: 1}
    assert NO_TICKET


def test_a_note_whose_ticket_was_set_aside_is_set_aside_too(desk: Desk, webhook: Maker, event: Maker) -> None:
    keys = desk.note([webhook("make", **CREATE), webhook("note", **TOLD)], [event()])
    desk.answer = lambda name, _: REFUSED if name == "make" else DONE
    assert desk.run().counts == {"poisoned": 2}
    assert [one.error for one in desk.of(CallStatus.POISONED)] == [REFUSED.why, TICKET_SET_ASIDE]
    desk.answer = lambda _name, _request: DONE
    desk.release(*keys)
    assert desk.run().counts == {"delivered": 2}
    assert [name for name, _ in desk.sent] == ["make", "make", "note"]


def test_a_note_waits_for_a_ticket_of_another_subject(desk: Desk, webhook: Maker, event: Maker) -> None:
    """The ticket is made about the person, who had no account then; the note is about the account."""
    make, note = webhook("make", actions=["create-user"], **CREATE), webhook("note", actions=["add-to-group"], **TOLD)
    desk.note([make, note], [event(account=""), event(action="add-to-group")])
    desk.answer = lambda name, _: Delivery(Fate.NOT_DONE, "no connection") if name == "make" else DONE
    assert desk.run().counts == {"postponed": 2}
    desk.clock.pass_by(minutes=1)
    desk.answer = lambda _name, _request: DONE
    while desk.of(CallStatus.WAITING):
        desk.run()
        desk.clock.pass_by(minutes=1)
    assert [name for name, _ in desk.sent] == ["make", "make", "note"]


@pytest.mark.parametrize(
    "problem", [ConfigurationError("credentials block", "tenant", "is wrong"), ValueError("canary of Prefect")]
)
def test_a_block_that_cannot_be_used_holds_back_its_own_calls(
    desk: Desk, webhook: Maker, event: Maker, problem: Exception
) -> None:
    desk.note([webhook("one", credentials="broken"), webhook("two")], [event("ann"), event("bob")])

    def opening(block: str) -> None:
        if block == "broken":
            raise problem

    desk.opening = opening
    assert desk.run().counts == {"postponed": 2}
    desk.note([webhook("three")], [event("cid")])
    assert desk.run().counts == {"delivered": 1}
    errors = {one.error for one in desk.of(CallStatus.WAITING)} - {None}
    assert len(errors) == 1
    assert "canary" not in errors.pop()
    desk.opening = lambda _block: None
    desk.clock.pass_by(minutes=1)
    assert desk.run().counts == {"delivered": 4}


def test_what_cannot_be_filled_in_is_set_aside_and_names_no_value(desk: Desk, webhook: Maker, event: Maker) -> None:
    body = {"type": "json", "body": {"id": "%fx.number(#%ad.title%#)%"}}
    desk.note(
        [webhook("number", message=body), webhook("part", url="https://{Host-Name}/%ad.sn%"), webhook("good")],
        [event(attributes={"title": "", "mail": "x"})],
    )
    assert desk.run().counts == {"poisoned": 2, "delivered": 1}


def test_characters_that_a_header_cannot_hold_stop_nobody_else(desk: Desk, webhook: Maker, event: Maker) -> None:
    desk.note([webhook("one"), webhook("two")], [event()])

    def answer(name: str, _request: ApiRequest) -> Delivery:
        return "Ł".encode("latin-1") if name == "one" else DONE  # type: ignore[return-value]

    desk.answer = answer
    assert desk.run().counts == {"poisoned": 1, "delivered": 1}


def test_a_fault_in_a_thread_ends_the_run_when_the_others_are_noted(desk: Desk, webhook: Maker, event: Maker) -> None:
    """Its call may have arrived: the next run looks."""
    desk.note([webhook(look_up=LOOK_UP, **CREATE)], [event("ann"), event("bob"), event("cid")])
    others = Sign()

    def answer(_name: str, request: ApiRequest) -> Delivery:
        if request.method == "GET":
            return Delivery(Fate.DONE, "", 200, {"tickets": []})
        if len([one for one in desk.sent if one[1] == "POST"]) == 3 and not others.is_set():
            others.set()
            raise StoreError("the refresh token could not be kept")
        assert others.wait(10)
        return DONE

    desk.answer = answer
    with pytest.raises(StoreError):
        desk.run()
    desk.clock.pass_by(minutes=2)
    desk.run()
    desk.clock.pass_by(minutes=2)
    desk.run()
    with desk.store.begin() as unit:
        assert unit.outbox.counts() == {CallStatus.DELIVERED: 3}


def test_what_an_answer_brings_becomes_a_step(desk: Desk, webhook: Maker, event: Maker) -> None:
    fields = {"employeeNumber": {"select": "$.id", "type": "number"}, "info": {"select": "$.text"}}
    (key,) = desk.note([webhook(fetch_back=fields)], [event()])
    desk.answer = lambda _name, _request: Delivery(Fate.DONE, "", 201, {"id": 1001.0, "text": "100 % sure"})
    desk.run()
    with desk.store.begin() as unit:
        (step,) = unit.steps.due("domain-1", "staff", desk.clock.now())
    assert (step.step_id, step.account_guid, step.cause) == (f"{key}:0", "guid-of-ann", "fetched")
    parameters = ModifyUserParameters.model_validate_json(step.parameters)
    assert parameters.set == {"employeeNumber": "1001", "info": "100 %% sure"}


def test_without_an_account_nothing_is_brought(desk: Desk, webhook: Maker, event: Maker) -> None:
    desk.note([webhook(fetch_back={"info": {"select": "$.id"}})], [event(account="")])
    assert desk.run().counts == {"delivered": 1}
    with desk.store.begin() as unit:
        assert unit.steps.due("domain-1", "staff", desk.clock.now()) == []


def test_a_deliverer_that_lost_its_lease_notes_nothing(desk: Desk, webhook: Maker, event: Maker) -> None:
    """Another one looks for what it sent; two that note at once would be one too many."""
    desk.note([webhook(look_up=LOOK_UP, **CREATE)], [event()])
    later = desk.clock.now() + timedelta(hours=1)
    taken: list[Any] = []

    def answer(_name: str, _request: ApiRequest) -> Delivery:
        other = desk.store.lease("outbox", "other", lambda: later)
        other.__enter__()
        taken.append(other)
        return DONE

    desk.answer = answer
    with pytest.raises(RunLockedError):
        desk.run()
    assert [one.status for one in desk.of(CallStatus.SENDING)] == [CallStatus.SENDING]
    taken[0].__exit__(None, None, None)


def test_many_subjects_are_all_told_in_order(desk: Desk, webhook: Maker, event: Maker) -> None:
    hooks = [webhook(f"h{number}", params={"who": "%act.person%"}) for number in range(4)]
    desk.note(hooks, [event(f"p{number}") for number in range(200)])
    seen: dict[str, list[str]] = {}

    def answer(name: str, request: ApiRequest) -> Delivery:
        seen.setdefault(request.params["who"], []).append(name)
        return DONE

    desk.answer = answer
    assert desk.run().counts == {"delivered": 800}
    assert seen == {f"p{number}": ["h0", "h1", "h2", "h3"] for number in range(200)}
