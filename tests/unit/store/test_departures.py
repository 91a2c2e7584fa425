"""Departures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lifecycle.store import Store

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=40)


def test_load_says_when_each_account_was_disabled(store: Store) -> None:
    with store.begin() as unit:
        unit.departures.add("domain-1", ["ann", "ann", "bob"], NOW)
        unit.departures.add("domain-2", ["eve"], NOW)
    with store.begin() as unit:
        assert unit.departures.load("domain-1") == {"ann": NOW, "bob": NOW}
        assert unit.departures.load("domain-3") == {}


def test_add_again_begins_the_days_anew(store: Store) -> None:
    """Disabled, enabled by hand, disabled again: deletion is counted from the second time."""
    with store.begin() as unit:
        unit.departures.add("domain-1", ["ann"], NOW)
        unit.departures.add("domain-1", ["ann"], LATER)
        assert unit.departures.load("domain-1") == {"ann": LATER}


def test_remove_forgets_these_alone(store: Store) -> None:
    with store.begin() as unit:
        unit.departures.add("domain-1", ["ann", "bob"], NOW)
        unit.departures.remove("domain-1", iter(["bob", "never"]))
        unit.departures.remove("domain-2", ["ann"])
        unit.departures.remove("domain-1", [])
        unit.departures.add("domain-1", [], NOW)
        assert unit.departures.load("domain-1") == {"ann": NOW}


def test_has_knows_one_account_of_one_directory(store: Store) -> None:
    with store.begin() as unit:
        unit.departures.add("domain-1", ["ann"], NOW)
        asked = [("domain-1", "ann"), ("domain-1", "bob"), ("domain-2", "ann")]
        assert [unit.departures.has(*one) for one in asked] == [True, False, False]
