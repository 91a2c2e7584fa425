"""``sync-people``: HaloITSM's people become accounts. The main job; a dry run unless told otherwise."""

from __future__ import annotations

from prefect import flow

from flows.run_due_steps import run_due_steps
from flows.stages import Outcome, may_apply, outcome_of, plan_stages, prepare, recorded, run_name, tell_others, writing
from lifecycle.runs.run import RunKind
from tasks.directory import apply_changes
from tasks.outbound import answer_tickets
from tasks.planning import find_due_steps
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
    kind = RunKind.SOME if keys else RunKind.EVERYBODY
    with recorded(prepared, "sync-people", kind, dry_run=dry_run) as begun, writing(begun) as run:
        planned = plan_stages(run, prepared, keys)
        gated = planned.gated
        applied = apply_changes(run, gated) if may_apply(run, gated) else None
        if applied is not None and prepared.source.tickets:
            answer_tickets(run, gated)
        report(run, gated, applied, planned.records)
    tell_others(run, prepared, gated)
    if applied is not None and find_due_steps(begun.later()):
        later = run_due_steps(automation, dry_run=False, config_dir=config_dir, return_state=True)
        if not later.is_completed():
            return later
    return outcome_of(run, gated, applied)


if __name__ == "__main__":
    sync_people()
