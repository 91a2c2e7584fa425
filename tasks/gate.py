"""The gate, and the approval of what it stopped."""

from __future__ import annotations

from prefect import get_run_logger

from lifecycle.planning.plan import Plan
from lifecycle.runs import approval, gate
from lifecycle.runs.gate import GatedPlan
from lifecycle.runs.run import Run
from tasks.stage import stage


@stage("gate")
def check_gate(run: Run, plan: Plan, people_read: int | None = None) -> GatedPlan:
    """Hold the plan against the limits and keep it under its hash."""
    gated = gate.check_gate(run, plan, people_read)
    for line in gated.breaches:
        get_run_logger().warning("over the limit: %s", line)
    get_run_logger().info("plan %s, hash %s", gated.plan_id, plan.hash)
    return gated


@stage("check approval")
def check_approval(run: Run, plan_id: str, plan_hash: str) -> GatedPlan:
    """The stored plan, if this hash approves it."""
    gated = approval.check_approval(run, plan_id, plan_hash)
    told = (plan_id, len(gated.plan.changes), len(gated.breaches))
    get_run_logger().info("plan %s is approved: %d changes, %d limits overridden", *told)
    return gated
