"""The write-ahead journal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lifecycle.errors import StoreError
from lifecycle.store import EntryState, Intent, Outcome, Store

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)


def test_intent_is_open_until_it_is_settled(filled: Store, intent: Callable[..., Intent]) -> None:
    with filled.begin() as unit:
        unit.journal.intend([intent("b", 2), intent("a", 1)], NOW)
        unit.journal.intend([replace(intent("c"), directory="domain-2")], NOW)
    with filled.begin() as unit:
        assert [entry.entry_id for entry in unit.journal.open_entries("domain-1")] == ["a", "b"]
        unit.journal.settle([Outcome("a", "done")], LATER)
    with filled.begin() as unit:
        assert [entry.entry_id for entry in unit.journal.open_entries("domain-1")] == ["b"]


def test_entry_is_the_intent_and_its_outcome(filled: Store, intent: Callable[..., Intent]) -> None:
    asked = replace(intent("a", target_guid=None), person_key=None)
    with filled.begin() as unit:
        unit.journal.intend([asked], NOW)
        unit.journal.settle([Outcome("a", "failed", "guid-9", "insufficientAccessRights (50)\0")], LATER)
    with filled.begin() as unit:
        (entry,) = unit.journal.of_account("guid-9")
    for name in set(Intent.__slots__) - {"target_guid"}:
        assert getattr(entry, name) == getattr(asked, name)
    assert (entry.state, entry.error) == (EntryState.FAILED, "insufficientAccessRights (50)")
    assert (entry.intended_at, entry.settled_at) == (NOW, LATER)


def test_settle_keeps_the_guid_of_the_intent(filled: Store, intent: Callable[..., Intent]) -> None:
    with filled.begin() as unit:
        unit.journal.intend([intent("a")], NOW)
        unit.journal.settle([Outcome("a", "stale")], LATER)
        (entry,) = unit.journal.of_plan("plan-1")
    assert (entry.target_guid, entry.state) == ("guid-1", EntryState.STALE)


@pytest.mark.parametrize(
    "outcomes",
    [
        [Outcome("b", "done"), Outcome("a", "failed")],
        [Outcome("b", "done"), Outcome("unheard of", "done")],
        [Outcome("b", "done"), Outcome("b", "done")],
        [Outcome("b", "intended")],
        [Outcome("b", "perfect")],
    ],
    ids=["settled already", "unknown", "named twice", "not an end", "no state"],
)
def test_settle_refuses_and_settles_nothing(
    filled: Store, intent: Callable[..., Intent], outcomes: list[Outcome]
) -> None:
    with filled.begin() as unit:
        unit.journal.intend([intent("a"), intent("b")], NOW)
        unit.journal.settle([Outcome("a", "done")], NOW)
    with filled.begin() as unit, pytest.raises(StoreError):
        unit.journal.settle(outcomes, LATER)
    with filled.begin() as unit:
        states = {entry.entry_id: (entry.state, entry.settled_at) for entry in unit.journal.of_plan("plan-1")}
    assert states == {"a": (EntryState.DONE, NOW), "b": (EntryState.INTENDED, None)}


def test_settle_twice_at_once_lets_one_through(filled: Store, intent: Callable[..., Intent]) -> None:
    def settle(number: int) -> bool:
        try:
            with filled.begin() as unit:
                unit.journal.settle([Outcome("a", "done", error=str(number))], LATER)
        except StoreError:
            return False
        return True

    with filled.begin() as unit:
        unit.journal.intend([intent("a")], NOW)
    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(settle, range(6))) == [False] * 5 + [True]


@pytest.mark.parametrize("change", [{"plan_id": "plan-9"}, {"run_id": "run-9"}])
def test_intend_refuses_a_plan_or_run_that_is_not_stored(
    filled: Store, intent: Callable[..., Intent], change: dict[str, str]
) -> None:
    with filled.begin() as unit, pytest.raises(StoreError, match="a run or a plan that is not stored"):
        unit.journal.intend([intent("a"), replace(intent("b"), **change)], NOW)
    with filled.begin() as unit:
        assert unit.journal.of_plan("plan-1") == []


def test_intend_and_settle_take_nothing(filled: Store) -> None:
    with filled.begin() as unit:
        unit.journal.intend([], NOW)
        unit.journal.settle([], NOW)
        assert unit.journal.open_entries("domain-1") == []


def test_intend_by_several_processes_loses_nothing(url: str, filled: Store, child: Callable) -> None:
    children = [child("intend", url, name) for name in "abcd"]
    assert [each.says() for each in children] == ["ready"] * 4
    for each in children:
        each.go()
    assert [each.says() for each in children] == ["done"] * 4
    with filled.begin() as unit:
        found = [entry.entry_id for entry in unit.journal.open_entries("domain-1")]
    assert sorted(found) == sorted(f"{name}-{number}" for name in "abcd" for number in range(40))


def test_intend_of_one_entry_at_once_lets_one_through(filled: Store, intent: Callable[..., Intent]) -> None:
    def intend(_: int) -> bool:
        try:
            with filled.begin() as unit:
                unit.journal.intend([intent("a")], NOW)
        except StoreError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(intend, range(6))) == [False] * 5 + [True]


def test_settle_takes_thousands(filled: Store, intent: Callable[..., Intent]) -> None:
    """More than a statement may have parameters."""
    names = [str(number) for number in range(3_000)]
    with filled.begin() as unit:
        unit.journal.intend([intent(name, int(name)) for name in names], NOW)
    with filled.begin() as unit:
        unit.journal.settle([Outcome(name, "done") for name in names], LATER)
        assert unit.journal.open_entries("domain-1") == []
