"""Calls about a ticket that an earlier call was answered with."""

from __future__ import annotations

from lifecycle.outbound.delivering import NO_TICKET, TICKET_SET_ASIDE
from lifecycle.ports.api.delivery import Delivery, Fate
from lifecycle.store.status import CallStatus
from tests.support.delivery_desk import CREATE, DONE, REFUSED, TOLD, Desk, Maker


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
