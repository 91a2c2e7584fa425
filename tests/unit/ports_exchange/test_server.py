"""What is a server's own: sessions of remote PowerShell, databases, remote mailboxes, Skype for Business."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lifecycle.answer import NO_ANSWER
from lifecycle.errors import ConfigurationError, TargetAuthorizationError, TargetError, TargetUnavailableError
from lifecycle.mail.operation import (
    ConnectMailbox,
    DeleteMailbox,
    DisableCsUser,
    DisableMailbox,
    DisableRemoteMailbox,
    EnableCsUser,
    EnableMailbox,
    EnableRemoteMailbox,
    HideFromAddressLists,
    MailAccount,
    Part,
)
from lifecycle.mail.refusal import ANOTHER_MAILBOX, NO_MAILBOX, NOT_HERE
from lifecycle.ports.exchange.failures import Refused
from lifecycle.ports.exchange.server import ExchangeServer
from sandbox.exchange.entrance import NTLM_USER_FILE
from sandbox.exchange.shells import AnswerLost
from tests.support.exchange_sides import person
from tests.support.https_api import Authority
from tests.support.simulated_exchange import PASSWORD, USER, SimulatedExchange


@pytest.fixture
def housed(exchange: SimulatedExchange, account: MailAccount) -> MailAccount:
    """The account with a mailbox on the server."""
    record = exchange.organisation.give_mailbox(exchange.organisation.people[account.guid], "server")
    return replace(account, exchange_guid=record.exchange_guid, database=record.database)


def test_a_mailbox_is_made_as_it_was_asked_for(exchange: SimulatedExchange, account: MailAccount) -> None:
    with exchange.server().open() as mail:
        wanted = EnableMailbox(
            account, alias="n.haddad", database="DB02", primary_address="noor@corp.example.test", shared=True
        )
        assert mail.send([wanted])[0].ok
        (again,) = mail.send([wanted])
        assert (again.code, again.description) == (400, "RecipientTaskException")
    record = exchange.organisation.mailbox_of(account.guid, "server")
    assert record is not None
    assert (record.alias, record.database, record.address) == ("n.haddad", "DB02", "noor@corp.example.test")
    assert record.kind == "SharedMailbox"
    assert exchange.organisation.effects[0]["set"]["mailNickname"] == "n.haddad"
    assert exchange.organisation.effects[0]["guid"] == account.guid


def test_an_account_that_the_server_does_not_know_is_no_absence(exchange: SimulatedExchange) -> None:
    """It may stand in another domain, or be too new for the domain controller that was asked."""
    stranger = MailAccount("cccccccc-0000-4000-8000-000000000009")
    with exchange.server().open() as mail:
        with pytest.raises(Refused) as refused:
            mail.mailboxes([stranger])
        assert refused.value.code == 404
        assert isinstance(refused.value, TargetError)
        assert mail.send([DisableMailbox(stranger)])[0].code == 404


def test_the_database_is_told_of_a_disconnection(exchange: SimulatedExchange, housed: MailAccount) -> None:
    with exchange.server().open() as mail:
        assert mail.send([DisableMailbox(housed)])[0].ok
    assert exchange.organisation.mailboxes[housed.exchange_guid].noticed
    assert exchange.written() == ["Disable-Mailbox", "Update-StoreMailboxState"]


def test_a_disconnected_mailbox_is_deleted_by_its_own_identity(
    exchange: SimulatedExchange, housed: MailAccount
) -> None:
    with exchange.server().open() as mail:
        assert mail.send([DeleteMailbox(housed)])[0].ok
    removal = exchange.organisation.log[-1]
    assert removal["cmdlet"] == "Remove-Mailbox"
    assert removal["parameters"] == {
        "Database": housed.database, "StoreMailboxIdentity": housed.exchange_guid, "Confirm": False,
    }  # fmt: skip
    assert all("Identity" not in one["parameters"] for one in exchange.organisation.log if "Remove" in one["cmdlet"])
    assert housed.guid in exchange.organisation.people


def test_a_mailbox_that_somebody_else_has_by_now_is_not_purged(
    exchange: SimulatedExchange, housed: MailAccount
) -> None:
    other = person(exchange, "mika.aalto")
    with exchange.server().open() as mail:
        assert mail.send([DisableMailbox(housed)])[0].ok
        connect = ConnectMailbox(replace(other, exchange_guid=housed.exchange_guid, database=housed.database))
        assert mail.send([connect])[0].ok
        assert mail.send([DeleteMailbox(housed)]) == [NO_MAILBOX]
        assert mail.mailboxes([housed], [Part.DISCONNECTED]) == {}
    assert exchange.organisation.mailboxes[housed.exchange_guid].owner == other.guid
    assert exchange.organisation.purged == []


def test_a_mailbox_is_not_connected_to_an_account_that_has_one(
    exchange: SimulatedExchange, housed: MailAccount
) -> None:
    with exchange.server().open() as mail:
        assert mail.send([DisableMailbox(housed), EnableMailbox(housed)])[1].ok
        (answer,) = mail.send([ConnectMailbox(housed)])
        assert answer.code == 400
        assert mail.send([DisableMailbox(housed)]) == [ANOTHER_MAILBOX]


def test_remote_mailboxes_come_and_go(exchange: SimulatedExchange, account: MailAccount) -> None:
    wanted = EnableRemoteMailbox(
        account, routing_address="noor@example.mail.onmicrosoft.test", alias="noor", archive=True, shared=True
    )
    with exchange.server().open() as mail:
        assert mail.send([wanted])[0].ok
        mailbox = mail.mailboxes([account], [Part.AUTO_REPLY])[account.guid]
        assert mailbox.kind.is_remote
        assert mailbox.kind.is_shared
        assert mailbox.has_archive
        assert mailbox.exchange_guid == ""
        assert mailbox.auto_reply is None
        assert mail.send([DisableMailbox(account)]) == [NO_MAILBOX]
        assert mail.send([DisableRemoteMailbox(account)])[0].ok
        assert mail.mailboxes([account]) == {}
        assert not mail.send([DisableRemoteMailbox(account)])[0].ok
    assert exchange.organisation.effects[0]["set"]["targetAddress"] == "SMTP:noor@example.mail.onmicrosoft.test"


def test_skype_is_taken_and_given_back(exchange: SimulatedExchange, account: MailAccount) -> None:
    known, open_before = exchange.organisation.people[account.guid], set(exchange.simulator.shells.sessions)
    with exchange.server().open() as mail:
        enable = EnableCsUser(account, "pool.corp.example.test", "sip:noor.haddad@corp.example.test")
        assert mail.send([enable])[0].ok
        assert known.skype == {"pool": "pool.corp.example.test", "sip_address": "sip:noor.haddad@corp.example.test"}
        assert mail.send([DisableCsUser(account)])[0].ok
        assert known.skype is None
    with exchange.server(skype_host="").open() as mail:
        assert mail.send([DisableCsUser(account), enable]) == [NOT_HERE, NOT_HERE]
    assert set(exchange.simulator.shells.sessions) == open_before


def test_an_end_that_is_known_stays_known_when_the_connection_goes(
    exchange: SimulatedExchange, housed: MailAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last message only lets the server forget the cmdlet; the session is opened again for the next one."""
    ended: list[object] = []

    def end(*asked: object) -> None:
        ended.append(asked)
        exchange.simulator.shells.sessions.clear()
        raise AnswerLost

    with exchange.server().open() as mail:
        monkeypatch.setattr(exchange.simulator.shells, "end", end)
        assert mail.send([HideFromAddressLists(housed)])[0].ok
        monkeypatch.undo()
        assert mail.mailboxes([housed])[housed.guid].is_hidden
    assert len(ended) == 1


def test_a_session_that_the_server_ended_is_opened_again(exchange: SimulatedExchange, housed: MailAccount) -> None:
    with exchange.server().open() as mail:
        exchange.simulator.shells.sessions.clear()
        assert housed.guid in mail.mailboxes([housed])
        exchange.simulator.shells.sessions.clear()
        lost, next_one = mail.send([HideFromAddressLists(housed), HideFromAddressLists(housed)])
        assert lost.code == NO_ANSWER
        assert next_one.ok
    assert exchange.written() == ["Set-Mailbox"]


def test_a_cmdlet_that_does_not_end_is_given_up(exchange: SimulatedExchange, housed: MailAccount) -> None:
    with exchange.server(timeout_s=0.3).open() as mail:
        exchange.simulator.board.put({"hanging": True})
        lost, next_one = mail.send([HideFromAddressLists(housed), HideFromAddressLists(housed, hidden=False)])
        assert (lost.code, lost.description) == (NO_ANSWER, "no answer: the cmdlet does not end")
        assert next_one.ok
    assert exchange.written() == ["Set-Mailbox", "Set-Mailbox"]


def test_a_session_that_nobody_used_for_long_is_opened_anew(exchange: SimulatedExchange, housed: MailAccount) -> None:
    """The server has ended it by then, and what is sent into it would be lost."""
    with exchange.server().open() as mail:
        assert isinstance(mail, ExchangeServer)
        exchange.simulator.shells.sessions.clear()
        mail._shell._used_at_s -= 301  # noqa: SLF001 (five minutes pass)
        assert mail.send([HideFromAddressLists(housed)])[0].ok


@pytest.mark.parametrize(
    ("settings", "kind", "problem"),
    [
        ({"password": "canary-other"}, TargetAuthorizationError, "may not connect"),
        ({"port": 1, "patience_s": 0.1}, TargetUnavailableError, "ConnectionError"),
        ({"ca_file": "/nowhere/ca.pem"}, ConfigurationError, "ca_file"),
    ],
)
def test_what_cannot_be_opened_is_said_without_secrets(
    exchange: SimulatedExchange, settings: dict[str, Any], kind: type[Exception], problem: str
) -> None:
    with pytest.raises(kind, match=problem) as refused, exchange.server(**settings).open():
        pytest.fail("it opened")
    assert not any(word in repr(refused.value) for word in ("canary", "svc@"))
    assert refused.value.__cause__ is refused.value.__context__ is None


def test_an_account_proves_itself_without_sending_its_password(
    exchange: SimulatedExchange, housed: MailAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negotiate, with NTLM inside; Kerberos would need a realm."""
    (tmp_path / "accounts").write_text(f":{USER}:{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv(NTLM_USER_FILE, str(tmp_path / "accounts"))
    with exchange.server(authentication="negotiate").open() as mail:
        assert mail.send([HideFromAddressLists(housed)])[0].ok
        assert mail.mailboxes([housed])[housed.guid].is_hidden
    with (
        pytest.raises(TargetAuthorizationError) as refused,
        exchange.server(authentication="negotiate", password="canary-other").open(),
    ):
        pytest.fail("it opened")
    assert not any(word in repr(refused.value) for word in ("canary", "svc@"))


def test_kerberos_that_cannot_be_had_is_a_refusal_like_any_other(
    exchange: SimulatedExchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the library by its import, with it by a host that no realm has."""
    (tmp_path / "accounts").write_text(f":{USER}:{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv(NTLM_USER_FILE, str(tmp_path / "accounts"))
    settings = {"authentication": "kerberos", "realm": "NOWHERE.EXAMPLE.TEST", "password": "canary-one"}
    with (
        pytest.raises(TargetAuthorizationError, match="Kerberos") as refused,
        exchange.server(**settings).open(),
    ):
        pytest.fail("it opened")
    assert not any(word in repr(refused.value) for word in ("canary", "svc", "NOWHERE"))
    assert refused.value.__cause__ is refused.value.__context__ is None


def test_an_untrusted_server_is_not_asked(exchange: SimulatedExchange, tmp_path: Path) -> None:
    stranger = Authority(tmp_path).ca_file
    opened = exchange.simulator.shells.opened
    with pytest.raises(ConfigurationError, match="not trusted"), exchange.server(ca_file=stranger).open():
        pytest.fail("it opened")
    assert exchange.simulator.shells.opened == opened


@pytest.mark.parametrize("wrong", [
    {"host": ""}, {"host": "https://ex01"}, {"user": ""}, {"password": ""}, {"authentication": "certificate"},
    {"timeout_s": 0}, {"patience_s": 0},
])  # fmt: skip
def test_settings_that_cannot_be_are_refused_without_the_secret(
    exchange: SimulatedExchange, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        exchange.server(**wrong)
    assert PASSWORD not in str(refused.value)
    assert USER not in str(refused.value)


def test_a_client_certificate_needs_its_files(exchange: SimulatedExchange) -> None:
    way = {"authentication": "certificate", "certificate_file": "/nowhere/c.pem", "key_file": "/nowhere/k.pem"}
    with pytest.raises(ConfigurationError, match="certificate_file"), exchange.server(**way).open():
        pytest.fail("it opened")


def test_nothing_personal_and_no_secret_is_logged(
    exchange: SimulatedExchange, housed: MailAccount, caplog: pytest.LogCaptureFixture
) -> None:
    with exchange.server().open() as mail:
        caplog.set_level(logging.DEBUG)
        mail.mailboxes([housed], [Part.AUTO_REPLY])
        exchange.simulator.board.put({"commit_then_lost": True})
        assert mail.send([HideFromAddressLists(housed)])[0].unknown
        mail.send([DeleteMailbox(housed)])
    ours = [record for record in caplog.records if record.name.partition(".")[0] != "psrpcore"]  # the simulator's own
    shown = " ".join(record.getMessage() for record in ours)
    assert shown
    assert not any(word in shown for word in ("noor", PASSWORD, USER))
