"""A chapter of the story: the nightly deployment's schedule is turned on, and a run comes with nobody starting it."""

from __future__ import annotations

from collections.abc import Callable

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun

from sandbox.demo.context import DemoContext
from sandbox.ldapsearch import ldapsearch

NIGHTLY = "sync-people/nightly"
INTERVAL_S = 20
"""Instead of 02:00, so that nobody has to wait for the night."""
TIMEOUT_S = 180.0


def show_a_scheduled_run(context: DemoContext, prefect: Callable[..., None]) -> None:
    """From a schedule that is turned on to the plan of the run that it makes.

    Args:
        context: Of the story.
        prefect: Runs the program ``prefect`` with these arguments.

    Raises:
        SandboxError: Something is not as it should be; the sentence says what.
    """
    context.tell.stage("The nightly run, by its schedule")
    key = context.halo.hire("Oluwaseun", "Bakker", department="Legal")
    before, _ = context.newest_plan()
    context.tell.line(f"The schedule of {NIGHTLY} is turned on, every {INTERVAL_S} seconds instead of at 02:00.")
    prefect("deployment", "schedule", "create", NIGHTLY, "--interval", str(INTERVAL_S), "--replace", "-y")
    seconds = context.wait_until(_completed, f"a run of {NIGHTLY} came by its schedule", TIMEOUT_S)
    (run, *_) = _completed()
    prefect("deploy", "--name", NIGHTLY)  # as in prefect.yaml again: off
    plan_id, plan = context.newest_plan()
    joiners = [change.person for change in plan.changes if change.action == "create-user"]
    context.expect(plan_id != before, f"after {seconds:.0f} s a run came by itself")
    context.expect(joiners == [str(key)], f"it is {run.state_name}, and its plan has the account of person {key}")
    is_written = bool(ldapsearch(context.sandbox, f"(employeeID={key})", "cn"))
    context.expect(not is_written, "nothing was written: as shipped, the nightly run is a dry run")


def _completed() -> list[FlowRun]:
    """Runs of the deployment that a schedule made and that are over."""
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name(NIGHTLY)
        only = DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id]))
        runs = client.read_flow_runs(deployment_filter=only)
    return [run for run in runs if run.auto_scheduled and run.state and run.state.is_completed()]
