"""A chapter of the story: the nightly deployment's schedule is turned on, and a run comes with nobody starting it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun

from lifecycle.planning.plan import Plan
from sandbox.demo.tell import Teller
from sandbox.errors import SandboxError
from sandbox.halo.client import SandboxHalo
from sandbox.handle import Sandbox
from sandbox.ldapsearch import ldapsearch

NIGHTLY = "sync-people/nightly"
INTERVAL_S = 20
"""Instead of 02:00, so that nobody has to wait for the night."""
PATIENCE_S = 180.0


@dataclass(frozen=True)
class ByItself:
    """One telling.

    Args:
        sandbox: Up.
        halo: The admin side of HaloITSM.
        prefect: Runs the program ``prefect`` with these arguments.
        newest_plan: Returns identifier and content of the plan that was made last.
        tell: Prints.
        expect: Says what holds, or ends the story.
    """

    sandbox: Sandbox
    halo: SandboxHalo
    prefect: Callable[..., None]
    newest_plan: Callable[[], tuple[str, Plan]]
    tell: Teller
    expect: Callable[[bool, str], None]

    def scheduled_run(self) -> None:
        """From a schedule that is turned on to the plan of the run that it makes.

        Raises:
            SandboxError: Something is not as it should be; the sentence says what.
        """
        self.tell.stage("The nightly run, by its schedule")
        key = self.halo.hire("Oluwaseun", "Bakker", department="Legal")
        before, _ = self.newest_plan()
        self.tell.line(f"The schedule of {NIGHTLY} is turned on, every {INTERVAL_S} seconds instead of at 02:00.")
        began = time.monotonic()
        self.prefect("deployment", "schedule", "create", NIGHTLY, "--interval", str(INTERVAL_S), "--replace", "-y")
        run = self._completed()
        seconds = time.monotonic() - began
        self.prefect("deploy", "--name", NIGHTLY)  # as in prefect.yaml again: off
        plan_id, plan = self.newest_plan()
        joiners = [change.person for change in plan.changes if change.action == "create-user"]
        self.expect(plan_id != before and bool(run.auto_scheduled), f"after {seconds:.0f} s a run came by itself")
        self.expect(joiners == [str(key)], f"it is {run.state_name}, and its plan has the account of person {key}")
        is_written = bool(ldapsearch(self.sandbox, f"(employeeID={key})", "cn"))
        self.expect(not is_written, "nothing was written: as shipped, the nightly run is a dry run")

    def _completed(self) -> FlowRun:
        deadline = time.monotonic() + PATIENCE_S
        with get_client(sync_client=True) as client:
            deployment = client.read_deployment_by_name(NIGHTLY)
            only = DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id]))
            while time.monotonic() < deadline:
                for run in client.read_flow_runs(deployment_filter=only):
                    if run.auto_scheduled and run.state and run.state.is_completed():
                        return run
                time.sleep(0.5)
        raise SandboxError(f"after {PATIENCE_S:.0f} s no run of {NIGHTLY} came by its schedule")
