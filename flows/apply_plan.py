"""``apply-plan``: carry out a stored plan by its identifier and hash. Giving the hash is the approval."""

from __future__ import annotations

from prefect import flow

from flows.stages import approving, prepare, recorded, run_name, tell_others, writing
from tasks.directory import apply_changes
from tasks.gate import check_approval
from tasks.outbound import answer_tickets, take_tickets
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
    with recorded(prepared, "apply-plan", dry_run=dry_run) as begun:
        approved = check_approval(begun, plan_id, plan_hash)  # what is refused need not wait
        tickets = approved.plan.tickets and not dry_run
        with approving(begun, plan_id), writing(begun) as run:
            if tickets:
                take_tickets(run, approved)
            applied = None if dry_run else apply_changes(run, approved)
            if tickets:
                answer_tickets(run, approved)
            report(run, approved, applied)
    tell_others(run, prepared, approved, approved=True)
    return {
        "plan_id": plan_id,
        "carried_out": dict(applied.done) if applied else {},
        "not_carried_out": len(applied.failures) if applied else 0,
    }
