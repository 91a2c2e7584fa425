"""Approval of a stored plan: the right hash, in time, for this directory, and never twice."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from lifecycle.applying.stored_plans import plan_of
from lifecycle.errors import ApprovalError
from lifecycle.planning.plan import Plan
from lifecycle.store.plans import StoredPlan
from lifecycle.store.status import PlanStatus

APPLICABLE = frozenset({PlanStatus.PROPOSED, PlanStatus.WAITING})


def approved_plan(
    stored: StoredPlan | None, plan_id: str, plan_hash: str, directory: str, oldest: timedelta, now: datetime
) -> Plan:
    """The plan, if this hash approves it.

    Args:
        stored: What the store holds under the identifier.
        plan_id: The identifier, for messages.
        plan_hash: What was typed as approval.
        directory: Identity of the directory that is connected.
        oldest: A plan older than this is not applied.
        now: UTC.

    Raises:
        ApprovalError: Unknown plan, another hash, another directory, too old, not open any more, or altered.
        StoreError: This build cannot read it.
    """
    if stored is None:
        raise ApprovalError(f"there is no plan {plan_id}")
    if not hmac.compare_digest(stored.plan_hash.encode(), plan_hash.strip().lower().encode()):
        raise ApprovalError(f"the hash is not that of plan {plan_id}: nothing was written")
    if stored.status not in APPLICABLE:
        raise ApprovalError(f"plan {plan_id} is {stored.status} and cannot be applied: plan again")
    if stored.directory != directory:
        raise ApprovalError(f"plan {plan_id} was made for another directory")
    plan = plan_of(stored)
    if now - plan.created_at > oldest:  # the column beside it is covered by no hash
        raise ApprovalError(f"plan {plan_id} is older than {oldest.total_seconds() / 3600:g} hours: plan again")
    if plan.directory != directory:
        raise ApprovalError(f"plan {plan_id} was made for another directory")
    return plan
