"""The outbox: each event once, in the order of its subject, and nothing is forgotten that somebody must look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lifecycle.errors import RunLockedError
from lifecycle.store import Lease, Store
from lifecycle.store.outbox import Call, QueuedCall
from lifecycle.store.status import CallStatus
from lifecycle.store.tables import outbox

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def call(key: str, subject: str = "ann", **more: object) -> Call:
    """A call about the account that its subject names."""
    given = Call(
        call_key=key, webhook="hook", credentials="halo", automation="staff", directory="domain-1", event="done",
        subject=subject, account_guid=subject, person_key="", plan_id="plan-1", gives_ticket=False,
        content=f"content of {key}",
    )  # fmt: skip
    return replace(given, **more)  # type: ignore[arg-type]


@pytest.fixture
def add(store: Store) -> Callable[..., None]:
    def added(*calls: Call, now: datetime = NOW) -> None:
        with store.begin() as unit:
            unit.outbox.add(calls, now)

    return added


def due(store: Store, now: datetime = NOW, most: int = 9) -> list[str]:
    with store.begin() as unit:
        return [one.call.call_key for one in unit.outbox.due(now, most)]


def queued(store: Store, key: str) -> QueuedCall:
    with store.begin() as unit:
        everything = [*unit.outbox.unsettled(), *unit.outbox.poisoned()]
    return next(one for one in everything if one.call.call_key == key)


def begin(store: Store, *keys: str) -> None:
    numbers = [queued(store, key).sequence for key in keys]
    with store.begin() as unit:
        unit.outbox.begin(numbers)


def deliver(store: Store, key: str, ticket: str | None = None, now: datetime = NOW) -> None:
    number = queued(store, key).sequence
    with store.begin() as unit:
        unit.outbox.deliver(number, ticket, now)


def poison(store: Store, key: str, *, uncertain: bool | None = None) -> None:
    number = queued(store, key).sequence
    with store.begin() as unit:
        unit.outbox.poison(number, "400: refused", NOW, uncertain=uncertain)


def test_an_event_that_is_noted_twice_is_one_call(store: Store, add: Callable[..., None]) -> None:
    add(call("a"), call("b", "bob"))
    begin(store, "a")
    deliver(store, "a")
    add(call("a", content="another"), call("b", "bob"), now=LATER)
    assert due(store, LATER) == ["b"]
    assert queued(store, "b").created_at == NOW
    with store.begin() as unit:
        assert unit.outbox.is_delivered("a")
        assert not unit.outbox.is_delivered("b")
        assert not unit.outbox.is_delivered("never")
        assert unit.outbox.counts() == {CallStatus.DELIVERED: 1, CallStatus.WAITING: 1}


def test_nothing_is_added_for_nothing(store: Store, add: Callable[..., None]) -> None:
    add()
    assert due(store) == []


def test_the_first_call_of_each_subject_is_due_and_no_other(store: Store, add: Callable[..., None]) -> None:
    add(call("a1"), call("b1", "bob"), call("a2"), call("b2", "bob"), call("c1", "cid"))
    assert due(store) == ["a1", "b1", "c1"]
    assert due(store, most=2) == ["a1", "b1"]
    begin(store, "a1")
    assert due(store) == ["b1", "c1"], "while one is being sent, the next one waits"
    deliver(store, "a1")
    assert due(store) == ["b1", "a2", "c1"], "by age, not by subject"


def test_a_postponed_call_holds_back_its_own_subject_until_its_time(store: Store, add: Callable[..., None]) -> None:
    add(call("a1"), call("a2"), call("b1", "bob"))
    begin(store, "a1")
    with store.begin() as unit:
        unit.outbox.postpone(queued_number(unit.outbox.unsettled(), "a1"), LATER, "500", uncertain=True)
    assert due(store, LATER - timedelta(seconds=1)) == ["b1"]
    assert due(store, LATER) == ["a1", "b1"]
    one = queued(store, "a1")
    assert (one.status, one.uncertain, one.tries, one.error) == (CallStatus.WAITING, True, 1, "500")


def queued_number(calls: list[QueuedCall], key: str) -> int:
    return next(one.sequence for one in calls if one.call.call_key == key)


def test_a_poisoned_call_lets_those_behind_it_go_on(store: Store, add: Callable[..., None]) -> None:
    add(call("a1"), call("a2"))
    poison(store, "a1")
    assert due(store) == ["a2"]
    with store.begin() as unit:
        (one,) = unit.outbox.poisoned()
    assert (one.call.call_key, one.error, one.settled_at) == ("a1", "400: refused", NOW)


def test_a_released_call_is_tried_anew_and_goes_first(store: Store, add: Callable[..., None]) -> None:
    add(call("a1"), call("a2"))
    begin(store, "a1")
    poison(store, "a1", uncertain=True)
    with store.begin() as unit:
        assert unit.outbox.release(["a1", "a1", "a2", "never"], LATER) == 1
        assert unit.outbox.release(["a1"], LATER) == 0
    assert due(store, NOW) == []
    assert due(store, LATER) == ["a1"]
    one = queued(store, "a1")
    assert (one.tries, one.error, one.settled_at) == (0, None, None)
    assert one.uncertain, "that it may have arrived is not forgotten"


@pytest.mark.parametrize(("told", "kept"), [(None, True), (True, True), (False, False)])
def test_poison_forgets_a_doubt_only_when_told(
    store: Store, add: Callable[..., None], told: bool | None, kept: bool
) -> None:
    add(call("a1"))
    begin(store, "a1")
    with store.begin() as unit:
        unit.outbox.interrupt()
    poison(store, "a1", uncertain=told)
    assert queued(store, "a1").uncertain is kept


def test_a_dropped_call_is_never_sent(store: Store, add: Callable[..., None]) -> None:
    add(call("a1"), call("b1", "bob"))
    poison(store, "a1")
    with store.begin() as unit:
        assert unit.outbox.drop(["a1", "b1"], NOW) == 1, "what waits is not dropped"
        assert unit.outbox.release(["a1"], NOW) == 0
    assert due(store) == ["b1"]


def test_calls_of_a_deliverer_that_is_no_more_may_have_arrived(store: Store, add: Callable[..., None]) -> None:
    add(call("a1"), call("b1", "bob"), call("c1", "cid"))
    begin(store, "a1", "b1")
    deliver(store, "b1")
    with store.begin() as unit:
        assert unit.outbox.interrupt(LATER) == 1
        assert unit.outbox.interrupt(LATER) == 0
    assert due(store) == ["c1"], "the server may still be at it"
    assert due(store, LATER) == ["a1", "c1"]
    one = queued(store, "a1")
    assert (one.uncertain, one.tries) == (True, 1)
    assert not queued(store, "c1").uncertain


def test_who_comes_late_changes_nothing_that_is_settled(store: Store, add: Callable[..., None]) -> None:
    add(call("a1"))
    number = queued(store, "a1").sequence
    deliver(store, "a1", "1001")
    with store.begin() as unit:
        unit.outbox.begin([number])
        unit.outbox.postpone(number, LATER, "no answer", uncertain=True)
        unit.outbox.poison(number, "no answer", LATER)
        unit.outbox.pass_over(number, "no answer", LATER)
        unit.outbox.deliver(number, None, LATER)
        assert unit.outbox.is_delivered("a1")
        assert unit.outbox.ticket_of(call("x")) == "1001"


SAME_PERSON = {"account_guid": "", "subject": "staff/7", "person_key": "7"}


@pytest.mark.parametrize(
    ("about", "found"),
    [
        ({}, "1002"),
        ({"directory": "domain-2"}, None),
        ({"account_guid": "bob"}, None),
        ({"account_guid": "bob", "person_key": "7"}, "1002"),
        (SAME_PERSON, "1002"),
        ({**SAME_PERSON, "automation": "others"}, None),
        ({**SAME_PERSON, "person_key": ""}, None),
    ],
)
def test_a_ticket_is_found_by_account_or_person(
    store: Store, add: Callable[..., None], about: dict[str, str], found: str | None
) -> None:
    """Of several, the latest; nobody's tickets are not those of nobody else."""
    add(call("a1", person_key="7"), call("a2", person_key="7"), call("a3", person_key="7"))
    add(call("c1", account_guid="", person_key=""))
    for key, ticket in (("a1", "1001"), ("a2", "1002"), ("a3", None), ("c1", "1003")):
        deliver(store, key, ticket)
    with store.begin() as unit:
        assert unit.outbox.ticket_of(call("x", **about)) == found


def test_a_call_waits_for_a_ticket_that_was_set_aside_or_is_to_come(store: Store, add: Callable[..., None]) -> None:
    add(call("t", "staff/7", account_guid="", person_key="7", gives_ticket=True), call("n", person_key="7"))
    add(call("o", "bob", person_key="8"))
    note, other = queued(store, "n"), queued(store, "o")

    def seen(of: QueuedCall) -> tuple[bool, bool]:
        with store.begin() as unit:
            return unit.outbox.awaits_ticket(of), unit.outbox.waits_for_ticket(of.call)

    assert (seen(note), seen(other)) == ((True, False), (False, False))
    begin(store, "t")
    assert seen(note) == (True, False)
    poison(store, "t")
    assert (seen(note), seen(other)) == ((False, True), (False, False))
    with store.begin() as unit:
        unit.outbox.drop(["t"], NOW)
    assert seen(note) == (False, False)


def test_no_call_waits_for_a_ticket_of_a_later_one(store: Store, add: Callable[..., None]) -> None:
    add(call("n"), call("t", gives_ticket=True))
    with store.begin() as unit:
        assert not unit.outbox.awaits_ticket(unit.outbox.due(NOW, 1)[0])


def test_what_is_settled_and_old_is_forgotten_but_for_the_latest_ticket(store: Store, add: Callable[..., None]) -> None:
    add(
        *(call(key, key) for key in ("done", "ticket", "new", "dropped", "poisoned", "waiting")), call("next", "ticket")
    )
    deliver(store, "done")
    deliver(store, "ticket", "1001")
    deliver(store, "next", "1002")
    deliver(store, "new", now=LATER)
    poison(store, "dropped")
    poison(store, "poisoned")
    with store.begin() as unit:
        unit.outbox.drop(["dropped"], NOW)
        assert unit.outbox.prune(LATER) == 3
        assert unit.outbox.counts() == {CallStatus.DELIVERED: 2, CallStatus.POISONED: 1, CallStatus.WAITING: 1}
        assert unit.outbox.ticket_of(call("x", "ticket")) == "1002"
        contents = unit.outbox.connection.scalars(select(outbox.c.content).order_by(outbox.c.call_key)).all()
    assert contents == ["content of new", "", "content of poisoned", "content of waiting"], "no person of the ticket's"


def test_a_call_that_became_pointless_is_passed_over(store: Store, add: Callable[..., None]) -> None:
    add(call("a1"), call("a2"))
    number = queued(store, "a1").sequence
    with store.begin() as unit:
        unit.outbox.pass_over(number, "there is no ticket", NOW)
        assert [one.call.call_key for one in unit.outbox.unsettled()] == ["a2"]
        assert unit.outbox.counts()[CallStatus.DROPPED] == 1


def test_what_is_sent_is_in_no_repr(store: Store, add: Callable[..., None]) -> None:
    add(call("a1", content="canary"))
    assert "canary" not in repr(queued(store, "a1"))


def test_a_lease_that_was_lost_lets_nothing_be_noted(store: Store, add: Callable[..., None]) -> None:
    """What stands in one transaction with the renewal happens under the lease or not at all."""
    add(call("a1"))
    number = queued(store, "a1").sequence

    def note_late(lease: Lease) -> None:
        with store.begin() as unit:
            unit.outbox.deliver(number, None, LATER)
            lease.renew_within(unit.outbox.connection)

    def hold_too_long() -> None:
        with (
            store.lease("outbox", "one", lambda: NOW, ttl_s=60) as ours,
            store.lease("outbox", "two", lambda: LATER, ttl_s=60),
        ):
            with pytest.raises(RunLockedError):
                note_late(ours)
            assert queued(store, "a1").status == CallStatus.WAITING

    with pytest.raises(RunLockedError):  # on leaving: it was lost in between
        hold_too_long()
