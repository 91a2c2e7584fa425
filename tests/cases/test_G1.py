"""G1: a schedule that is turned on makes runs, and a worker carries them out, with nobody starting them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.client.schemas.objects import FlowRun

from tests.cases.machine import PATIENCE_S, Machine, wait_until
from tests.cases.world import PEOPLE, World

NIGHTLY = "sync-people/nightly"
SCHEDULED = {"sync-people/nightly", "run-due-steps/daily", "deliver-outbox/every-five-minutes"}
SHORT_S = 20


def _turn_schedules_on(deployments: list[dict[str, Any]]) -> None:
    for deployment in deployments:
        for schedule in deployment.get("schedules", ()):
            schedule["active"] = True


def _every_few_seconds(deployments: list[dict[str, Any]]) -> None:
    _turn_schedules_on(deployments)
    (nightly,) = (one for one in deployments if one["name"] == "nightly")
    (schedule,) = nightly["schedules"]
    for key in ("cron", "timezone"):
        del schedule[key]
    schedule["interval"] = SHORT_S


@pytest.fixture(scope="module")
def machine(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with Machine(tmp_path_factory.mktemp("machine")) as machine:
        world.save_blocks()
        yield machine


def _ended_by_itself(machine: Machine) -> list[FlowRun]:
    """Runs that a schedule made and that are over."""
    return [one for one in machine.runs(NIGHTLY) if one.auto_scheduled and one.state and one.state.is_completed()]


def test_every_shipped_schedule_makes_runs(machine: Machine) -> None:
    machine.deploy(_turn_schedules_on)
    wait_until(lambda: all(map(machine.runs, SCHEDULED)), 60)
    assert {name for name in SCHEDULED if machine.runs(name)} == SCHEDULED


def test_the_worker_carries_out_a_run_that_a_schedule_made(machine: Machine, world: World) -> None:
    machine.deploy(_every_few_seconds)
    machine.start_worker()
    wait_until(lambda: _ended_by_itself(machine), PATIENCE_S)
    assert _ended_by_itself(machine), [(one.name, one.state_name) for one in machine.runs(NIGHTLY)]

    run = _ended_by_itself(machine)[0]
    with get_client(sync_client=True) as client:
        of_the_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]))
        pages = {one.key: str(one.data) for one in client.read_artifacts(artifact_filter=of_the_run)}
    assert "accounts to create" in pages["summary"], pages.keys()
    assert not world.find(PEOPLE, "cn"), "it is a dry run as shipped"
