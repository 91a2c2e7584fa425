"""What a run leaves in Prefect: few task runs, readable artifacts, names that say what happened."""

from __future__ import annotations

import re

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    TaskRunFilter,
    TaskRunFilterFlowRunId,
)
from prefect.client.schemas.objects import Artifact, FlowRun, TaskRun
from prefect.client.schemas.sorting import FlowRunSort

from lifecycle.errors import ValidationStoppedError
from tests.support.pipeline import Pipeline

MOST_TASK_RUNS = 100


@pytest.fixture(scope="module")
def run(loaded: Pipeline) -> FlowRun:
    """A run for real with one change, just ended."""
    loaded.halo.hire("Prefect", "Looker", department="Legal")
    loaded.sync()
    with get_client(sync_client=True) as client:
        (newest,) = client.read_flow_runs(limit=1, sort=FlowRunSort.START_TIME_DESC)
    return newest


@pytest.fixture(scope="module")
def task_runs(run: FlowRun) -> list[TaskRun]:
    with get_client(sync_client=True) as client:
        return client.read_task_runs(task_run_filter=TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[run.id])))


@pytest.fixture(scope="module")
def artifacts(run: FlowRun) -> dict[str, Artifact]:
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(
            artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id])), limit=50
        )
    return {artifact.key: artifact for artifact in found if artifact.key}


def test_run_is_named_for_what_it_does(run):
    assert run.name == "people-to-ad, for real"


def test_run_has_a_task_run_a_stage_and_none_a_person(task_runs):
    assert {task_run.name for task_run in task_runs} == {
        "exchange token", "fetch halo-users", "fetch halo-user-details", "merge on the primary key", "validate",
        "map attributes", "settle the journal", "read directory", "plan", "gate", "apply", "report",
        "deliver the outbox", "find what fell due",
    }  # fmt: skip
    assert len(task_runs) == 14 < MOST_TASK_RUNS


def test_run_shows_summary_plan_validation_and_progress(artifacts):
    assert set(artifacts) == {"summary", "plan", "validation", "apply-progress"}
    assert "**Applied.**" in str(artifacts["summary"].data)
    assert "| accounts to create | 1 | 1 |" in str(artifacts["summary"].data)
    assert "Prefect Looker" in str(artifacts["plan"].data)
    assert re.search(r"all 2\d\d people fit", str(artifacts["validation"].data))
    assert artifacts["apply-progress"].data == 100


def test_run_keeps_no_result(run, task_runs):
    """Results would hold people: none is persisted."""
    states = [run.state, *(task_run.state for task_run in task_runs)]
    assert all(state is not None and getattr(state.data, "storage_key", None) is None for state in states)


def test_run_that_a_rule_stops_says_which_and_writes_nothing(loaded: Pipeline):
    stamps = loaded.stamps()
    vanished = loaded.halo.vanish(fraction=0.6)
    try:
        with pytest.raises(
            ValidationStoppedError, match=r"\d+ people came, the last (run|\d runs) that read everybody had 2\d\d"
        ):
            loaded.sync()
    finally:
        loaded.halo.reappear(vanished)
    with get_client(sync_client=True) as client:
        (stopped,) = client.read_flow_runs(limit=1, sort=FlowRunSort.START_TIME_DESC)
        found = client.read_artifacts(
            artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[stopped.id])), limit=50
        )
    shown = {artifact.key: str(artifact.data) for artifact in found if artifact.key}

    assert shown.keys() == {"validation"}
    assert shown["validation"].count("STOPPED THE RUN") == 1
    assert stopped.state is not None
    assert stopped.state.is_failed()
    assert loaded.stamps() == stamps
    assert loaded.sync()["changes"] == {}, "whoever was gone for a moment is as before"
