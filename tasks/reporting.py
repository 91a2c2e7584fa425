"""The report: a summary, the plan table, and the run's counts in the store."""

from __future__ import annotations

from collections.abc import Sequence

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from blocks.store import StateStore
from lifecycle.applying.apply import Applied
from lifecycle.people.merge import Merged
from lifecycle.prepared import PreparedAutomation
from lifecycle.reporting.plan_table import MOST_ROWS, plan_rows
from lifecycle.reporting.summary import RunStory, Source, summary
from lifecycle.sourcing.endpoint import EndpointRead
from lifecycle.store import RunStatus
from tasks.clock import utc_now
from tasks.planning import Planned
from tasks.saved_blocks import saved_block
from tasks.stage import stage


@stage("report")
def report(
    prepared: PreparedAutomation,
    planned: Planned,
    applied: Applied | None,
    run_id: str,
    *,
    dry_run: bool,
    reads: Sequence[EndpointRead] = (),
    merged: Merged | None = None,
) -> None:
    """Show what happened as artifacts, and close the run in the store."""
    plan = planned.plan
    story = RunStory(
        automation=prepared.automation.name,
        dry_run=dry_run,
        plan_id=planned.plan_id,
        plan=plan,
        breaches=planned.breaches,
        applied=applied,
        sources=[Source(read.table.endpoint, len(read.table.frame), read.fetched, read.reused) for read in reads],
        unmatched=merged.unmatched if merged else {},
        is_partial=bool(merged and merged.is_partial),
    )
    create_markdown_artifact(key="summary", markdown=summary(story), description="What this run saw and did")
    if plan.changes:
        whole = (
            f" Whole plan: python -m deployments.show_plan {planned.plan_id}" if len(plan.changes) > MOST_ROWS else ""
        )
        shown = min(len(plan.changes), MOST_ROWS)
        create_table_artifact(
            key="plan",
            table=plan_rows(plan, show_values=prepared.automation.show_values),
            description=f"{shown} of {len(plan.changes)} changes, in the order in which they are carried out.{whole}",
        )
    stopped = bool(planned.breaches) and applied is None
    counts = {"people": plan.people, "changes": len(plan.changes), **plan.counts}
    if applied is not None:
        counts |= {"written": applied.writes, "not-carried-out": len(applied.failures)}
    with saved_block(StateStore.load, prepared.automation.store).open() as store, store.begin() as unit:
        unit.runs.finish(run_id, RunStatus.STOPPED if stopped else RunStatus.COMPLETED, counts, utc_now())
