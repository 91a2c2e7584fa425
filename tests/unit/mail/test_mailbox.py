"""Mailboxes and automatic replies as values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from lifecycle.mail.mailbox import AutoReply, AutoReplyState, ExternalAudience, Forwarding, Mailbox, MailboxKind
from lifecycle.mail.operation import (
    ConnectMailbox,
    ConvertMailbox,
    DeleteMailbox,
    EnableMailbox,
    EnableRemoteMailbox,
    MailAccount,
    SetAutoReply,
    SetForwarding,
)

GUID = "aaaaaaaa-0000-4000-8000-000000000001"
MORNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SCHEDULED = {"state": AutoReplyState.SCHEDULED, "start": MORNING, "end": MORNING + timedelta(days=1)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": None},
        {"end": None},
        {"end": MORNING},
        {"end": MORNING - timedelta(hours=1)},
        {"start": MORNING.replace(tzinfo=None)},
        {"state": AutoReplyState.DISABLED, "end": MORNING.replace(tzinfo=None)},
    ],
)
def test_a_schedule_needs_two_moments_in_their_order(wrong: dict[str, Any]) -> None:
    AutoReply(**SCHEDULED)
    with pytest.raises(ValueError, match="needs a"):
        AutoReply(**{**SCHEDULED, **wrong})


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"internal": "<html>\n<body>\nBack on &lt;Monday&gt;\n</body>\n</html>\n"}, True),
        ({"internal": "Back on Tuesday"}, False),
        ({"start": MORNING.astimezone(timezone(timedelta(hours=2)))}, True),
        ({"end": MORNING + timedelta(days=2)}, False),
        ({"audience": ExternalAudience.ALL}, False),
        ({"state": AutoReplyState.ENABLED}, False),
    ],
)
def test_a_reply_that_nobody_could_tell_from_another_is_the_same(change: dict[str, Any], *, same: bool) -> None:
    one = AutoReply(**SCHEDULED, internal="Back on <Monday>".replace("<", "&lt;").replace(">", "&gt;"))
    other = AutoReply(**{**SCHEDULED, "internal": one.internal, **change})
    assert one.says_the_same(other) is same
    assert other.says_the_same(one) is same


def test_times_do_not_matter_where_there_is_no_schedule() -> None:
    off = AutoReply(AutoReplyState.DISABLED)
    assert off.says_the_same(AutoReply(AutoReplyState.DISABLED, start=MORNING, end=MORNING))


def test_values_show_no_names_no_addresses_and_no_texts() -> None:
    account = MailAccount(GUID, "canary@corp.example.test")
    reply = AutoReply(AutoReplyState.ENABLED, "canary", "canary")
    shown = [
        Mailbox(GUID, MailboxKind.USER, GUID, alias="canary", primary_address="canary", auto_reply=reply,
                forwarding=Forwarding("canary@x.test", "canary")),
        EnableMailbox(account, alias="canary", primary_address="canary@x.test"),
        EnableRemoteMailbox(account, routing_address="canary@x.test", alias="canary", primary_address="canary@x.test"),
        SetAutoReply(account, reply),
        SetForwarding(account, Forwarding("canary@x.test", "canary")),
    ]  # fmt: skip
    assert "canary" not in repr(shown)


@pytest.mark.parametrize("wrong", [{"guid": ""}, {"guid": GUID.upper()}, {"guid": f"{{{GUID}}}"}, {"entra_id": "x"},
                                   {"exchange_guid": "00000000-0000-0000-0000-000000000000"}])  # fmt: skip
def test_an_account_is_known_by_guids(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="is no GUID"):
        MailAccount(**{"guid": GUID, **wrong})


def test_operations_say_which_mailbox_they_mean() -> None:
    account = MailAccount(GUID)
    with pytest.raises(ValueError, match="which mailbox"):
        DeleteMailbox(account)
    with pytest.raises(ValueError, match="which mailbox"):
        ConnectMailbox(account)
    with pytest.raises(ValueError, match="routing address"):
        EnableRemoteMailbox(account)
    with pytest.raises(ValueError, match="converted to"):
        ConvertMailbox(account, MailboxKind.ROOM)  # type: ignore[arg-type]  # what the annotation forbids
    assert DeleteMailbox(MailAccount(GUID, exchange_guid=GUID)).guid == GUID


@pytest.mark.parametrize(("kind", "remote", "shared"), [
    (MailboxKind.USER, False, False), (MailboxKind.SHARED, False, True), (MailboxKind.REMOTE, True, False),
    (MailboxKind.REMOTE_SHARED, True, True), (MailboxKind.REMOTE_ROOM, True, False),
])  # fmt: skip
def test_kinds_say_where_a_mailbox_lives_and_whose_it_is(kind: MailboxKind, *, remote: bool, shared: bool) -> None:
    assert (kind.is_remote, kind.is_shared) == (remote, shared)
