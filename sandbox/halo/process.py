"""The simulated HaloITSM as a process of a sandbox."""

from __future__ import annotations

from pathlib import Path

from sandbox.handle import Halo
from sandbox.processes import Processes
from sandbox.simulators.process import await_simulator, start_simulator

SERVER = "halo"
TENANT = "example"
CLIENT_ID = "halo-ad-sandbox"


def start_halo(processes: Processes, folder: Path, address: str) -> str:
    """Start the simulator on a free port of ``address``; return its client secret."""
    return start_simulator(processes, folder, address, SERVER, client_id=CLIENT_ID, tenant=TENANT)


def await_halo(processes: Processes, folder: Path, address: str, client_secret: str) -> Halo:
    """Return where the simulator is, once it listens.

    Raises:
        SandboxError: It does not listen in time, or has ended.
    """
    host_name = f"{address}:{await_simulator(processes, folder, SERVER, 'the simulated HaloITSM')}"
    return Halo(
        host_name=host_name,
        tenant=TENANT,
        token_url="https://{Host-Name}/auth/token?tenant={tenantname}",
        client_id=CLIENT_ID,
        client_secret=client_secret,
        admin_url=f"https://{host_name}/_sandbox",
    )
