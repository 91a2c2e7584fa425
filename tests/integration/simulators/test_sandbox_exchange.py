"""The simulated Exchange as the sandbox starts it: a process of its own, its certificate the sandbox's."""

from __future__ import annotations

import pytest

from lifecycle.mail.mailbox import MailboxKind
from lifecycle.mail.operation import DeleteMailbox, EnableMailbox, EnableRemoteMailbox, MailAccount
from lifecycle.ports.exchange.hybrid import HybridConnection
from lifecycle.ports.exchange.online_connection import OnlineConnection
from lifecycle.ports.exchange.server_connection import ServerConnection
from sandbox.exchange.client import SandboxExchange
from sandbox.handle import Sandbox

GUID, OTHER = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    return shared_sandbox


def _connection(sandbox: Sandbox) -> HybridConnection:
    exchange = sandbox.exchange
    assert exchange is not None
    address = f"{exchange.host}:{exchange.port}"
    return HybridConnection(
        ServerConnection(
            exchange.host, exchange.user, exchange.password, authentication="basic", port=exchange.port,
            ca_file=sandbox.ca_file,
        ),
        OnlineConnection(
            exchange.tenant, exchange.client_id, exchange.client_secret, host=address, login_host=address,
            ca_file=sandbox.ca_file,
        ),
    )  # fmt: skip


def test_both_faces_of_the_sandbox_work_on_one_organisation(sandbox: Sandbox) -> None:
    assert sandbox.exchange is not None
    assert sandbox.exchange.client_secret not in repr(sandbox)
    assert sandbox.exchange.password not in repr(sandbox)
    here, there = MailAccount(GUID, "noor.haddad@corp.example.test"), MailAccount(OTHER, "mika.aalto@corp.example.test")
    with SandboxExchange(sandbox.exchange.admin_url, sandbox.ca_file) as admin:
        for account in (here, there):
            admin.sync_user(account.guid, account.user_principal_name)
        licensed = admin.give_mailbox(OTHER, place="online")
        with _connection(sandbox).open() as mail:
            made = mail.send([
                EnableMailbox(here), EnableRemoteMailbox(there, routing_address="m@example.mail.onmicrosoft.test"),
            ])  # fmt: skip
            assert [answer.code for answer in made] == [0, 0]
            found = mail.mailboxes([here, there])
            assert [found[guid].kind for guid in (GUID, OTHER)] == [MailboxKind.USER, MailboxKind.REMOTE]
            assert found[OTHER].exchange_guid == licensed
            lost = MailAccount(GUID, exchange_guid=found[GUID].exchange_guid, database=found[GUID].database)
            assert mail.send([DeleteMailbox(lost)])[0].ok
        state = admin.state()
        assert lost.exchange_guid in state["purged"]
        assert not {GUID, OTHER} & set(state["deleted_accounts"])
