"""Runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lifecycle.errors import StoreError
from lifecycle.store import Store

NOW = datetime(2031, 3, 1, 8, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def test_start_refuses_an_identifier_that_is_taken(store: Store) -> None:
    with store.begin() as unit:
        unit.runs.start("run-1", "staff", "sync-people", dry_run=False, now=NOW)
        with pytest.raises(StoreError, match="stored already"):
            unit.runs.start("run-1", "staff", "sync-people", dry_run=False, now=NOW)


@pytest.mark.parametrize(
    ("run_id", "status", "message"),
    [
        ("run-2", "completed", "run run-2 is unknown"),
        ("run-1", "running", "cannot be finished as running"),
        ("run-1", "perfect", "not one of those allowed"),
    ],
)
def test_finish_refuses(store: Store, run_id: str, status: str, message: str) -> None:
    with store.begin() as unit:
        unit.runs.start("run-1", "staff", "sync-people", dry_run=False, now=NOW)
        with pytest.raises(StoreError, match=message):
            unit.runs.finish(run_id, status, {}, LATER)


def test_finish_twice_is_refused(store: Store) -> None:
    with store.begin() as unit:
        unit.runs.start("run-1", "staff", "sync-people", dry_run=False, now=NOW)
        unit.runs.finish("run-1", "failed", {}, NOW)
        with pytest.raises(StoreError, match="finished already"):
            unit.runs.finish("run-1", "completed", {}, LATER)


def test_done_since_adds_up_what_runs_for_real_completed_after_a_moment(store: Store) -> None:
    told = (
        ("old", "some", False, "completed", NOW),
        ("first", "some", False, "completed", LATER),
        ("second", "some", False, "completed", LATER),
        ("dry", "some", True, "completed", LATER),
        ("stopped", "some", False, "stopped", LATER),
        ("others", "all", False, "completed", LATER),
    )
    with store.begin() as unit:
        for run_id, automation, dry_run, status, end in told:
            unit.runs.start(run_id, automation, "sync-people", dry_run=dry_run, now=NOW)
            unit.runs.finish(run_id, status, {"create-user": 2, "people": 1}, end)
        assert unit.runs.done_since("some", NOW) == {"create-user": 4, "people": 2}
        assert unit.runs.done_since("nobody", NOW) == {}
