"""Prefect blocks that point at a sandbox, under the names that config/ speaks of."""

from __future__ import annotations

from contextlib import suppress

from prefect.blocks.core import Block

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
    blocks: dict[str, Block] = {
        "halo-itsm": HaloITSMCredentials(
            host_name=halo.host_name,
            tenant=halo.tenant,
            token_url=halo.token_url,
            client_id=halo.client_id,
            client_secret=halo.client_secret,
            scopes=("read:customers", "edit:customers", "read:tickets", "edit:tickets"),
            ca_file=sandbox.ca_file,
            requests_per_window=REQUESTS_PER_WINDOW,
        ),
        "corp-ad": ActiveDirectoryCredentials(
            host=directory.host, user=directory.user, password=directory.password, ca_file=sandbox.ca_file
        ),
        "m365": MicrosoftGraphCredentials(
            tenant=graph.tenant,
            client_id=graph.client_id,
            client_secret=graph.client_secret,
            authority_host=graph.authority_host,
            graph_host=graph.graph_host,
            ca_file=sandbox.ca_file,
            requests_per_window=REQUESTS_PER_WINDOW,
        ),
        "corp-files": file_servers(sandbox),
        "halo-ad-store": StateStore(url=store_url),
        **_of_exchange(sandbox),
    }
    for name, block in blocks.items():
        _save(block, name)


def _save(block: Block, name: str) -> None:
    """Save a block, unless it is saved as it is: Prefect takes half a second to look for secrets in one."""
    with suppress(ValueError):  # there is none
        before = type(block).load(name)
        if all(getattr(before, field) == getattr(block, field) for field in type(block).model_fields):
            return
    block.save(name, overwrite=True)


def file_servers(sandbox: Sandbox) -> FileServerCredentials:
    """The block of the sandbox's shares."""
    homes = (sandbox.share, sandbox.second_share)
    return FileServerCredentials(
        user=sandbox.directory.user,
        password=sandbox.directory.password,
        roots=[f"//{share.host}/{share.name}" for share in homes],
        archive_roots=[f"//{sandbox.archive_share.host}/{sandbox.archive_share.name}"],
    )


def _of_exchange(sandbox: Sandbox) -> dict[str, Block]:
    exchange = sandbox.exchange
    if exchange is None:
        return {}
    address = f"{exchange.host}:{exchange.port}"
    return {
        "exchange-online": ExchangeOnlineCredentials(
            tenant=exchange.tenant,
            client_id=exchange.client_id,
            client_secret=exchange.client_secret,
            host=address,
            login_host=address,
            ca_file=sandbox.ca_file,
        ),
        "exchange-server": ExchangeServerCredentials(
            host=exchange.host,
            port=exchange.port,
            user=exchange.user,
            password=exchange.password,
            authentication="basic",
            skype_host=exchange.host,
            ca_file=sandbox.ca_file,
        ),
    }
