"""The blocks of Exchange, and that they open what they name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina
from prefect.testing.standard_test_suites import BlockStandardTestSuite
from pydantic import ValidationError

from blocks.exchange import ExchangeOnlineCredentials, ExchangeServerCredentials
from lifecycle.errors import ConfigurationError, TargetUnavailableError
from lifecycle.mail.mailbox import MailboxKind
from lifecycle.mail.operation import MailAccount
from lifecycle.ports.exchange.online_connection import OnlineConnection
from lifecycle.ports.exchange.server_connection import ServerConnection
from tests.support.https_api import Authority
from tests.support.simulated_exchange import (
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    TENANT,
    USER,
    SimulatedExchange,
    simulated_exchange,
)

GUID = "aaaaaaaa-0000-4000-8000-000000000001"


def _online(**fields: object) -> ExchangeOnlineCredentials:
    known = {"tenant": TENANT, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return ExchangeOnlineCredentials.model_validate({**known, **fields})


def _server(**fields: object) -> ExchangeServerCredentials:
    known = {"host": "localhost", "user": USER, "password": PASSWORD, "authentication": "basic"}
    return ExchangeServerCredentials.model_validate({**known, **fields})


class TestExchangeOnlineCredentials(BlockStandardTestSuite):
    """What Prefect asks of every block; its check of the logo would fetch it from the network."""

    test_has_a_valid_image = None

    @pytest.fixture
    def block(self) -> type[ExchangeOnlineCredentials]:
        """The block to hold against them."""
        return ExchangeOnlineCredentials


class TestExchangeServerCredentials(BlockStandardTestSuite):
    """What Prefect asks of every block; its check of the logo would fetch it from the network."""

    test_has_a_valid_image = None

    @pytest.fixture
    def block(self) -> type[ExchangeServerCredentials]:
        """The block to hold against them."""
        return ExchangeServerCredentials


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[SimulatedExchange]:
    """A simulated organisation with one account, whose mailbox is in the cloud."""
    with stamina.set_testing(True, attempts=1), simulated_exchange(Authority(tmp_path)) as running:
        person = running.organisation.sync_user(GUID, "noor.haddad@corp.example.test")
        running.organisation.give_mailbox(person, "online")
        yield running


def test_blocks_make_the_connections_of_their_fields() -> None:
    assert _online(ca_file="/etc/ca.pem", timeout_s=5, patience_s=6, host="h:1", login_host="l:2").connection() == (
        OnlineConnection(TENANT, CLIENT_ID, CLIENT_SECRET, "", "h:1", "l:2", "/etc/ca.pem", 5, 6)
    )
    made = _server(port=1443, ca_file="/etc/ca.pem", skype_host="skype", timeout_s=5, patience_s=6).connection()
    assert made == ServerConnection(
        "localhost", USER, PASSWORD, "basic", port=1443, ca_file="/etc/ca.pem", skype_host="skype", timeout_s=5,
        patience_s=6,
    )  # fmt: skip


def test_blocks_show_no_secret() -> None:
    for block, secret in ((_online(certificate=""), CLIENT_SECRET), (_server(), PASSWORD)):
        shown = repr(block) + str(block) + repr(block.connection()) + str(block.model_dump())
        assert secret not in shown
    assert "canary-pem" not in repr(_online(client_secret="", certificate="canary-pem").connection())


def test_blocks_open_what_they_name(exchange: SimulatedExchange) -> None:
    account = MailAccount(GUID, "noor.haddad@corp.example.test")
    address = f"{exchange.host}:{exchange.port}"
    online = _online(host=address, login_host=address, ca_file=exchange.ca_file)
    server = _server(port=exchange.port, ca_file=exchange.ca_file)
    with online.open() as mail:
        assert mail.mailboxes([account])[GUID].kind is MailboxKind.USER
    with server.open() as mail:
        assert mail.mailboxes([account]) == {}
    with server.open_hybrid(online) as mail:
        assert mail.mailboxes([account])[GUID].kind is MailboxKind.USER


def test_blocks_where_nobody_listens_say_so_without_secrets() -> None:
    with stamina.set_testing(True, attempts=1):
        for block in (_online(login_host="localhost:1"), _server(port=1)):
            with pytest.raises(TargetUnavailableError) as away, block.open():
                pytest.fail("somebody listens on port 1")
            assert not any(word in repr(away.value) for word in (CLIENT_SECRET, PASSWORD, USER))


@pytest.mark.parametrize("fields", [{"tenant": None}, {"client_id": None}, {"timeout_s": 0}, {"patience_s": 0}])
def test_online_block_refuses_fields_that_cannot_be(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refused:
        _online(**fields)
    assert CLIENT_SECRET not in str(refused.value)


@pytest.mark.parametrize("fields", [{"host": None}, {"port": 0}, {"authentication": "credssp"}, {"timeout_s": 0}])
def test_server_block_refuses_fields_that_cannot_be(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refused:
        _server(**fields)
    assert PASSWORD not in str(refused.value)


def test_fields_that_do_not_fit_each_other_are_told_when_it_is_used() -> None:
    with pytest.raises(ConfigurationError, match="either a secret or a certificate"):
        _online(client_secret="").connection()
    with pytest.raises(ConfigurationError, match="needs user and password"):
        _server(password="").open()
