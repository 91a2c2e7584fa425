"""Absences (safety rule 1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import takewhile
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecycle.store import Store

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example has a data source of its own
)
@given(st.lists(st.sets(st.sampled_from("abcdef")), max_size=8))
def test_record_counts_the_runs_on_end_that_missed_a_key(store: Store, history: list[set[str]]) -> None:
    """Whatever the history: a key's number is the length of its latest unbroken absence."""
    data_source = uuid4().hex
    with store.begin() as unit:
        for absent in history:
            unit.absences.record(data_source, absent, NOW)
        found = unit.absences.load(data_source)
    expected = {key: len(list(takewhile(lambda absent: key in absent, reversed(history)))) for key in "abcdef"}  # noqa: B023 - used at once
    assert found == {key: runs for key, runs in expected.items() if runs}


def test_record_leaves_other_data_sources_alone(store: Store) -> None:
    with store.begin() as unit:
        unit.absences.record("staff", ["1"], NOW)
        unit.absences.record("guests", ["1", "2"], NOW)
        unit.absences.record("guests", [], NOW)
        assert (unit.absences.load("staff"), unit.absences.load("guests")) == ({"1": 1}, {})


def test_record_counts_a_key_named_twice_once(store: Store) -> None:
    with store.begin() as unit:
        unit.absences.record("staff", ["1", "1"], NOW)
        assert unit.absences.load("staff") == {"1": 1}


def test_record_at_once_loses_no_run(store: Store) -> None:
    def record(_: int) -> None:
        with store.begin() as unit:
            unit.absences.record("staff", {"1", "2"}, NOW)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(record, range(12)))
    with store.begin() as unit:
        assert unit.absences.load("staff") == {"1": 12, "2": 12}
