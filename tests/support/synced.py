"""A store that remembers a sync of everybody, as steps of leavers' lists need one after their time."""

from __future__ import annotations

from datetime import datetime

from lifecycle.store import RunStatus, Store


def note_sync(store: Store, automation: str, run_id: str, now: datetime) -> None:
    """Note that a run has read everybody and acted, of a data source in which nobody is absent."""
    with store.begin() as unit:
        unit.runs.start(run_id, automation, "sync-people", dry_run=False, now=now)
        unit.sound_runs.record(run_id, 1, f"data source of {run_id}", (), now)
        unit.runs.finish(run_id, RunStatus.COMPLETED, {}, now)
