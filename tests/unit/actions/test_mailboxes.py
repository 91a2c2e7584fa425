"""Actions on mailboxes: what is planned for which mailbox, how a change stands to what is there, what is sent."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from lifecycle.actions.change import State
from lifecycle.actions.create_mailbox import CreateMailboxParameters
from lifecycle.mail.mailbox import Mailbox, MailboxKind
from lifecycle.mail.operation import ConvertMailbox, DisableMailbox, EnableMailbox, EnableRemoteMailbox
from lifecycle.notice import Reason
from tests.support.mail_desk import EXCHANGE_GUID, MailDesk, about
from tests.support.mail_items import CONVERT, DELETE, DISABLE, HIDE

SERVER = {"action": "create-mailbox", "kind": "server", "alias": "%ad.sAMAccountName%", "database": "DB02"}
REMOTE = {"action": "create-mailbox", "kind": "remote", "routing_address": "%ad.sAMAccountName%@x.onmicrosoft.test"}
LICENSED = {"action": "create-mailbox", "kind": "microsoft_365"}
ARCHIVE = {"action": "create-mailbox", "kind": "archive"}


@pytest.mark.parametrize(
    ("item", "kind", "database", "expected"),
    [
        (SERVER, None, "", "create-mailbox"),
        (SERVER, MailboxKind.USER, "DB01", ""),
        (SERVER, MailboxKind.ROOM, "DB01", ""),
        (SERVER, MailboxKind.REMOTE, "", "mailbox-other"),
        (SERVER, MailboxKind.USER, "", "mailbox-other"),
        (REMOTE, None, "", "create-mailbox"),
        (REMOTE, MailboxKind.USER, "", "create-mailbox"),
        (REMOTE, MailboxKind.REMOTE_SHARED, "", ""),
        (REMOTE, MailboxKind.USER, "DB01", "mailbox-other"),
        (LICENSED, None, "", "target-missing"),
        (LICENSED, MailboxKind.USER, "", ""),
        (ARCHIVE, None, "", "target-missing"),
        (ARCHIVE, MailboxKind.USER, "DB01", "create-archive"),
    ],
)
def test_a_mailbox_is_created_where_there_is_none_of_its_side(
    desk: MailDesk, item: dict[str, str], kind: MailboxKind | None, database: str, expected: str
) -> None:
    plan = desk.plan(item, desk.mailbox(kind, database=database) if kind else None)
    told = [change.action for change in plan.changes] + [notice.reason.value for notice in plan.notices]
    assert told == ([expected] if expected else [])


def test_what_a_mailbox_is_created_with_is_sent(desk: MailDesk) -> None:
    server, remote = desk.change(SERVER), desk.change({**REMOTE, "shared": True})
    sent = [change.operation(desk.account(), desk.outside()) for change in (server, remote)]
    assert isinstance(sent[0], EnableMailbox)
    assert (sent[0].alias, sent[0].database, sent[0].shared) == ("aexample", "DB02", False)
    assert isinstance(sent[1], EnableRemoteMailbox)
    assert (sent[1].routing_address, sent[1].shared) == ("aexample@x.onmicrosoft.test", True)


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"alias": "has a space"}, "value-unfit"),
        ({"database": "*"}, "value-unfit"),
        ({"primary_address": "nobody"}, "value-unfit"),
        ({"alias": "%ad.info%"}, "mapping-empty"),
    ],
)
def test_a_value_that_exchange_does_not_take_is_refused_when_the_plan_is_made(
    desk: MailDesk, told: dict[str, str], problem: str
) -> None:
    plan = desk.plan({**SERVER, **told})
    assert (plan.changes, [reason for reason, _ in about(plan)]) == ((), [problem])
    assert not any(value in text for value in told.values() for _, text in about(plan)), "no value is told"


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "remote"},
        {"kind": "server", "routing_address": "a@b"},
        {"kind": "remote", "routing_address": "a@b", "database": "DB01"},
        {"kind": "archive", "alias": "ann"},
        {"kind": "microsoft_365", "shared": True},
        {"kind": "public-folder"},
    ],
)
def test_parameters_that_do_not_belong_together_are_refused(told: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CreateMailboxParameters.model_validate({"action": "create-mailbox", **told})


def test_the_undo_of_a_creation_learns_which_mailbox_it_is_from_a_look(desk: MailDesk) -> None:
    back = desk.change(SERVER).undone(desk.guid)
    found = back.as_found(desk.outside(desk.mailbox()))
    assert found.before["exchange.guid"] == EXCHANGE_GUID
    assert found.undone(desk.guid).lost_mailbox() == (EXCHANGE_GUID, "DB01")
    sent = found.operation(desk.account(), desk.outside(desk.mailbox()))
    assert isinstance(sent, DisableMailbox)
    assert sent.account.exchange_guid == EXCHANGE_GUID


@pytest.mark.parametrize(
    ("kind", "to", "becomes"),
    [
        (MailboxKind.USER, "shared", "shared"),
        (MailboxKind.REMOTE, "shared", "remote-shared"),
        (MailboxKind.SHARED, "user", "user"),
        (MailboxKind.SHARED, "shared", ""),
        (MailboxKind.USER, "user", ""),
    ],
)
def test_a_mailbox_is_converted_where_it_is_of_the_other_kind(
    desk: MailDesk, kind: MailboxKind, to: str, becomes: str
) -> None:
    plan = desk.plan({**CONVERT, "to": to}, desk.mailbox(kind))
    assert [change.after["exchange.mailbox"] for change in plan.changes] == ([becomes] if becomes else [])
    for change in plan.changes:
        back = change.undone(desk.guid)
        assert isinstance(back.operation(desk.account(), desk.outside()), ConvertMailbox)
        assert back.state_outside(desk.outside(desk.mailbox(MailboxKind(becomes)))) is State.AS_PLANNED
        assert back.state_outside(desk.outside(desk.mailbox(MailboxKind.ROOM))) is State.DRIFTED


def test_a_room_is_not_converted(desk: MailDesk) -> None:
    assert [reason for reason, _ in about(desk.plan(CONVERT, desk.mailbox(MailboxKind.ROOM)))] == ["mailbox-other"]


@pytest.mark.parametrize("item", [CONVERT, {"action": "forward-mail", "to": "boss@x.test"}, ARCHIVE])
def test_a_mailbox_that_the_cloud_has_not_made_yet_is_waited_for(desk: MailDesk, item: dict[str, str]) -> None:
    announced = desk.mailbox(MailboxKind.REMOTE, exchange_guid="", database="", auto_reply=None)
    assert [reason for reason, _ in about(desk.plan(item, announced))] == ["target-missing"]


@pytest.mark.parametrize("item", [DISABLE, DELETE, CONVERT, HIDE, {"action": "forward-mail", "to": "boss@x.test"}])
def test_without_a_mailbox_there_is_nothing_to_do(desk: MailDesk, item: dict[str, str]) -> None:
    plan = desk.plan(item)
    assert (plan.changes, plan.notices) == ((), ())


@pytest.mark.parametrize("item", [SERVER, DISABLE, DELETE, CONVERT, HIDE, LICENSED])
def test_an_account_that_could_not_be_read_is_not_one_without_a_mailbox(desk: MailDesk, item: dict[str, str]) -> None:
    why = (Reason.TARGET_UNREAD, "exchange: broken (0)")
    plan = desk.draft([item]).finished(desk.outside(unread_of={("exchange", desk.guid): why}))
    assert (plan.changes, about(plan)) == ((), [("target-unread", "exchange: broken (0)")])


def test_no_repr_of_a_mailbox_tells_addresses() -> None:
    mailbox = Mailbox("g", MailboxKind.USER, EXCHANGE_GUID, routing_address="ann@x.test", primary_address="ann@y.test")
    assert "ann@" not in repr(mailbox)
