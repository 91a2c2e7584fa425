"""Runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lifecycle.errors import StoreError
from lifecycle.store import Run, RunStatus, Store

NOW = datetime(2031, 3, 1, 8, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def test_last_completed_gives_the_whole_run(store: Store) -> None:
    with store.begin() as unit:
        unit.runs.start("run-1", "staff", "sync-people", dry_run=True, now=NOW)
        assert unit.runs.last_completed("staff") is None
        unit.runs.finish("run-1", "completed", {"people": 3, "quarantined": 1}, LATER)
    with store.begin() as unit:
        found = unit.runs.last_completed("staff")
    counts = {"people": 3, "quarantined": 1}
    assert found == Run("run-1", "staff", "sync-people", True, RunStatus.COMPLETED, counts, NOW, LATER)
    assert found.started_at.tzinfo is UTC


def test_last_completed_is_the_latest_that_completed(store: Store) -> None:
    ends = [("a", "staff", "completed"), ("b", "staff", "completed"), ("c", "staff", "failed")]
    ends += [("d", "staff", "stopped"), ("e", "guests", "completed")]
    with store.begin() as unit:
        for minutes, (run_id, automation, status) in enumerate(ends):
            unit.runs.start(run_id, automation, "sync-people", dry_run=False, now=NOW)
            unit.runs.finish(run_id, status, {}, NOW + timedelta(minutes=minutes))
        unit.runs.start("f", "staff", "sync-people", dry_run=False, now=NOW)
        assert unit.runs.last_completed("staff").run_id == "b"


def test_last_acted_is_the_latest_that_read_everybody_and_wrote(store: Store) -> None:
    runs = [
        ("a", "staff", "sync-people", False, "completed"),
        ("b", "staff", "sync-people", True, "completed"),
        ("c", "staff", "sync-people", False, "stopped"),
        ("d", "staff", "apply-plan", False, "completed"),
        ("e", "staff: due", "run-due-steps", False, "completed"),
    ]
    with store.begin() as unit:
        assert unit.runs.last_acted("staff") is None
        for minutes, (run_id, automation, flow, dry_run, status) in enumerate(runs):
            unit.runs.start(run_id, automation, flow, dry_run=dry_run, now=NOW)
            unit.runs.finish(run_id, status, {}, NOW + timedelta(minutes=minutes))
        assert unit.runs.last_acted("staff") == NOW


def test_times_of_any_zone_come_back_in_utc(store: Store) -> None:
    """Order is by moment, whatever the zones they were given in."""
    tokyo, lima = timezone(timedelta(hours=9)), timezone(timedelta(hours=-5))
    with store.begin() as unit:
        for run_id, end in {"early": NOW.astimezone(tokyo), "late": LATER.astimezone(lima)}.items():
            unit.runs.start(run_id, "staff", "sync-people", dry_run=False, now=NOW)
            unit.runs.finish(run_id, "completed", {}, end)
    with store.begin() as unit:
        last = unit.runs.last_completed("staff")
    assert (last.run_id, last.finished_at, last.finished_at.tzinfo) == ("late", LATER, UTC)


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
