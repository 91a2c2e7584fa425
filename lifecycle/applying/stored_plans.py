"""From a plan to what the store keeps of it, and back; what was altered in between is refused."""

from __future__ import annotations

from lifecycle.errors import ApprovalError, StoreError
from lifecycle.planning.plan import Plan
from lifecycle.planning.stored_plan import context_text, read_plan
from lifecycle.store.plans import StoredPlan, context_hash
from lifecycle.store.status import PlanStatus


def stored_plan(plan: Plan, plan_id: str, run_id: str, status: PlanStatus, *, label: str = "") -> StoredPlan:
    """What the store keeps of a plan.

    Args:
        plan: The plan.
        plan_id: Under which it is kept.
        run_id: The run that made it.
        status: Its status.
        label: What plans of its kind go by; empty is its automation.
    """
    context = context_text(plan)
    return StoredPlan(
        plan_id=plan_id,
        automation=label or plan.automation,
        directory=plan.directory,
        run_id=run_id,
        plan_hash=plan.hash,
        context=context,
        status=status,
        created_at=plan.created_at,
        intent=plan.intent,
        context_hash=context_hash(plan.hash, context),
    )


def plan_of(stored: StoredPlan) -> Plan:
    """The plan that the store keeps, as it was written.

    Raises:
        ApprovalError: It was altered in the store.
        NewerVersionError: A newer build wrote it.
        StoreError: This build does not understand it, although nothing was altered.
    """
    if not stored.is_unaltered:
        raise ApprovalError(
            f"plan {stored.plan_id} was altered in the store: its content no longer has its hash; plan again"
        )
    try:
        return read_plan(stored.intent, stored.context)
    except ValueError as error:
        raise StoreError(
            f"plan {stored.plan_id} is as it was stored, but this version of halo-ad cannot read it ({error}): plan "
            "again, and report this as a fault of halo-ad"
        ) from None
