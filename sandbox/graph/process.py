"""The simulator as a process of a sandbox: started beside the others, and awaited."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from sandbox.directory.certificates import certificate_file, key_file
from sandbox.directory.provision import PROJECT
from sandbox.folder import read_state
from sandbox.handle import Graph
from sandbox.processes import Processes

SERVER = "graph"
TENANT = "example.onmicrosoft.test"
CLIENT_ID = "7c0d7e0a-5a0f-4f0b-9d55-3f1f0c5f7a10"
_READY_FILE = "graph-ready.json"
_TIMEOUT_S = 60


def start_graph(processes: Processes, folder: Path, address: str) -> str:
    """Start the simulator on a free port of ``address``; return its client secret."""
    client_secret = secrets.token_urlsafe(24)
    processes.start(
        SERVER,
        [
            sys.executable, "-m", "sandbox.graph", "--address", address, "--port", "0",
            "--certfile", str(certificate_file(folder, SERVER)), "--keyfile", str(key_file(folder, SERVER)),
            "--client-id", CLIENT_ID, f"--client-secret={client_secret}", "--tenant", TENANT,
            "--ready-file", str(folder / _READY_FILE),
        ],
        environment={"PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    return client_secret


def await_graph(processes: Processes, folder: Path, address: str, client_secret: str) -> Graph:
    """Return where the simulator is, once it listens.

    Raises:
        SandboxError: It does not listen in time, or has ended.
    """
    processes.wait_until(
        "the simulated Microsoft Graph", lambda: read_state(folder, _READY_FILE) is not None, _TIMEOUT_S
    )
    host = f"{address}:{read_state(folder, _READY_FILE)['port']}"
    return Graph(
        tenant=TENANT,
        client_id=CLIENT_ID,
        client_secret=client_secret,
        authority_host=host,
        graph_host=host,
        admin_url=f"https://{host}/_sandbox",
    )
