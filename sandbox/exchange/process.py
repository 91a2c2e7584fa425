"""The simulated Exchange as a process of a sandbox."""

from __future__ import annotations

from pathlib import Path

from sandbox.handle import Exchange
from sandbox.organisation import SERVICE_ACCOUNT, UPN_SUFFIX
from sandbox.processes import Processes
from sandbox.simulators.process import await_simulator, start_simulator

SERVER = "exchange"
TENANT = "example.onmicrosoft.test"
CLIENT_ID = "halo-ad-sandbox"
_USER = f"{SERVICE_ACCOUNT}@{UPN_SUFFIX}"


def start_exchange(processes: Processes, folder: Path, address: str, password: str) -> str:
    """Start the simulator on a free port of ``address``; return its client secret.

    Args:
        processes: Of the sandbox.
        folder: The sandbox's.
        address: Address to listen on.
        password: Of the service account on the server.
    """
    options = ["--user", _USER, f"--password={password}"]
    return start_simulator(processes, folder, address, SERVER, client_id=CLIENT_ID, tenant=TENANT, options=options)


def await_exchange(processes: Processes, folder: Path, address: str, client_secret: str, password: str) -> Exchange:
    """Return where the simulator is, once it listens.

    Raises:
        SandboxError: It does not listen in time, or has ended.
    """
    port = await_simulator(processes, folder, SERVER, "the simulated Exchange")
    return Exchange(
        host=address,
        port=port,
        tenant=TENANT,
        client_id=CLIENT_ID,
        client_secret=client_secret,
        user=_USER,
        password=password,
        admin_url=f"https://{address}:{port}/_sandbox",
    )
