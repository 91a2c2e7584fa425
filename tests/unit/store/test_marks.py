"""Marks of accounts."""

from __future__ import annotations

from datetime import UTC, datetime

from lifecycle.store import Mark, Store

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)


def test_each_mark_of_each_automation_stands_by_itself(store: Store) -> None:
    with store.begin() as unit:
        unit.marks.add(Mark.SERVED, "ann", NOW, "domain-1", "tickets")
        unit.marks.add(Mark.SERVED, "ann", NOW, "domain-1", "tickets")
        unit.marks.add(Mark.SERVED, "bob", NOW, "domain-1", "tickets")
        unit.marks.add(Mark.HELD, "ann", NOW, "domain-1")
        unit.marks.remove(Mark.SERVED, ["bob", "never"], "domain-1", "tickets")
        unit.marks.remove(Mark.SERVED, ["ann"], "domain-1", "others")
        unit.marks.remove(Mark.SERVED, ["ann"], "domain-2", "tickets")
    with store.begin() as unit:
        assert unit.marks.load(Mark.SERVED, "domain-1", "tickets") == {"ann"}
        assert unit.marks.load(Mark.SERVED, "domain-1") == frozenset()
        assert unit.marks.load(Mark.HELD, "domain-1") == {"ann"}


def test_an_account_that_was_deleted_bears_none(store: Store) -> None:
    with store.begin() as unit:
        unit.marks.add(Mark.SERVED, "ann", NOW, "domain-1", "tickets")
        unit.marks.add(Mark.HELD, "ann", NOW, "domain-1")
        unit.marks.drop("domain-1", "ann")
        assert unit.marks.load(Mark.HELD, "domain-1") == unit.marks.load(Mark.SERVED, "domain-1", "tickets") == set()
