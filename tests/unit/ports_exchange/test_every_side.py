"""What all three adapters do alike: each against the simulated organisation's own state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lifecycle.answer import NO_ANSWER
from lifecycle.errors import RunLockedError
from lifecycle.mail.mailbox import AutoReply, AutoReplyState, ExternalAudience, Forwarding, MailboxKind
from lifecycle.mail.operation import (
    ConnectMailbox,
    ConvertMailbox,
    DeleteMailbox,
    DisableMailbox,
    EnableArchive,
    HideFromAddressLists,
    Mail,
    MailAccount,
    Operation,
    SetAutoReply,
    SetForwarding,
)
from lifecycle.mail.refusal import ANOTHER_MAILBOX, NO_MAILBOX, ON_HOLD
from tests.support.exchange_sides import Side, person
from tests.support.permits import permit_for

MORNING = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
AWAY = AutoReply(
    AutoReplyState.SCHEDULED, "Back on Monday & glad 🌴 <soon>", "Ask the desk.", ExternalAudience.KNOWN, MORNING,
    MORNING + timedelta(days=3),
)  # fmt: skip


def _done(mail: Mail, *operations: Operation) -> None:
    assert [answer.code for answer in mail.send(operations)] == [0] * len(operations)


def test_nothing_is_sent_once_the_permit_is_withdrawn(side: Side, account: MailAccount) -> None:
    with side.open() as mail:
        account = side.give(mail, account)
        with pytest.raises(RunLockedError):
            mail.send([HideFromAddressLists(account), ConvertMailbox(account)], permit_for(1))
        after = side.read(mail, account)
        assert after is not None
        assert (after.is_hidden, after.kind.is_shared) == (True, False)


def test_an_account_without_a_mailbox_is_absent(side: Side, account: MailAccount) -> None:
    with side.open() as mail:
        assert mail.mailboxes([account]) == {}
        assert side.read(mail, account) is None


def test_a_mailbox_lives_through_all_that_is_done_to_it(side: Side, account: MailAccount) -> None:
    organisation = side.exchange.organisation
    with side.open() as mail:
        account = side.give(mail, account)
        record = organisation.mailboxes[account.exchange_guid]
        before = side.read(mail, account)
        assert before is not None
        assert before.kind in {MailboxKind.USER, MailboxKind.REMOTE}
        assert not before.is_disconnected

        _done(
            mail,
            SetAutoReply(account, AWAY),
            SetForwarding(account, Forwarding("desk@elsewhere.test", keeps_copy=True)),
            HideFromAddressLists(account),
            ConvertMailbox(account),
            EnableArchive(account),
        )
        after = side.read(mail, account)
        assert after is not None
        assert after.auto_reply is not None
        assert after.auto_reply.says_the_same(AWAY)
        assert after.kind.is_shared
        assert after.is_hidden
        assert after.forwarding == Forwarding("desk@elsewhere.test", keeps_copy=True)
        assert record.kind == "SharedMailbox"
        assert record.auto_reply["StartTime"] == "2026-01-05T08:00:00Z"

        assert before.auto_reply is not None
        _done(
            mail,
            SetAutoReply(account, before.auto_reply),
            SetForwarding(account, before.forwarding),
            HideFromAddressLists(account, hidden=False),
            ConvertMailbox(account, MailboxKind.USER),
        )
        restored = side.read(mail, account)
        assert restored is not None
        assert restored.auto_reply is not None
        assert restored.auto_reply.says_the_same(before.auto_reply)
        assert replace(restored, has_archive=False, auto_reply=None) == replace(before, auto_reply=None)

        side.lose(mail, account)
        assert mail.mailboxes([account]) == {}
        lost = side.read(mail, account)
        assert lost is not None
        assert lost.is_disconnected
        assert lost.exchange_guid == account.exchange_guid
        assert not record.in_use

        _done(mail, ConnectMailbox(account, alias="noor.haddad"))
        assert record.in_use
        assert mail.mailboxes([account])[account.guid].exchange_guid == account.exchange_guid

        _done(mail, DeleteMailbox(account))
        assert side.read(mail, account) is None
        assert account.exchange_guid not in organisation.mailboxes
        assert mail.send([DeleteMailbox(account)]) == [NO_MAILBOX]
    assert account.guid in organisation.people
    assert organisation.deleted_accounts == []


def test_a_mailbox_that_was_lost_already_is_deleted_as_well(side: Side, account: MailAccount) -> None:
    with side.open() as mail:
        account = side.give(mail, account)
        side.lose(mail, account)
        _done(mail, DeleteMailbox(account))
        assert side.read(mail, account) is None
    assert side.exchange.organisation.purged == [account.exchange_guid]
    assert side.exchange.organisation.deleted_accounts == []


@pytest.mark.parametrize("holds", [{"litigation": True}, {"in_place": ["UniH1", "mbx2"]}])
def test_a_mailbox_on_hold_is_neither_disabled_nor_deleted(
    side: Side, account: MailAccount, holds: dict[str, Any]
) -> None:
    with side.open() as mail:
        account = side.give(mail, account)
        record = side.exchange.organisation.mailboxes[account.exchange_guid]
        for name, value in holds.items():
            setattr(record, name, value)
        assert mail.mailboxes([account])[account.guid].is_on_hold
        written = side.exchange.written()
        assert mail.send([DisableMailbox(account), DeleteMailbox(account)]) == [ON_HOLD, ON_HOLD]
        assert side.exchange.written() == written
        assert record.in_use


def test_another_mailbox_than_the_one_that_was_seen_is_left_alone(side: Side, account: MailAccount) -> None:
    with side.open() as mail:
        account = side.give(mail, account)
        stale = replace(account, exchange_guid="bbbbbbbb-0000-4000-8000-00000000dead")
        assert mail.send([DisableMailbox(stale), DeleteMailbox(stale)]) == [ANOTHER_MAILBOX, ANOTHER_MAILBOX]
        assert side.exchange.organisation.mailboxes[account.exchange_guid].in_use


def test_a_lost_answer_is_nobody_knows_and_sent_once(side: Side, account: MailAccount) -> None:
    with side.open() as mail:
        account = side.give(mail, account)
        other = side.give(mail, person(side.exchange, "mika.aalto"))
        side.exchange.simulator.board.put({"commit_then_lost": {"times": 1}})
        lost, next_one = mail.send([SetAutoReply(account, AWAY), SetAutoReply(other, AWAY)])
        assert lost.code == NO_ANSWER
        assert next_one.ok
        told = side.read(mail, account)
        assert told is not None
        assert told.auto_reply is not None
        assert told.auto_reply.says_the_same(AWAY), "it was carried out all the same"
    assert side.exchange.sent().count("Set-MailboxAutoReplyConfiguration") == 2


def test_a_deletion_stops_where_nobody_knows_and_is_taken_up_again(side: Side, account: MailAccount) -> None:
    with side.open() as mail:
        account = side.give(mail, account)
        side.exchange.simulator.board.put({"commit_then_lost": {"times": 1}})
        assert mail.send([DeleteMailbox(account)])[0].unknown
        assert side.exchange.organisation.purged == []
        _done(mail, DeleteMailbox(account))
    assert side.exchange.organisation.purged == [account.exchange_guid]
    assert side.exchange.organisation.deleted_accounts == []


@pytest.mark.parametrize("fault", ["unavailable", "passing"])
def test_a_read_outlives_what_passes_by_itself(side: Side, account: MailAccount, fault: str) -> None:
    with side.open() as mail:
        side.give(mail, account)
        side.exchange.simulator.board.put({fault: {"times": 2, "on": "reads"}})
        assert account.guid in mail.mailboxes([account])
        assert side.exchange.simulator.board.shown()[fault]["fired"] == 2


def test_a_write_that_exchange_is_too_busy_for_is_not_sent_again(side: Side, account: MailAccount) -> None:
    with side.open() as mail:
        account = side.give(mail, account)
        side.exchange.simulator.board.put({"passing": {"on": "writes", "times": 1}})
        (answer,) = mail.send([SetAutoReply(account, AWAY)])
        assert (answer.code, answer.description) == (NO_ANSWER, "ServerBusyException")
    assert "Set-MailboxAutoReplyConfiguration" not in side.exchange.sent()


def test_a_refusal_names_the_exception_and_no_one(side: Side, account: MailAccount) -> None:
    with side.open() as mail:
        (answer,) = mail.send([EnableArchive(account)])
        assert answer.description == "ManagementObjectNotFoundException"
        assert answer.code == 404
        assert "noor" not in repr(answer)
        assert len(answer.detail) == 36


def test_a_value_that_fits_no_parameter_is_sent_nowhere(side: Side, account: MailAccount) -> None:
    with side.open() as mail:
        account = side.give(mail, account)
        written = side.exchange.written()
        (answer,) = mail.send([SetForwarding(account, Forwarding("desk@elsewhere.test, boss@elsewhere.test"))])
        assert answer.code == 400
        assert side.exchange.written() == written
