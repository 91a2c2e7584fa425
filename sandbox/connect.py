"""Prefect blocks that point at a sandbox, under the names that config/ speaks of."""

from __future__ import annotations

from blocks.directory import ActiveDirectoryCredentials
from blocks.exchange import ExchangeOnlineCredentials, ExchangeServerCredentials
from blocks.files import FileServerCredentials
from blocks.graph import MicrosoftGraphCredentials
from blocks.halo import HaloITSMCredentials
from blocks.store import StateStore
from sandbox.errors import SandboxError
from sandbox.handle import Sandbox

REQUESTS_PER_WINDOW = 1_000_000
"""The simulator's limit is as high: a demo and tests do not wait."""


def save_blocks(sandbox: Sandbox, store_url: str) -> None:
    """Save the sandbox's blocks in the Prefect server that is configured, under the names of the shipped files.

    Raises:
        SandboxError: The sandbox has no HaloITSM.
    """
    halo, directory, graph = sandbox.halo, sandbox.directory, sandbox.graph
    if halo is None or graph is None:
        raise SandboxError(f"sandbox {sandbox.name} was started without HaloITSM")
    HaloITSMCredentials(
        host_name=halo.host_name,
        tenant=halo.tenant,
        token_url=halo.token_url,
        client_id=halo.client_id,
        client_secret=halo.client_secret,
        scopes=("read:customers", "edit:customers", "read:tickets", "edit:tickets"),
        ca_file=sandbox.ca_file,
        requests_per_window=REQUESTS_PER_WINDOW,
    ).save("halo-itsm", overwrite=True)
    ActiveDirectoryCredentials(
        host=directory.host, user=directory.user, password=directory.password, ca_file=sandbox.ca_file
    ).save("corp-ad", overwrite=True)
    MicrosoftGraphCredentials(
        tenant=graph.tenant,
        client_id=graph.client_id,
        client_secret=graph.client_secret,
        authority_host=graph.authority_host,
        graph_host=graph.graph_host,
        ca_file=sandbox.ca_file,
        requests_per_window=REQUESTS_PER_WINDOW,
    ).save("m365", overwrite=True)
    file_servers(sandbox).save("corp-files", overwrite=True)
    StateStore(url=store_url).save("halo-ad-store", overwrite=True)
    _save_exchange(sandbox)


def file_servers(sandbox: Sandbox) -> FileServerCredentials:
    """The block of the sandbox's shares."""
    homes = (sandbox.share, sandbox.second_share)
    return FileServerCredentials(
        user=sandbox.directory.user,
        password=sandbox.directory.password,
        roots=[f"//{share.host}/{share.name}" for share in homes],
        archive_roots=[f"//{sandbox.archive_share.host}/{sandbox.archive_share.name}"],
    )


def _save_exchange(sandbox: Sandbox) -> None:
    exchange = sandbox.exchange
    if exchange is None:
        return
    address = f"{exchange.host}:{exchange.port}"
    ExchangeOnlineCredentials(
        tenant=exchange.tenant,
        client_id=exchange.client_id,
        client_secret=exchange.client_secret,
        host=address,
        login_host=address,
        ca_file=sandbox.ca_file,
    ).save("exchange-online", overwrite=True)
    ExchangeServerCredentials(
        host=exchange.host,
        port=exchange.port,
        user=exchange.user,
        password=exchange.password,
        authentication="basic",
        skype_host=exchange.host,
        ca_file=sandbox.ca_file,
    ).save("exchange-server", overwrite=True)
