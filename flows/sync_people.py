"""``sync-people``: HaloITSM's people become accounts. The main job; a dry run unless told otherwise."""

from __future__ import annotations

from prefect import flow
from prefect.states import Failed, State

from flows.stages import plan_stages, prepare, recorded, run_name
from lifecycle.errors import LimitExceededError
from tasks.directory import apply_changes
from tasks.reporting import report


@flow(name="sync-people", flow_run_name=run_name, description="Plan, gate and, unless this is a dry run, apply.")
def sync_people(
    automation: str = "people-to-ad", dry_run: bool = True, config_dir: str = "config"
) -> dict[str, object] | State[object]:
    """Keep the directory true to HaloITSM.

    Args:
        automation: Name of a file in config/automations.
        dry_run: Plan and show, write nothing.
        config_dir: Folder of the configuration.

    Returns:
        ``plan_id``, ``plan_hash``, ``changes`` (action → count) and ``breaches``; a run that the gate stopped ends in
        the failed state *Waiting for approval*.
    """
    prepared = prepare(automation, config_dir)
    with recorded(prepared, "sync-people", dry_run=dry_run) as run_id:
        gated, reads, merged = plan_stages(prepared, run_id, dry_run=dry_run)
        planned = gated.unwrap()
        stopped = bool(planned.breaches) and not dry_run
        applied = None if dry_run or stopped else apply_changes(prepared, planned.plan_id, run_id)
        report(prepared, gated, applied, run_id, dry_run=dry_run, reads=reads, merged=merged)
    if stopped:
        error = LimitExceededError(planned.plan_id, planned.plan.hash, planned.breaches)
        return Failed(name="Waiting for approval", message=str(error), data=error)
    return {
        "plan_id": planned.plan_id,
        "plan_hash": planned.plan.hash,
        "changes": planned.plan.counts,
        "breaches": list(planned.breaches),
    }


if __name__ == "__main__":
    sync_people()
