"""Brings a sandbox up, stays with it, and is all that holds it: when the supervisor is gone, so is the sandbox."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from sandbox.address import reserve_address
from sandbox.directory.certificates import ca_file, certificate_file, key_file, write_certificates
from sandbox.directory.configuration import (
    ARCHIVE_SHARE_NAME,
    SECOND_SHARE_NAME,
    SHARE_NAME,
    archive_share_folder,
    second_share_folder,
    share_folder,
)
from sandbox.directory.provision import PROJECT, start_directory
from sandbox.directory.readiness import LDAPS_PORT, directory_answers
from sandbox.errors import SandboxError
from sandbox.folder import claim, folder_of, hand_over, read_state, write_state
from sandbox.graph.process import await_graph, start_graph
from sandbox.handle import STATUS_FILE, Directory, Exchange, Halo, Sandbox, Share
from sandbox.machine import check_machine
from sandbox.organisation import BASE_DN, MANAGED_OUS, SERVER_NAME, SERVICE_ACCOUNT, UPN_SUFFIX
from sandbox.processes import Processes

SUPERVISOR_FILE = "supervisor.json"
READY_FILE = "halo-ready.json"
EXCHANGE_READY_FILE = "exchange-ready.json"
ANSWER_TIMEOUT_S = 60
TENANT = "example"
CLIENT_ID = "halo-ad-sandbox"
CLOUD_TENANT = "example.onmicrosoft.test"


def supervise(name: str, *, with_halo: bool, announce: Callable[[Sandbox], None]) -> NoReturn:
    """Bring the sandbox ``name`` up, announce it, and stay until a signal's exception or an error ends it.

    On the way out, whatever the reason, everything is ended and the folder is removed before this returns.

    Args:
        name: Name of the sandbox.
        with_halo: Whether to start the simulated HaloITSM and Microsoft 365 too.
        announce: Called once, when everything answers.

    Raises:
        SandboxError: It cannot be brought up, or one of its servers ended.
    """
    check_machine()
    folder = folder_of(name)
    address, reservation = reserve_address()
    lock = claim(folder)
    if lock is None:
        raise SandboxError(f"sandbox {name} is up already, or starting or ending at this moment")
    with Processes(folder, held=(lock, reservation.fileno())) as processes:
        hand_over(folder)
        write_state(folder, SUPERVISOR_FILE, {"pid": os.getpid()})
        sandbox = _bring_up(processes, name, folder, address, with_halo=with_halo)
        write_state(folder, STATUS_FILE, asdict(sandbox))
        announce(sandbox)
        processes.watch()
    raise AssertionError("watching ends with an exception")


def _bring_up(processes: Processes, name: str, folder: Path, address: str, *, with_halo: bool) -> Sandbox:
    write_certificates(folder, address)
    hand_over(ca_file(folder).parent)
    hand_over(ca_file(folder))
    client_secret = secrets.token_urlsafe(24)
    exchange_password = _password()
    graph_secret = ""
    if with_halo:  # they start while the domain is made
        _start_halo(processes, folder, address, client_secret)
        graph_secret = start_graph(processes, folder, address)
        _start_exchange(processes, folder, address, client_secret, exchange_password)
    directory = Directory(
        host=address,
        port=LDAPS_PORT,
        server_name=SERVER_NAME,
        base_dn=BASE_DN,
        user=f"{SERVICE_ACCOUNT}@{UPN_SUFFIX}",
        password=_password(),
        administrator=f"Administrator@{UPN_SUFFIX}",
        administrator_password=_password(),
        managed_ous=MANAGED_OUS,
    )
    start_directory(
        processes,
        folder,
        address,
        administrator_password=directory.administrator_password,
        service_password=directory.password,
        person_password=_password(),
    )
    halo = _await_halo(processes, folder, address, client_secret) if with_halo else None
    graph = await_graph(processes, folder, address, graph_secret) if with_halo else None
    exchange = _await_exchange(processes, folder, address, client_secret, exchange_password) if with_halo else None
    processes.wait_until(
        "the domain controller",
        lambda: directory_answers(folder, address, directory.password),
        ANSWER_TIMEOUT_S,
    )
    return Sandbox(
        name=name,
        pid=os.getpid(),
        folder=str(folder),
        ca_file=str(ca_file(folder)),
        directory=directory,
        share=Share(host=address, name=SHARE_NAME, folder=str(share_folder(folder))),
        second_share=Share(host=address, name=SECOND_SHARE_NAME, folder=str(second_share_folder(folder))),
        archive_share=Share(host=address, name=ARCHIVE_SHARE_NAME, folder=str(archive_share_folder(folder))),
        halo=halo,
        graph=graph,
        exchange=exchange,
    )


def _start_halo(processes: Processes, folder: Path, address: str, client_secret: str) -> None:
    processes.start(
        "halo",
        [
            sys.executable, "-m", "sandbox.halo", "--address", address, "--port", "0",
            "--certfile", str(certificate_file(folder, "halo")), "--keyfile", str(key_file(folder, "halo")),
            "--client-id", CLIENT_ID, "--client-secret", client_secret, "--tenant", TENANT,
            "--ready-file", str(folder / READY_FILE),
        ],
        environment={"PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def _await_halo(processes: Processes, folder: Path, address: str, client_secret: str) -> Halo:
    processes.wait_until("the simulated HaloITSM", lambda: read_state(folder, READY_FILE) is not None, ANSWER_TIMEOUT_S)
    ready = read_state(folder, READY_FILE)
    host_name = f"{address}:{ready['port']}"
    return Halo(
        host_name=host_name,
        tenant=TENANT,
        token_url="https://{Host-Name}/auth/token?tenant={tenantname}",
        client_id=CLIENT_ID,
        client_secret=client_secret,
        admin_url=f"https://{host_name}/_sandbox",
    )


def _start_exchange(processes: Processes, folder: Path, address: str, client_secret: str, password: str) -> None:
    processes.start(
        "exchange",
        [
            sys.executable, "-m", "sandbox.exchange", "--address", address, "--port", "0",
            "--certfile", str(certificate_file(folder, "exchange")), "--keyfile", str(key_file(folder, "exchange")),
            "--client-id", CLIENT_ID, "--client-secret", client_secret, "--tenant", CLOUD_TENANT,
            "--user", f"{SERVICE_ACCOUNT}@{UPN_SUFFIX}", "--password", password,
            "--ready-file", str(folder / EXCHANGE_READY_FILE),
        ],
        environment={"PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def _await_exchange(processes: Processes, folder: Path, address: str, client_secret: str, password: str) -> Exchange:
    processes.wait_until(
        "the simulated Exchange", lambda: read_state(folder, EXCHANGE_READY_FILE) is not None, ANSWER_TIMEOUT_S
    )
    port = read_state(folder, EXCHANGE_READY_FILE)["port"]
    return Exchange(
        host=address,
        port=port,
        tenant=CLOUD_TENANT,
        client_id=CLIENT_ID,
        client_secret=client_secret,
        user=f"{SERVICE_ACCOUNT}@{UPN_SUFFIX}",
        password=password,
        admin_url=f"https://{address}:{port}/_sandbox",
    )


def _password() -> str:
    """Generate a password that meets the domain's complexity rule whatever the random part is."""
    return f"Aa1-{secrets.token_urlsafe(18)}"
