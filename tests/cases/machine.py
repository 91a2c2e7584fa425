"""A machine on which Prefect's server and a worker run as docs/how-to/run-it-for-your-domain.md says."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import ruamel.yaml
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL, temporary_settings

from sandbox.handle import PROJECT
from sandbox.prefect_server import environment, free_port, prefect_server, running

POOL = "halo-ad"
PATIENCE_S = 300.0
"""How long a condition is waited for. A machine that is busy takes longer than a quiet one."""


class Machine:
    """Prefect's programs in a folder of their own, on a port of their own.

    Args:
        folder: Empty; for Prefect's home, logs and temporary files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._stack = ExitStack()
        temporary = folder / "tmp"
        temporary.mkdir()
        self._environment = {
            **environment(folder / "prefect", self.port), "TMPDIR": str(temporary), "PREFECT_WORKER_QUERY_SECONDS": "1",
        }  # fmt: skip

    def __enter__(self) -> Self:
        self.restart()
        self._stack.enter_context(temporary_settings({PREFECT_API_URL: f"{self.url}/api"}))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def restart(self) -> None:
        """Start Prefect's server: for the first time, or again after it was killed; it ends with the machine."""
        self._stack.enter_context(prefect_server(self.port, self._environment, self.folder / "server.log"))

    def deploy(self, change: Callable[[list[dict[str, Any]]], None]) -> None:
        """Create the work pool and deploy everything in prefect.yaml.

        Args:
            change: Receives the deployments of the file, to change what an organisation changes there.
        """
        yaml = ruamel.yaml.YAML()
        content = yaml.load(PROJECT / "prefect.yaml")
        change(content["deployments"])
        file = self.folder / "prefect.yaml"
        yaml.dump(content, file)
        self.prefect("work-pool", "create", POOL, "--type", "process", "--overwrite")
        self.prefect("deploy", "--all", "--prefect-file", str(file))

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker, which ends with the machine."""
        return self._stack.enter_context(self.worker())

    def worker(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """A worker, for as long as the block lasts."""
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL]
        return running(command, self._environment, self.folder / "worker.log")

    def prefect(self, *arguments: str) -> None:
        """Run ``prefect`` as a person types it."""
        command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
        done = subprocess.run(  # noqa: S603 - our own command line
            command, cwd=PROJECT, env={**os.environ, **self._environment}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr or done.stdout

    def runs(self, deployment: str) -> list[FlowRun]:
        """Every run of a deployment, named ``flow/deployment``."""
        with self._client() as client:
            found = client.read_deployment_by_name(deployment)
            only = DeploymentFilter(id=DeploymentFilterId(any_=[found.id]))
            return client.read_flow_runs(deployment_filter=only)

    @contextmanager
    def _client(self) -> Iterator[SyncPrefectClient]:
        with get_client(sync_client=True) as client:
            yield client


def wait_until(holds: Callable[[], object], patience_s: float = PATIENCE_S) -> bool:
    """Look until something holds; False if it did not hold in time."""
    deadline = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True
