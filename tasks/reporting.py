"""The report: a summary, the plan table, and the run's counts in the store."""

from __future__ import annotations

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from lifecycle.applying.apply import Applied
from lifecycle.reporting.plan_table import plan_rows, table_title
from lifecycle.reporting.summary import RunStory, Source, summary
from lifecycle.runs.gate import GatedPlan
from lifecycle.runs.people import SourceRecords
from lifecycle.runs.recording import finish
from lifecycle.runs.run import Run
from tasks.stage import stage


@stage("report")
def report(run: Run, gated: GatedPlan, applied: Applied | None, records: SourceRecords | None = None) -> None:
    """Show what happened as artifacts, and close the run in the store."""
    plan = gated.plan
    page = summary(_story(run, gated, applied, records))
    create_markdown_artifact(key="summary", markdown=page, description="What this run saw and did")
    if plan.changes:
        rows = plan_rows(plan, show_values=run.rules.show_values)
        create_table_artifact(key="plan", table=rows, description=table_title(plan, gated.plan_id))
    finish(run, gated, applied)


def _story(run: Run, gated: GatedPlan, applied: Applied | None, records: SourceRecords | None) -> RunStory:
    story = RunStory(run.automation, run.dry_run, gated.plan_id, gated.plan, gated.breaches, applied)
    if records is None:
        return story
    reads, merged = records.reads, records.merged
    return story.reading(
        [Source(read.table.endpoint, len(read.table.frame), read.fetched, read.reused) for read in reads],
        merged.unmatched,
        is_partial=merged.is_partial,
    )
