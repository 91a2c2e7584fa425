"""``sync-people``: HaloITSM's people become accounts. The main job; a dry run unless told otherwise."""

from __future__ import annotations

from prefect import flow

from flows.run_due_steps import run_due_steps
from flows.stages import Outcome, outcome_of, plan_stages, prepare, recorded, run_name, tell_others
from flows.turns import writing
from tasks.asked import find_due_steps
from tasks.clock import utc_now
from tasks.directory import apply_changes
from tasks.outbound import answer_tickets
from tasks.planning import SINGLE
from tasks.reporting import report
from tasks.stage import scrub


@flow(name="sync-people", flow_run_name=run_name, description="Plan, gate and, unless this is a dry run, apply.")
def sync_people(
    automation: str = "people-to-ad", dry_run: bool = True, config_dir: str = "config", only: tuple[str, ...] = ()
) -> Outcome:
    """Keep the directory true to HaloITSM.

    Args:
        automation: Name of a file in config/automations.
        dry_run: Plan and show, write nothing.
        config_dir: Folder of the configuration.
        only: Primary keys of those who alone are looked at, at once and without a read of everybody; none for all.
            Nobody else is touched, and nobody is taken for gone.

    Returns:
        ``plan_id``, ``plan_hash``, ``changes`` (action → count) and ``breaches``; a run that the gate stopped ends in
        the failed state *Waiting for approval*.
    """
    prepared = prepare(automation, config_dir)
    keys = scrub(prepared.asked, only)
    kind = SINGLE if keys else ""
    with (
        recorded(prepared, "sync-people", dry_run=dry_run, kind=kind) as run_id,
        writing(prepared, run_id, dry_run=dry_run) as lease,
    ):
        gated, reads, merged = plan_stages(prepared, run_id, lease, only=keys, kind=kind)
        planned = gated.unwrap()
        stopped = bool(planned.breaches) and not dry_run
        applied = None if lease is None or stopped else apply_changes(prepared, planned.plan_id, run_id, lease)
        if applied is not None and prepared.source.tickets:
            answer_tickets(prepared, gated, run_id)
        report(prepared, gated, applied, run_id, dry_run=dry_run, reads=reads, merged=merged)
    if not dry_run:
        tell_others(prepared, planned, run_id, stopped=stopped)
    outcome = outcome_of(planned, applied.unwrap() if applied is not None else None, stopped=stopped)
    if applied is not None and find_due_steps(prepared, utc_now()).unwrap():
        later = run_due_steps(automation, dry_run=False, config_dir=config_dir, return_state=True)
        if not later.is_completed():
            return later
    return outcome


if __name__ == "__main__":
    sync_people()
