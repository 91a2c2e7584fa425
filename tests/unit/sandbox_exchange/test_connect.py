"""The blocks that the sandbox saves lead to both faces of its Exchange."""

from __future__ import annotations

from typing import Any

import pytest
from prefect.blocks.core import Block

from blocks.exchange import ExchangeOnlineCredentials, ExchangeServerCredentials
from lifecycle.mail.operation import MailAccount
from sandbox.connect import save_blocks
from sandbox.handle import Directory, Exchange, Graph, Halo, Sandbox, Share
from tests.support.simulated_exchange import (
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    TENANT,
    USER,
    SimulatedExchange,
)

GUID = "aaaaaaaa-0000-4000-8000-000000000001"


def _sandbox(exchange: SimulatedExchange) -> Sandbox:
    address = (exchange.host, exchange.port)
    homes, more, archive = (Share("dc", name, "/nowhere") for name in ("homes", "more", "archive"))
    return Sandbox(
        "test", 1, "/nowhere", exchange.ca_file,
        Directory("dc", 636, "dc", "DC=corp", "svc", "word", "admin", "word", ()),
        homes, more, archive,
        Halo("halo.example.test", "example", "https://{Host-Name}/auth/token", "id", "word", "https://halo"),
        Graph(TENANT, "id", "word", "login.example.test", "graph.example.test", "https://graph"),
        Exchange(*address, TENANT, CLIENT_ID, CLIENT_SECRET, USER, PASSWORD, exchange.admin_url),
    )  # fmt: skip


def test_saved_blocks_lead_to_both_faces(exchange: SimulatedExchange, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: dict[str, Block] = {}

    def keep(block: Block, name: str, **_: Any) -> None:
        saved[name] = block

    def find_none(name: str) -> Block:
        raise ValueError(name)

    # A Prefect server would keep them. None is started for this: on a busy machine Prefect gives up waiting for it.
    monkeypatch.setattr(Block, "save", keep)
    monkeypatch.setattr(Block, "load", find_none)
    save_blocks(_sandbox(exchange), "sqlite:///nowhere")
    online, server = saved["exchange-online"], saved["exchange-server"]
    assert isinstance(online, ExchangeOnlineCredentials)
    assert isinstance(server, ExchangeServerCredentials)
    exchange.organisation.give_mailbox(exchange.organisation.sync_user(GUID, "noor.haddad@corp.example.test"), "online")
    with server.open_hybrid(online) as mail:
        assert mail.mailboxes([MailAccount(GUID, "noor.haddad@corp.example.test")]).keys() == {GUID}
