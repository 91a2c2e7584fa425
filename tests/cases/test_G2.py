"""G2: the power fails while a run writes; the next run comes, what was killed does not stay, and people are told."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import TaskRunFilter, TaskRunFilterFlowRunId
from prefect.client.schemas.objects import FlowRun

from tests.cases.chat import BLOCK, Message, chat
from tests.cases.machine import PATIENCE_S, Machine, wait_until
from tests.cases.world import AUTOMATION, World

NIGHTLY = "sync-people/nightly"
LEASE_S = 120
FINAL = {"Completed", "Failed", "Crashed", "Cancelled", "Waiting for approval"}


def _every_two_minutes(deployments: list[dict[str, Any]]) -> None:
    """A short night: the nightly run every two minutes, dry as shipped."""
    (nightly,) = (one for one in deployments if one["name"] == "nightly")
    (schedule,) = nightly["schedules"]
    for key in ("cron", "timezone"):
        del schedule[key]
    schedule.update(interval=120, active=True)


@dataclass(frozen=True)
class Aftermath:
    """What was to be seen once the machine was up again.

    Args:
        machine: Up.
        killed: The live run that was at work when the power failed.
        again: Live runs that were started after it.
        messages: What people were told, in the order in which it came.
    """

    machine: Machine
    killed: FlowRun
    again: list[FlowRun]
    messages: list[Message]


@pytest.fixture(scope="module")
def aftermath(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """A power cut in the middle of a live run, and runs after it."""
    with Machine(tmp_path_factory.mktemp("machine")) as machine, chat() as messages:
        world.save_blocks()
        notification = {
            "block": f"custom-webhook/{BLOCK}",
            "subject": "%act.automation%: %act.outcome%",
            "body": "%act.run%: %act.reason%",
        }
        assert world.configure(f"automations/{AUTOMATION}.yaml", "notify", [notification])
        machine.deploy(_every_two_minutes)
        parameters = {"automation": AUTOMATION, "dry_run": False, "config_dir": str(world.config)}
        world.halo.faults(slow={"seconds": 30})
        machine.start_worker()
        killed = _run(parameters)
        assert wait_until(lambda: _state(killed) == "Running")
        assert wait_until(lambda: _tasks(killed))

        _power_cut(machine)
        world.halo.clear_faults()
        machine.restart()
        machine.start_worker()
        again = [_run(parameters), _run(parameters)]

        wait_until(lambda: all(_state(run) in FINAL for run in again), LEASE_S + PATIENCE_S)
        yield Aftermath(machine, killed, again, messages)


def _run(parameters: dict[str, Any]) -> FlowRun:
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name(NIGHTLY)
        return client.create_flow_run_from_deployment(deployment.id, parameters=parameters)


def _state(run: FlowRun) -> str:
    with get_client(sync_client=True) as client:
        found = client.read_flow_run(run.id)
    return str(found.state_name)


def _ended_by_itself(machine: Machine) -> list[FlowRun]:
    """Runs that the schedule made and that are over."""
    return [one for one in machine.runs(NIGHTLY) if one.auto_scheduled and one.state and one.state.is_completed()]


def _tasks(run: FlowRun) -> int:
    """How many task runs a run has begun."""
    with get_client(sync_client=True) as client:
        of_the_run = TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[run.id]))
        return len(client.read_task_runs(task_run_filter=of_the_run))


def _processes(machine: Machine) -> list[int]:
    """Everything that runs on the machine: its programs, and what they have begun."""
    marker, found = f"TMPDIR={machine.folder / 'tmp'}".encode(), []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            if folder.name.isdecimal() and marker in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _power_cut(machine: Machine) -> None:
    while processes := _processes(machine):
        for one in processes:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)


def test_the_next_run_comes_after_a_power_cut(aftermath: Aftermath) -> None:
    states = [_state(run) for run in aftermath.again]
    # The first load is over the limits, so its plan waits for approval: the run has read everybody and made it.
    assert set(states) <= {"Completed", "Waiting for approval"}, states
    assert _state(aftermath.killed) == "Crashed", "what was killed does not show as running for ever"
    machine = aftermath.machine
    wait_until(lambda: _ended_by_itself(machine))
    assert _ended_by_itself(machine)
    assert "Cancelled" not in {run.state_name for run in machine.runs(NIGHTLY)}


def test_people_are_told_once_of_the_run_that_was_killed(aftermath: Aftermath) -> None:
    told = [one for one in aftermath.messages if str(aftermath.killed.id) in one.body]
    assert [one.subject for one in told] == [f"{AUTOMATION}: run-failed"], aftermath.messages
    assert "killed" in told[0].body
