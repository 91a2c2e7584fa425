"""A simulator as a process of a sandbox: started beside the others, and awaited."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox.directory.certificates import certificate_file, key_file
from sandbox.directory.provision import PROJECT
from sandbox.folder import read_state
from sandbox.processes import Processes

_TIMEOUT_S = 60


def start_simulator(
    processes: Processes,
    folder: Path,
    address: str,
    name: str,
    *,
    client_id: str,
    tenant: str,
    options: Sequence[str] = (),
) -> str:
    """Start ``python -m sandbox.{name}`` on a free port of an address; return its client secret.

    Args:
        processes: Of the sandbox.
        folder: The sandbox's; holds a certificate of this name.
        address: Address to listen on.
        name: ``halo``, ``graph`` or ``exchange``.
        client_id: Application that may have tokens.
        tenant: Name of the one tenant.
        options: What this simulator is told besides.
    """
    client_secret = secrets.token_urlsafe(24)
    processes.start(
        name,
        [
            sys.executable, "-m", f"sandbox.{name}", "--address", address, "--port", "0",
            "--certfile", str(certificate_file(folder, name)), "--keyfile", str(key_file(folder, name)),
            "--ready-file", str(folder / _ready_file(name)),
            "--client-id", client_id, f"--client-secret={client_secret}", "--tenant", tenant, *options,
        ],
        environment={"PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    return client_secret


def await_simulator(processes: Processes, folder: Path, name: str, title: str) -> int:
    """Return the port of a simulator, once it listens.

    Args:
        processes: Of the sandbox.
        folder: The sandbox's.
        name: As it was started.
        title: What it is called where it does not come.

    Raises:
        SandboxError: It does not listen in time, or has ended.
    """
    processes.wait_until(title, lambda: read_state(folder, _ready_file(name)) is not None, _TIMEOUT_S)
    port: int = read_state(folder, _ready_file(name))["port"]
    return port


def _ready_file(name: str) -> str:
    return f"{name}-ready.json"
