"""``plan-changes``: a plan, shown and kept under its hash; nothing is ever written by this flow."""

from __future__ import annotations

from prefect import flow

from flows.stages import plan_stages, prepare, recorded, run_name
from tasks.reporting import report


@flow(name="plan-changes", flow_run_name=run_name, description="Plan and show; apply-plan carries it out.")
def plan_changes(automation: str = "people-to-ad", config_dir: str = "config") -> dict[str, object]:
    """Make a plan for a person to read and approve.

    Args:
        automation: Name of a file in config/automations.
        config_dir: Folder of the configuration.

    Returns:
        As ``sync-people``.
    """
    prepared = prepare(automation, config_dir)
    with recorded(prepared, "plan-changes", dry_run=True) as run:
        planned = plan_stages(run, prepared)
        report(run, planned.gated, None, planned.records)
    gated = planned.gated
    return {
        "plan_id": gated.plan_id,
        "plan_hash": gated.plan.hash,
        "changes": gated.plan.counts,
        "breaches": list(gated.breaches),
    }


if __name__ == "__main__":
    plan_changes()
