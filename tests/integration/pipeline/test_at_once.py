"""From a change in HaloITSM to the directory: its webhook, the receiver, the deployment of prefect.yaml, a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun
from prefect.workers.process import ProcessWorker

from blocks.receiver import HaloWebhookReceiver
from sandbox.prefect_server import running
from tests.support.pipeline import Pipeline
from tests.support.receiving import SECRET, signed, until

PROJECT = Path(__file__).parents[3]
NAME = "sync-people/on-demand"
POOL = "halo-ad"


@dataclass(frozen=True)
class AtOnce:
    """The product with a receiver and a worker that runs what it starts."""

    pipeline: Pipeline
    url: str
    log: Path
    worker_log: Path
    process: subprocess.Popen[bytes]

    def runs(self) -> list[FlowRun]:
        """Every run of the deployment."""
        with get_client(sync_client=True) as client:
            deployment = client.read_deployment_by_name(NAME)
            return client.read_flow_runs(
                deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id]))
            )

    def settled(self) -> bool:
        """Whether no run goes on and nobody waits for one."""
        waits = httpx.get(f"{self.url}/health", trust_env=False).json()["waiting"]
        return not waits and all(run.state and run.state.is_final() for run in self.runs())

    def accounts(self, key: int, *attributes: str) -> list[Any]:
        """Whatever ldapsearch finds of a person."""
        return self.pipeline.find(f"(employeeID={key})", *attributes)


@pytest.fixture(scope="module")
def at_once(loaded: Pipeline, prefect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtOnce]:
    folder = tmp_path_factory.mktemp("at-once")
    temporary, worker_log = folder / "tmp", folder / "worker.log"
    temporary.mkdir()
    variables = {"PREFECT_API_URL": f"{prefect}/api", "PREFECT_WORKER_QUERY_SECONDS": "1", "TMPDIR": str(temporary)}
    with get_client(sync_client=True) as client:
        template = ProcessWorker.get_default_base_job_template()
        client.create_work_pool(WorkPoolCreate(name=POOL, type=ProcessWorker.type, base_job_template=template))
    deploy = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--name", NAME]
    subprocess.run(deploy, cwd=PROJECT, env={**os.environ, **variables}, capture_output=True, check=True)  # noqa: S603
    HaloWebhookReceiver(secret=SECRET, deployment=NAME, dry_run=False).save("halo-webhooks", overwrite=True)
    log = folder / "receiver.log"
    with ExitStack() as stack:
        worker = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--name", "at-once"]
        stack.enter_context(running(worker, variables, worker_log))
        command = [sys.executable, "-m", "commands.main", "listen", "halo-webhooks", "--port", "0"]
        process = stack.enter_context(running(command, variables, log))
        until(lambda: log.exists() and "listening on 127.0.0.1 port " in log.read_text(), 60)
        port = log.read_text().partition("listening on 127.0.0.1 port ")[2].partition(",")[0]
        url = f"http://127.0.0.1:{port}"
        loaded.halo.webhook(f"{url}/halo", secret=SECRET)
        yield AtOnce(loaded, url, log, worker_log, process)


def test_a_joiner_and_a_leaver_are_in_the_directory_at_once(at_once: AtOnce) -> None:
    halo = at_once.pipeline.halo
    key = halo.hire("Prompt", "Starter", department="Legal")
    until(lambda: at_once.accounts(key, "cn"), 60)
    halo.leave(key)  # while the first run may still go on
    until(lambda: at_once.accounts(key, "userAccountControl")[0]["useraccountcontrol"] == ["514"], 60)
    until(at_once.settled, 60)

    assert [run.parameters["only"] for run in at_once.runs()] == [[str(key)]] * 2
    assert {run.state_name for run in at_once.runs()} == {"Completed"}
    assert at_once.worker_log.read_text().count("This run begins slowly") == 1, "the second was forked"


def test_a_thousand_forged_requests_start_no_run(at_once: AtOnce) -> None:
    before = len(at_once.runs())
    body = b'{"user": {"id": 60}}'
    with httpx.Client(trust_env=False) as http:
        for number in range(1000):
            token = signed(body, f"guess-{number}-of-the-secret")
            assert http.post(f"{at_once.url}/halo", content=body, headers=token).status_code in {401, 429}
    genuine = b'{"user": {"id": 999999}}'  # whom HaloITSM does not know
    with httpx.Client(trust_env=False) as http:
        until(lambda: http.post(f"{at_once.url}/halo", content=genuine, headers=signed(genuine)).status_code == 202, 10)
    until(lambda: len(at_once.runs()) > before and at_once.settled(), 60)
    new = [run for run in at_once.runs() if run.parameters["only"] == ["999999"]]
    assert (len(at_once.runs()), len(new)) == (before + 1, 1), "what was forged before it is in no run"


def test_the_end_is_clean_and_its_log_names_nobody(at_once: AtOnce) -> None:
    """The last test of the file: the receiver ends."""
    at_once.process.send_signal(signal.SIGTERM)
    assert at_once.process.wait(20) == os.EX_OK
    log = at_once.log.read_text()
    assert log.count("was started for 1 people") == 3
    assert "Traceback" not in log
    assert not [word for word in ("Prompt", "Starter", "example.test", SECRET) if word.lower() in log.lower()]
