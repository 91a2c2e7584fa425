"""The simulated Microsoft Graph as a process of a sandbox."""

from __future__ import annotations

from pathlib import Path

from sandbox.handle import Graph
from sandbox.processes import Processes
from sandbox.simulators.process import await_simulator, start_simulator

SERVER = "graph"
TENANT = "example.onmicrosoft.test"
CLIENT_ID = "7c0d7e0a-5a0f-4f0b-9d55-3f1f0c5f7a10"


def start_graph(processes: Processes, folder: Path, address: str) -> str:
    """Start the simulator on a free port of ``address``; return its client secret."""
    return start_simulator(processes, folder, address, SERVER, client_id=CLIENT_ID, tenant=TENANT)


def await_graph(processes: Processes, folder: Path, address: str, client_secret: str) -> Graph:
    """Return where the simulator is, once it listens.

    Raises:
        SandboxError: It does not listen in time, or has ended.
    """
    host = f"{address}:{await_simulator(processes, folder, SERVER, 'the simulated Microsoft Graph')}"
    return Graph(
        tenant=TENANT,
        client_id=CLIENT_ID,
        client_secret=client_secret,
        authority_host=host,
        graph_host=host,
        admin_url=f"https://{host}/_sandbox",
    )
