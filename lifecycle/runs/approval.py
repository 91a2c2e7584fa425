"""Approval: a person gives the hash of a stored plan, and a run carries out exactly that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from lifecycle.applying.approval import approved_plan
from lifecycle.errors import ApprovalError, RunLockedError
from lifecycle.planning.limits import breaches
from lifecycle.runs.gate import APPROVAL, GatedPlan
from lifecycle.runs.run import Run


def check_approval(run: Run, plan_id: str, plan_hash: str) -> GatedPlan:
    """The stored plan, if this hash approves it; its breaches are the limits that the approval overrides.

    Raises:
        ApprovalError: It does not.
    """
    with run.ports.directory() as directory:
        identity = directory.identity()
    with run.ports.store() as store, store.begin() as unit:
        stored = unit.plans.load(plan_id)
    oldest = timedelta(hours=run.rules.approval_hours)
    plan = approved_plan(stored, plan_id, plan_hash, identity, oldest, run.ports.clock())
    return GatedPlan(plan_id, plan, tuple(map(str, breaches(plan, run.rules.policy.limits))))


@contextmanager
def approving(run: Run, plan_id: str) -> Iterator[None]:
    """Keep a plan that was approved from being superseded while its approval waits for its turn.

    Raises:
        ApprovalError: Another run carries it out.
    """
    if run.dry_run:
        yield
        return
    with ExitStack() as stack:
        store = stack.enter_context(run.ports.store())
        try:
            stack.enter_context(store.lease(f"{APPROVAL}{plan_id}", run.run_id, run.ports.clock))
        except RunLockedError:
            raise ApprovalError(
                f"plan {plan_id} was approved before, and another run is about to carry it out"
            ) from None
        yield
