"""Properties as Exchange answers them, read into mailboxes; what decides something is never guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lifecycle.errors import TargetContractError
from lifecycle.mail.mailbox import AutoReplyState, MailboxKind
from lifecycle.mail.reading import kind_of, read_auto_reply, read_disconnected, read_mailbox

GUID = "aaaaaaaa-0000-4000-8000-000000000001"
FOUND = {
    "RecipientTypeDetails": "UserMailbox", "ExchangeGuid": "BBBBBBBB-0000-4000-8000-000000000002",
    "LitigationHoldEnabled": False, "InPlaceHolds": [],
}  # fmt: skip
REPLY = {"AutoReplyState": "Scheduled", "ExternalAudience": "Known", "InternalMessage": None, "ExternalMessage": "x",
         "StartTime": "2026-01-05T09:00:00", "EndTime": "2026-01-06T09:00:00.0000000+01:00"}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "held"),
    [
        ({}, False),
        ({"LitigationHoldEnabled": True}, True),
        ({"InPlaceHolds": ["UniH1", "-mbx2"]}, True),
        ({"InPlaceHolds": None}, False),
        ({"ComplianceTagHoldApplied": True}, True),
        ({"DelayHoldApplied": True}, True),
    ],
)
def test_every_hold_counts(change: dict[str, Any], *, held: bool) -> None:
    assert read_mailbox(GUID, {**FOUND, **change}).is_on_hold is held


@pytest.mark.parametrize(
    "change",
    [
        {"LitigationHoldEnabled": None},
        {"LitigationHoldEnabled": "False"},
        {"InPlaceHolds": "UniH1"},
        {"DelayHoldApplied": "yes"},
        {"ExchangeGuid": "canary"},
        {"RecipientTypeDetails": "MailUser"},
        {"RecipientTypeDetails": None},
    ],
)
def test_what_decides_something_is_never_guessed(change: dict[str, Any]) -> None:
    with pytest.raises(TargetContractError) as broken:
        read_mailbox(GUID, {**FOUND, **change})
    assert "canary" not in str(broken.value)


@pytest.mark.parametrize("missing", ["LitigationHoldEnabled", "InPlaceHolds"])
def test_a_hold_that_is_not_told_is_no_absence_of_one(missing: str) -> None:
    with pytest.raises(TargetContractError, match=missing):
        read_mailbox(GUID, {name: value for name, value in FOUND.items() if name != missing})


def test_a_mailbox_is_read_whole() -> None:
    found = {
        **FOUND, "RecipientTypeDetails": "SharedMailbox", "Database": "DB01", "Alias": "noor",
        "PrimarySmtpAddress": "noor@corp.example.test", "ForwardingSmtpAddress": "smtp:a@x.test",
        "ForwardingAddress": "corp.example.test/People/B", "DeliverToMailboxAndForward": True,
        "HiddenFromAddressListsEnabled": True, "ArchiveGuid": GUID,
    }  # fmt: skip
    mailbox = read_mailbox(GUID, found)
    assert mailbox.exchange_guid == "bbbbbbbb-0000-4000-8000-000000000002"
    assert (mailbox.kind, mailbox.database, mailbox.alias) == (MailboxKind.SHARED, "DB01", "noor")
    assert (mailbox.forwarding.smtp_address, mailbox.forwarding.recipient) == ("a@x.test", "corp.example.test/People/B")
    assert mailbox.forwarding.keeps_copy
    assert mailbox.forwarding.is_on
    assert mailbox.is_hidden
    assert mailbox.has_archive
    assert not read_mailbox(GUID, {**FOUND, "ArchiveGuid": "00000000-0000-0000-0000-000000000000"}).has_archive


@pytest.mark.parametrize(("word", "kind"), [
    ("User", None), ("MailUser", None), ("", None), ("DisabledUser", None), ("UserMailbox", MailboxKind.USER),
    ("RemoteSharedMailbox", MailboxKind.REMOTE_SHARED), ("DiscoveryMailbox", MailboxKind.OTHER),
])  # fmt: skip
def test_a_recipient_type_says_whether_there_is_a_mailbox(word: str, kind: MailboxKind | None) -> None:
    assert kind_of(word) is kind


def test_an_automatic_reply_is_read_with_its_zone() -> None:
    reply = read_auto_reply(REPLY)
    assert reply.state is AutoReplyState.SCHEDULED
    assert (reply.start, reply.end) == (datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 1, 6, 8, tzinfo=UTC))
    assert reply.internal == ""


@pytest.mark.parametrize("change", [{"AutoReplyState": "canary"}, {"ExternalAudience": None}, {"StartTime": "canary"},
                                    {"StartTime": None}])  # fmt: skip
def test_a_reply_of_another_shape_is_an_error_without_its_values(change: dict[str, Any]) -> None:
    with pytest.raises(TargetContractError) as broken:
        read_auto_reply({**REPLY, **change})
    assert "canary" not in str(broken.value)
    assert broken.value.__context__ is None


def test_a_store_tells_a_mailbox_that_nobody_has() -> None:
    found = {"MailboxGuid": FOUND["ExchangeGuid"], "Database": "DB01", "DisconnectReason": "Disabled"}
    lost = read_disconnected(GUID, found)
    assert lost is not None
    assert lost.is_disconnected
    for reason in (None, "", "SoftDeleted"):
        assert read_disconnected(GUID, {**found, "DisconnectReason": reason}) is None
    with pytest.raises(TargetContractError):
        read_disconnected(GUID, {**found, "MailboxGuid": ""})
