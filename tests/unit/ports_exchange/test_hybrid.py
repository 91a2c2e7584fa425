"""What is written where, when the accounts are the organisation's own and the mailboxes live in the cloud."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lifecycle.mail.mailbox import AutoReply, AutoReplyState, MailboxKind
from lifecycle.mail.operation import (
    ConvertMailbox,
    DeleteMailbox,
    DisableMailbox,
    DisableRemoteMailbox,
    EnableArchive,
    EnableMailbox,
    HideFromAddressLists,
    MailAccount,
    SetAutoReply,
)
from lifecycle.mail.refusal import ON_HOLD
from lifecycle.ports.exchange.hybrid import HybridConnection
from tests.support.exchange_sides import Side, person
from tests.support.simulated_exchange import SimulatedExchange


@pytest.fixture
def hybrid(exchange: SimulatedExchange) -> Side:
    """The third adapter."""
    return Side("hybrid", exchange)


def _written(exchange: SimulatedExchange) -> list[tuple[str, str]]:
    log = exchange.organisation.log
    return [(entry["face"], entry["cmdlet"]) for entry in log if not entry["cmdlet"].startswith("Get-")]


def test_each_setting_is_written_where_it_belongs(hybrid: Side, account: MailAccount) -> None:
    with hybrid.open() as mail:
        account = hybrid.give(mail, account)
        hybrid.exchange.organisation.log.clear()
        answers = mail.send([
            SetAutoReply(account, AutoReply(AutoReplyState.ENABLED, "Away.")), HideFromAddressLists(account),
            ConvertMailbox(account), EnableArchive(account), DisableRemoteMailbox(account),
        ])  # fmt: skip
    assert all(answer.ok for answer in answers)
    assert _written(hybrid.exchange) == [
        ("online", "Set-MailboxAutoReplyConfiguration"),
        ("server", "Set-RemoteMailbox"),
        ("online", "Set-Mailbox"),
        ("server", "Set-RemoteMailbox"),
        ("server", "Enable-RemoteMailbox"),
        ("server", "Disable-RemoteMailbox"),
    ]


def test_a_remote_mailbox_is_told_by_both(hybrid: Side, account: MailAccount) -> None:
    with hybrid.open() as mail:
        known = hybrid.give(mail, account)
        cloud = hybrid.exchange.organisation.mailboxes[known.exchange_guid]
        cloud.litigation, cloud.alias = True, "somebody"
        mailbox = mail.mailboxes([account])[account.guid]
        assert mailbox.kind is MailboxKind.REMOTE
        assert mailbox.litigation_hold
        assert mailbox.alias == "noor.haddad"
        hybrid.exchange.organisation.take_mailbox(cloud)
        waiting = mail.mailboxes([account])[account.guid]
        assert (waiting.kind, waiting.exchange_guid) == (MailboxKind.REMOTE, "")


def test_an_archive_is_there_once_the_server_was_told_or_the_cloud_has_it(hybrid: Side, account: MailAccount) -> None:
    def has_archive() -> bool:
        return mail.mailboxes([account])[account.guid].has_archive

    with hybrid.open() as mail:
        account = hybrid.give(mail, account)
        cloud = hybrid.exchange.organisation.mailboxes[account.exchange_guid]
        remote = hybrid.exchange.organisation.people[account.guid].remote
        assert remote is not None
        assert not has_archive()
        first, second = mail.send([EnableArchive(account)] * 2)
        assert (first.ok, second.ok, cloud.archive_guid, has_archive()) == (True, False, "", True)
        cloud.archive_guid, remote["archive_guid"] = remote["archive_guid"], ""
        assert has_archive()


def test_mailboxes_of_either_side_are_found(exchange: SimulatedExchange, hybrid: Side, account: MailAccount) -> None:
    housed, alone = person(exchange, "mika.aalto"), person(exchange, "ada.berg")
    with hybrid.open() as mail:
        account = hybrid.give(mail, account)
        assert mail.send([EnableMailbox(housed)])[0].ok
        exchange.organisation.give_mailbox(exchange.organisation.people[alone.guid], "online")
        found = mail.mailboxes([account, housed, alone, person(exchange, "leif.olsen")])
        assert {guid: mailbox.kind for guid, mailbox in found.items()} == {
            account.guid: MailboxKind.REMOTE, housed.guid: MailboxKind.USER, alone.guid: MailboxKind.USER,
        }  # fmt: skip
        exchange.organisation.log.clear()
        hide = mail.send([HideFromAddressLists(one) for one in (housed, alone)])
        assert all(answer.ok for answer in hide)
    assert _written(exchange) == [("server", "Set-Mailbox"), ("online", "Set-Mailbox")]


def test_a_hold_in_the_cloud_keeps_the_remote_mailbox(hybrid: Side, account: MailAccount) -> None:
    with hybrid.open() as mail:
        account = hybrid.give(mail, account)
        hybrid.exchange.organisation.mailboxes[account.exchange_guid].litigation = True
        hybrid.exchange.organisation.log.clear()
        answers = mail.send([DisableMailbox(account), DisableRemoteMailbox(account), DeleteMailbox(account)])
        assert answers == [ON_HOLD] * 3
    assert _written(hybrid.exchange) == []


def test_conversion_stops_where_the_cloud_refuses(hybrid: Side, account: MailAccount) -> None:
    with hybrid.open() as mail:
        account = hybrid.give(mail, account)
        hybrid.exchange.simulator.board.put({"throttled": {"on": "writes"}})
        assert mail.send([ConvertMailbox(account)])[0].code == 429
    remote = hybrid.exchange.organisation.people[account.guid].remote
    assert remote is not None
    assert remote["kind"] == "RemoteUserMailbox"


def test_both_sides_must_open(exchange: SimulatedExchange) -> None:
    open_before = set(exchange.simulator.shells.sessions)
    wrong = replace(exchange.online(), client_secret="canary-other")
    with pytest.raises(Exception, match="invalid_client"), HybridConnection(exchange.server(), wrong).open():
        pytest.fail("it opened")
    assert set(exchange.simulator.shells.sessions) == open_before
