"""A running sandbox as tests and the demo hold it: where everything is, and the two commands that matter.

The shape of these classes is the shape of ``python -m sandbox status --json``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from sandbox.errors import SandboxError
from sandbox.folder import folder_of, is_alive, read_state

STATUS_FILE = "status.json"
PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Directory:
    """The domain controller: LDAPS on ``host:port``, its certificate names both ``host`` and ``server_name``."""

    host: str
    port: int
    server_name: str
    base_dn: str
    user: str
    password: str = field(repr=False)
    administrator: str
    administrator_password: str = field(repr=False)
    managed_ous: tuple[str, ...]


@dataclass(frozen=True)
class Share:
    r"""An SMB share ``\\host\name``, and the real folder behind it."""

    host: str
    name: str
    folder: str


@dataclass(frozen=True)
class Halo:
    """The simulated HaloITSM: what the credentials of a data source ask for, and where its switches are."""

    host_name: str
    tenant: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    admin_url: str


@dataclass(frozen=True)
class Graph:
    """The simulated Microsoft 365: what the block asks for, and where its switches are."""

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    authority_host: str
    graph_host: str
    admin_url: str


@dataclass(frozen=True)
class Exchange:
    """The simulated Exchange: a tenant and a server behind one host, and where its switches are."""

    host: str
    port: int
    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    user: str
    password: str = field(repr=False)
    admin_url: str


@dataclass(frozen=True)
class Sandbox:
    """One running sandbox; ``halo``, ``graph`` and ``exchange`` are ``None`` when it was started without simulators.

    Home folders stand on ``share`` and ``second_share``, their archives on ``archive_share``.
    """

    name: str
    pid: int
    folder: str
    ca_file: str
    directory: Directory
    share: Share
    second_share: Share
    archive_share: Share
    halo: Halo | None
    graph: Graph | None
    exchange: Exchange | None

    @classmethod
    def from_status(cls, status: dict[str, Any]) -> Self:
        """Make it from the object that ``status --json`` prints."""
        directory = {**status["directory"], "managed_ous": tuple(status["directory"]["managed_ous"])}
        return cls(
            name=status["name"],
            pid=status["pid"],
            folder=status["folder"],
            ca_file=status["ca_file"],
            directory=Directory(**directory),
            share=Share(**status["share"]),
            second_share=Share(**status["second_share"]),
            archive_share=Share(**status["archive_share"]),
            halo=Halo(**status["halo"]) if status["halo"] else None,
            graph=Graph(**status["graph"]) if status["graph"] else None,
            exchange=Exchange(**status["exchange"]) if status["exchange"] else None,
        )


def find(name: str = "default") -> Sandbox | None:
    """Return the sandbox ``name`` if it is up, else ``None``."""
    folder = folder_of(name)
    status = read_state(folder, STATUS_FILE) if is_alive(folder) else None
    return Sandbox.from_status(status) if status else None


def start(name: str = "default", *, with_halo: bool = True) -> Sandbox:
    """Start the sandbox ``name`` in the background, or take the one that is up, and return when everything answers.

    Raises:
        SandboxError: It cannot be started; the message is the sentence the command line would print.
    """
    _command("up", "--name", name, "--detach", *([] if with_halo else ["--without-halo"]))
    sandbox = find(name)
    if sandbox is None:
        raise SandboxError(f"sandbox {name} ended as soon as it was up")
    return sandbox


def stop(name: str = "default") -> None:
    """End the sandbox ``name`` and return when nothing of it is left; that it is not up is no error.

    Raises:
        SandboxError: It could not be ended.
    """
    _command("down", "--name", name)


def _command(*arguments: str) -> None:
    as_root = () if os.geteuid() == 0 else ("sudo", "-n")  # a domain controller has fixed ports below 1024
    done = subprocess.run(  # noqa: S603 - our own command line
        [*as_root, sys.executable, "-m", "sandbox", *arguments],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SandboxError(done.stderr.strip() or f"sandbox {arguments[0]} ended with status {done.returncode}")
