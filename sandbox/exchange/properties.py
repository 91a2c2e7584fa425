"""The objects that cmdlets answer: property → text, boolean, list, UUID or :class:`Named`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sandbox.exchange.organisation import MailboxRecord, Person

_NO_GUID = uuid.UUID(int=0)


@dataclass(frozen=True)
class Named:
    """An object of Exchange's own that is known by what it calls itself, such as an address or a recipient type."""

    text: str


@dataclass(frozen=True)
class Moment:
    """A point in time in UTC, ISO 8601 without a zone."""

    text: str


def user(person: Person, recipient_type: str) -> dict[str, Any]:
    """What ``Get-User`` answers."""
    return {
        "Guid": uuid.UUID(person.guid),
        "ExternalDirectoryObjectId": person.entra_id,
        "UserPrincipalName": person.upn,
        "RecipientTypeDetails": Named(recipient_type),
    }


def mailbox(record: MailboxRecord, person: Person | None) -> dict[str, Any]:
    """What ``Get-Mailbox`` answers."""
    forwarding = record.settings.get("ForwardingSmtpAddress")
    recipient = record.settings.get("ForwardingAddress")
    return {
        "ExchangeGuid": uuid.UUID(record.exchange_guid),
        "ExternalDirectoryObjectId": person.entra_id if person else "",
        "Database": Named(record.database) if record.database else None,
        "Alias": record.alias,
        "PrimarySmtpAddress": Named(record.address),
        "RecipientTypeDetails": Named(record.kind),
        "ForwardingSmtpAddress": Named(f"smtp:{forwarding}") if forwarding else None,
        "ForwardingAddress": Named(recipient) if recipient else None,
        "DeliverToMailboxAndForward": bool(record.settings.get("DeliverToMailboxAndForward", False)),
        "HiddenFromAddressListsEnabled": bool(record.settings.get("HiddenFromAddressListsEnabled", False)),
        "ArchiveGuid": uuid.UUID(record.archive_guid) if record.archive_guid else _NO_GUID,
        "LitigationHoldEnabled": record.litigation,
        "InPlaceHolds": list(record.in_place),
        "ComplianceTagHoldApplied": False,
    }


def remote(person: Person) -> dict[str, Any]:
    """What ``Get-RemoteMailbox`` answers."""
    known = person.remote or {}
    return {
        "ExchangeGuid": _NO_GUID,
        "Alias": known["alias"],
        "PrimarySmtpAddress": Named(known["address"]),
        "RecipientTypeDetails": Named(known["kind"]),
        "HiddenFromAddressListsEnabled": known["hidden"],
        "ArchiveGuid": uuid.UUID(known["archive_guid"]) if known["archive_guid"] else _NO_GUID,
        "RemoteRoutingAddress": Named(known["routing_address"]),
    }


def statistics(record: MailboxRecord) -> dict[str, Any]:
    """What ``Get-MailboxStatistics`` answers."""
    return {
        "MailboxGuid": uuid.UUID(record.exchange_guid),
        "Database": Named(record.database),
        "DisplayName": record.alias,
        "DisconnectReason": Named("Disabled") if not record.in_use and record.noticed else None,
    }


def auto_reply(record: MailboxRecord) -> dict[str, Any]:
    """What ``Get-MailboxAutoReplyConfiguration`` answers; Exchange keeps a day when none is set."""
    reply = record.auto_reply
    start, end = (reply[name].removesuffix("Z") for name in ("StartTime", "EndTime"))
    return {
        "AutoReplyState": Named(reply["AutoReplyState"]),
        "ExternalAudience": Named(reply["ExternalAudience"]),
        "InternalMessage": reply["InternalMessage"],
        "ExternalMessage": reply["ExternalMessage"],
        "StartTime": Moment(start or "2026-01-05T09:00:00"),
        "EndTime": Moment(end or "2026-01-06T09:00:00"),
    }
