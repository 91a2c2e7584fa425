"""Brings a sandbox up, stays with it, and is all that holds it: when the supervisor is gone, so is the sandbox."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from sandbox.address import reserve_address
from sandbox.directory.certificates import ca_file, write_certificates
from sandbox.directory.configuration import (
    ARCHIVE_SHARE_NAME,
    SECOND_SHARE_NAME,
    SHARE_NAME,
    archive_share_folder,
    second_share_folder,
    share_folder,
)
from sandbox.directory.provision import start_directory
from sandbox.directory.readiness import LDAPS_PORT, directory_answers
from sandbox.errors import SandboxError
from sandbox.exchange.process import await_exchange, start_exchange
from sandbox.folder import claim, folder_of, hand_over, write_state
from sandbox.graph.process import await_graph, start_graph
from sandbox.halo.process import await_halo, start_halo
from sandbox.handle import STATUS_FILE, Directory, Sandbox, Share
from sandbox.machine import check_machine
from sandbox.organisation import BASE_DN, MANAGED_OUS, SERVER_NAME, SERVICE_ACCOUNT, UPN_SUFFIX
from sandbox.processes import Processes

SUPERVISOR_FILE = "supervisor.json"
ANSWER_TIMEOUT_S = 60


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
    halo_secret = graph_secret = exchange_secret = ""
    exchange_password = _password()
    if with_halo:  # they start while the domain is made
        halo_secret = start_halo(processes, folder, address)
        graph_secret = start_graph(processes, folder, address)
        exchange_secret = start_exchange(processes, folder, address, exchange_password)
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
    halo = await_halo(processes, folder, address, halo_secret) if with_halo else None
    graph = await_graph(processes, folder, address, graph_secret) if with_halo else None
    exchange = await_exchange(processes, folder, address, exchange_secret, exchange_password) if with_halo else None
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


def _password() -> str:
    """Generate a password that meets the domain's complexity rule whatever the random part is."""
    return f"Aa1-{secrets.token_urlsafe(18)}"
