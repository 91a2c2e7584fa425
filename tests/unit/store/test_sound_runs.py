"""Sound runs: what a read is compared with, and in how many runs somebody was absent; live runs of everybody only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lifecycle.store import Store, Unit
from lifecycle.store.sound_runs import BASELINE_RUNS, Baseline

NOW = datetime(2031, 3, 1, 8, 0, 0, 123456, tzinfo=UTC)


def night(unit: Unit, number: int, rows: int, *, absent: tuple[str, ...] = (), status: str = "completed") -> None:
    """One live sync of everybody."""
    now = NOW + timedelta(days=number)
    unit.runs.start(f"run-{number}", "staff", "sync-people", dry_run=False, now=now)
    assert unit.sound_runs.record(f"run-{number}", rows, "people", absent, now)
    unit.runs.finish(f"run-{number}", status, {"people": 1}, now + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("rows", "baseline"),
    [
        ([], None),
        ([10], Baseline(10, 1)),
        ([10, 20], Baseline(20, 2)),
        ([10, 30, 20], Baseline(20, 3)),
        ([500, 500, 500, 500, 500, 1, 2], Baseline(500, 5)),
        ([1, 1, 1, 1, 500, 500, 500, 500, 500], Baseline(500, 5)),
    ],
)
def test_the_baseline_is_the_median_of_the_last_sound_runs(
    store: Store, rows: list[int], baseline: Baseline | None
) -> None:
    assert BASELINE_RUNS == 5
    with store.begin() as unit:
        for number, count in enumerate(rows):
            night(unit, number, count)
        assert unit.sound_runs.baseline("staff") == baseline
        assert unit.sound_runs.baseline("guests") is None


def test_a_run_that_the_gate_stopped_or_that_failed_afterwards_counts(store: Store) -> None:
    with store.begin() as unit:
        night(unit, 1, 500, status="stopped", absent=("7",))
        night(unit, 2, 500, status="failed", absent=("7",))
        assert unit.sound_runs.baseline("staff") == Baseline(500, 2)
        assert unit.absences.load("people") == {"7": 2}
        assert unit.sound_runs.last_acted("staff") is None


def test_runs_that_read_nobody_or_write_nothing_count_for_nothing(store: Store) -> None:
    with store.begin() as unit:
        night(unit, 1, 500)
        for run_id, flow, dry_run in (
            ("a", "apply-plan", False),
            ("b", "run-action", False),
            ("c", "sync-people", True),
        ):
            unit.runs.start(run_id, "staff", flow, dry_run=dry_run, now=NOW + timedelta(days=2))
            unit.runs.finish(run_id, "completed", {"people": 3}, NOW + timedelta(days=3))
        unit.runs.start("dry", "staff", "sync-people", dry_run=True, now=NOW)
        assert not unit.sound_runs.record("dry", 3, "people", ["7"], NOW + timedelta(days=4))
        assert unit.sound_runs.baseline("staff") == Baseline(500, 1)
        assert unit.absences.load("people") == {}
        assert unit.sound_runs.last_acted("staff") == NOW + timedelta(days=1, minutes=5)


def test_a_run_counts_once(store: Store) -> None:
    with store.begin() as unit:
        night(unit, 1, 500, absent=("7",))
        assert not unit.sound_runs.record("run-1", 3, "people", ["7"], NOW + timedelta(days=2))
        assert unit.sound_runs.baseline("staff") == Baseline(500, 1)
        assert unit.absences.load("people") == {"7": 1}


def test_order_is_by_moment_whatever_the_zone(store: Store) -> None:
    tokyo, lima = timezone(timedelta(hours=9)), timezone(timedelta(hours=-5))
    with store.begin() as unit:
        for run_id, end in {
            "early": NOW.astimezone(tokyo),
            "late": (NOW + timedelta(minutes=5)).astimezone(lima),
        }.items():
            unit.runs.start(run_id, "staff", "sync-people", dry_run=False, now=NOW)
            unit.sound_runs.record(run_id, 5, "people", [], NOW)
            unit.runs.finish(run_id, "completed", {}, end)
    with store.begin() as unit:
        assert unit.sound_runs.last_acted("staff") == NOW + timedelta(minutes=5)
