"""``apply-plan``: carry out a stored plan by its identifier and hash. Giving the hash is the approval."""

from __future__ import annotations

from prefect import flow

from flows.stages import prepare, recorded, run_name, tell_others
from flows.turns import approving, writing
from tasks.clock import utc_now
from tasks.directory import apply_changes
from tasks.outbound import answer_tickets, take_tickets
from tasks.planning import check_approval
from tasks.reporting import report


@flow(
    name="apply-plan", flow_run_name=run_name, description="Carry out exactly the plan that was approved by its hash."
)
def apply_plan(
    plan_id: str,
    plan_hash: str,
    automation: str = "people-to-ad",
    dry_run: bool = True,
    config_dir: str = "config",
) -> dict[str, object]:
    """Apply a plan that a person has read.

    Args:
        plan_id: Identifier, from the summary of the run that made the plan.
        plan_hash: Its hash, from the same place.
        automation: The automation that made it.
        dry_run: Only check the approval: hash, age, directory; write nothing.
        config_dir: Folder of the configuration.

    Returns:
        ``plan_id``, ``carried_out`` (action → count) and ``not_carried_out``.
    """
    prepared = prepare(automation, config_dir)
    with recorded(prepared, "apply-plan", dry_run=dry_run) as run_id:
        approved = check_approval(prepared, plan_id, plan_hash, utc_now())  # what is refused need not wait
        plan = approved.unwrap().plan
        with (
            approving(prepared, plan_id, run_id, dry_run=dry_run),
            writing(prepared, run_id, dry_run=dry_run) as lease,
        ):
            if plan.tickets and lease is not None:
                take_tickets(prepared, approved, run_id)
            applied = None if lease is None else apply_changes(prepared, plan_id, run_id, lease)
            if applied is not None and plan.tickets:
                answer_tickets(prepared, approved, run_id)
            report(prepared, approved, applied, run_id, dry_run=dry_run)
    if not dry_run:
        tell_others(prepared, approved.unwrap(), run_id, stopped=False)
    outcome = applied.unwrap() if applied is not None else None
    return {
        "plan_id": plan_id,
        "carried_out": dict(outcome.done) if outcome else {},
        "not_carried_out": len(outcome.failures) if outcome else 0,
    }
