"""What is Exchange Online's own: tokens, pages, throttling, names that might mean somebody else."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from lifecycle.answer import NO_ANSWER
from lifecycle.errors import (
    ConfigurationError,
    TargetAuthorizationError,
    TargetContractError,
    TargetError,
    TargetUnavailableError,
)
from lifecycle.mail.operation import (
    DeleteMailbox,
    DisableCsUser,
    EnableMailbox,
    EnableRemoteMailbox,
    HideFromAddressLists,
    MailAccount,
)
from lifecycle.mail.refusal import BY_LICENCE, NO_ACCOUNT, NOT_HERE
from sandbox.exchange.surroundings import Surroundings
from tests.support.https_api import Authority
from tests.support.simulated_exchange import CLIENT_SECRET, SimulatedExchange, simulated_exchange


@pytest.fixture
def licensed(exchange: SimulatedExchange, account: MailAccount) -> MailAccount:
    """The account with a mailbox in the cloud."""
    record = exchange.organisation.give_mailbox(exchange.organisation.people[account.guid], "online")
    return replace(account, exchange_guid=record.exchange_guid)


def test_what_the_cloud_does_not_have_is_said(exchange: SimulatedExchange, account: MailAccount) -> None:
    with exchange.online().open() as mail:
        answers = mail.send([
            EnableMailbox(account), EnableRemoteMailbox(account, routing_address="a@x.test"), DisableCsUser(account),
        ])  # fmt: skip
    assert answers == [BY_LICENCE, NOT_HERE, NOT_HERE]
    assert exchange.written() == []


def test_an_account_that_is_not_synchronised_has_no_mailbox(exchange: SimulatedExchange, account: MailAccount) -> None:
    exchange.organisation.people[account.guid].entra_id = ""
    with exchange.online().open() as mail:
        assert mail.mailboxes([account]) == {}
        assert mail.send([HideFromAddressLists(account)]) == [NO_ACCOUNT]


def test_writes_address_the_account_by_its_entra_id(exchange: SimulatedExchange, licensed: MailAccount) -> None:
    with exchange.online().open() as mail:
        assert mail.send([HideFromAddressLists(licensed)])[0].ok
    entra_id = exchange.organisation.people[licensed.guid].entra_id
    assert exchange.organisation.log[-1]["parameters"]["Identity"] == entra_id
    exchange.organisation.log.clear()
    with exchange.online().open() as mail:
        mail.mailboxes([replace(licensed, entra_id=entra_id, user_principal_name="")])
    assert {entry["parameters"]["Identity"] for entry in exchange.organisation.log} == {entra_id}


def test_somebody_else_under_the_name_is_not_taken_for_the_account(
    exchange: SimulatedExchange, licensed: MailAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exchange finds people by aliases as well, so a name may lead to another person's mailbox."""
    other = MailAccount("cccccccc-0000-4000-8000-000000000009", "former.name@corp.example.test")
    exchange.organisation.people[licensed.guid].upn = "former.name@elsewhere.test"
    real = Surroundings.person
    # Exchange's own search by alias
    monkeypatch.setattr(Surroundings, "person", lambda here, name: real(here, str(name).partition("@")[0]))
    with exchange.online().open() as mail:
        with pytest.raises(TargetContractError, match="another object answers"):
            mail.mailboxes([other])
        (answer,) = mail.send([HideFromAddressLists(other)])
        assert not answer.ok
    assert exchange.written() == []


def test_objects_on_a_later_page_are_found(exchange: SimulatedExchange, licensed: MailAccount) -> None:
    exchange.simulator.board.put({"late_objects": {"times": 2}})
    with exchange.online().open() as mail:
        assert mail.mailboxes([licensed])[licensed.guid].exchange_guid == licensed.exchange_guid


def test_a_token_follows_no_link_to_another_host(exchange: SimulatedExchange, licensed: MailAccount) -> None:
    exchange.simulator.board.put({"foreign_link": True})
    with exchange.online().open() as mail, pytest.raises(TargetContractError, match="another host"):
        mail.mailboxes([licensed])


def test_throttled_reads_wait_and_throttled_writes_are_told(exchange: SimulatedExchange, licensed: MailAccount) -> None:
    with exchange.online().open() as mail:
        exchange.simulator.board.put({"throttled": {"on": "reads", "times": 2}})
        assert licensed.guid in mail.mailboxes([licensed])
        exchange.simulator.board.put({"throttled": {"on": "reads", "times": 9}})
        with pytest.raises(TargetUnavailableError) as busy:
            mail.mailboxes([licensed])
        assert (busy.value.code, busy.value.description) == (429, "throttled")
        exchange.simulator.board.put({"throttled": {"on": "writes", "times": 1}})
        (answer,) = mail.send([HideFromAddressLists(licensed)])
        assert (answer.code, answer.description) == (429, "throttled")
    assert exchange.written() == []


def test_a_pause_longer_than_the_patience_is_not_waited_for(exchange: SimulatedExchange, licensed: MailAccount) -> None:
    with exchange.online(patience_s=30).open() as mail:
        exchange.simulator.board.put({"throttled": {"retry_after_s": 3600, "times": 2}})
        with pytest.raises(TargetUnavailableError):
            mail.mailboxes([licensed])
        assert exchange.simulator.board.shown()["throttled"]["fired"] == 1


def test_a_truncated_answer_proves_nothing(exchange: SimulatedExchange, licensed: MailAccount) -> None:
    with exchange.online().open() as mail:
        exchange.simulator.board.put({"truncated": {"on": "reads"}})
        with pytest.raises(TargetContractError):
            mail.mailboxes([licensed])
        exchange.simulator.board.put({"truncated": {"on": "writes"}})
        (answer,) = mail.send([HideFromAddressLists(licensed)])
        assert (answer.code, answer.description) == (NO_ANSWER, "the answer is cut off")


def test_an_answer_that_takes_too_long_is_lost(exchange: SimulatedExchange, licensed: MailAccount) -> None:
    with exchange.online(timeout_s=0.2).open() as mail:
        assert licensed.guid in mail.mailboxes([licensed])
        exchange.simulator.board.put({"slow": {"on": "writes", "seconds": 0.4}})
        (answer,) = mail.send([HideFromAddressLists(licensed)])
        assert (answer.code, answer.description) == (NO_ANSWER, "no answer: ReadTimeout")


def test_a_token_that_ended_is_renewed_once(exchange: SimulatedExchange, licensed: MailAccount) -> None:
    with exchange.online().open() as mail:
        exchange.simulator.board.put({"unauthorized": {"times": 1}})
        assert licensed.guid in mail.mailboxes([licensed])
        assert exchange.simulator.tokens.exchanges == 2
        exchange.simulator.board.put({"unauthorized": {"times": 9}})
        with pytest.raises(TargetAuthorizationError):
            mail.mailboxes([licensed])
        assert exchange.simulator.tokens.exchanges == 3
        (answer,) = mail.send([HideFromAddressLists(licensed)])
        assert answer.code == 401
    assert exchange.written() == []


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"client_secret": "canary-other"}, "invalid_client"),
        ({"client_id": "22222222-2222-4333-8444-555555555555"}, "unauthorized_client"),
        ({"tenant": "elsewhere.onmicrosoft.test"}, "tenant is not known"),
    ],
)
def test_wrong_credentials_open_nothing(exchange: SimulatedExchange, settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(TargetAuthorizationError, match=problem) as refused, exchange.online(**settings).open():
        pytest.fail("it opened")
    assert "canary" not in str(refused.value)
    assert refused.value.__cause__ is refused.value.__context__ is None


def test_a_certificate_stands_for_a_secret(authority: Authority) -> None:
    certificate = trustme.CA().issue_cert("halo-ad", key_type=trustme.KeyType.RSA)
    public, key = certificate.cert_chain_pems[0].bytes().decode(), certificate.private_key_pem.bytes().decode()
    with simulated_exchange(authority, client_certificate=public) as exchange:
        with exchange.online(client_secret="", certificate=key + public).open() as mail:
            assert mail.mailboxes([]) == {}
        stranger = trustme.CA().issue_cert("halo-ad", key_type=trustme.KeyType.RSA)
        other = stranger.private_key_pem.bytes().decode() + stranger.cert_chain_pems[0].bytes().decode()
        with (
            pytest.raises(TargetAuthorizationError, match="invalid_client"),
            exchange.online(client_secret="", certificate=other).open(),
        ):
            pytest.fail("it opened")


def test_a_certificate_that_is_none_is_said(exchange: SimulatedExchange) -> None:
    with (
        pytest.raises(TargetAuthorizationError, match="certificate") as refused,
        exchange.online(client_secret="", certificate="canary").open(),
    ):
        pytest.fail("it opened")
    assert "canary" not in str(refused.value)


def test_an_untrusted_server_is_not_asked(exchange: SimulatedExchange, tmp_path: Path) -> None:
    stranger = Authority(tmp_path).ca_file
    with pytest.raises(ConfigurationError, match="not trusted"), exchange.online(ca_file=stranger).open():
        pytest.fail("it opened")
    assert exchange.simulator.tokens.exchanges == 0


def test_nobody_there_is_said(exchange: SimulatedExchange) -> None:
    away = exchange.online(login_host="localhost:1", patience_s=0.1)
    with pytest.raises(TargetUnavailableError, match="no connection"), away.open():
        pytest.fail("somebody listens on port 1")
    with exchange.online(host="localhost:1", patience_s=0.1).open() as mail:
        account = MailAccount("aaaaaaaa-0000-4000-8000-000000000001", entra_id="aaaaaaaa-0000-4000-8000-000000000002")
        with pytest.raises(TargetUnavailableError):
            mail.mailboxes([account])
        (answer,) = mail.send([HideFromAddressLists(account)])
        assert answer.unknown


@pytest.mark.parametrize("wrong", [
    {"tenant": ""}, {"tenant": "a/b"}, {"client_id": ""}, {"client_secret": ""}, {"certificate": "x"},
    {"host": "https://outlook.office365.com"}, {"login_host": "a/b"}, {"timeout_s": 0}, {"patience_s": 0},
])  # fmt: skip
def test_settings_that_cannot_be_are_refused_without_the_secret(
    exchange: SimulatedExchange, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        exchange.online(**wrong)
    assert CLIENT_SECRET not in str(refused.value)


def test_a_missing_file_of_authorities_is_said(exchange: SimulatedExchange) -> None:
    with pytest.raises(ConfigurationError, match="ca_file"), exchange.online(ca_file="/nowhere/ca.pem").open():
        pytest.fail("it opened")


def test_nothing_personal_and_no_secret_is_logged(
    exchange: SimulatedExchange, licensed: MailAccount, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with exchange.online().open() as mail:
        mail.mailboxes([licensed])
        mail.send([HideFromAddressLists(licensed), DeleteMailbox(licensed)])
        exchange.simulator.board.put({"unavailable": {"times": 9}})
        with pytest.raises(TargetError):
            mail.mailboxes([licensed])
    assert caplog.records
    assert CLIENT_SECRET not in caplog.text
    assert "noor" not in caplog.text
    assert not exchange.simulator.tokens.values() & set(caplog.text.replace("'", " ").split())
