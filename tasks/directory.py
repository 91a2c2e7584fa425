"""The directory: settle what a killed run left open, read, apply."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import create_progress_artifact, update_progress_artifact

from lifecycle.applying.apply import Applied
from lifecycle.runs import applying
from lifecycle.runs.directory import DirectoryRead, view_directory
from lifecycle.runs.gate import GatedPlan
from lifecycle.runs.run import Run
from tasks.stage import stage


@stage("settle the journal")
def settle_journal(run: Run) -> int:
    """Look up every write that a killed run may have sent."""
    settled = applying.settle_journal(run)
    get_run_logger().info("%d open journal entries settled", settled)
    return settled


@stage("read directory", retries=2)
def read_directory(run: Run, more: Collection[str] = ()) -> DirectoryRead:
    """Read the whole domain, with ``more`` attributes than the rules look at; the mapping must fit its schema."""
    read = view_directory(run, more)
    get_run_logger().info("%d accounts, %d groups", len(read.view.accounts), len(read.view.groups))
    return read


@stage("apply")
def apply_changes(run: Run, gated: GatedPlan) -> Applied:
    """Carry out a plan that the gate or a person let through; progress shows as an artifact."""
    applied = applying.apply_changes(run, gated.plan_id, _Progress())
    done = len(gated.plan.changes) - applied.already - len(applied.failures)
    told = (done, applied.already, len(applied.failures))
    get_run_logger().info("%d carried out, %d so already, %d not carried out", *told)
    return applied


class _Progress:
    """Shows how far the apply is; created at the first window, so that an empty plan shows none."""

    def __init__(self) -> None:
        self._artifact: UUID | None = None

    def __call__(self, done: int, total: int) -> None:
        percent = 100.0 * done / total
        if self._artifact is None:
            made = create_progress_artifact(percent, key="apply-progress", description="Changes applied")
            self._artifact = cast("UUID", made)
        else:
            update_progress_artifact(self._artifact, percent)
