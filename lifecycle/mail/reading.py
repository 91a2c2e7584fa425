"""The objects that cmdlets answer, as mailboxes: the same properties from JSON and from PowerShell's serialisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from lifecycle.errors import TargetContractError
from lifecycle.mail.mailbox import (
    GUID,
    NO_GUID,
    AutoReply,
    AutoReplyState,
    ExternalAudience,
    Forwarding,
    Mailbox,
    MailboxKind,
)

Properties = Mapping[str, Any]
"""Name → text, boolean, number, list or None; other objects are their text."""

_KINDS = {
    "UserMailbox": MailboxKind.USER,
    "SharedMailbox": MailboxKind.SHARED,
    "RoomMailbox": MailboxKind.ROOM,
    "EquipmentMailbox": MailboxKind.EQUIPMENT,
    "LinkedMailbox": MailboxKind.LINKED,
    "RemoteUserMailbox": MailboxKind.REMOTE,
    "RemoteSharedMailbox": MailboxKind.REMOTE_SHARED,
    "RemoteRoomMailbox": MailboxKind.REMOTE_ROOM,
    "RemoteEquipmentMailbox": MailboxKind.REMOTE_EQUIPMENT,
}
"""``RecipientTypeDetails`` → kind."""

_DISCONNECTED_REASON = "Disabled"
"""``DisconnectReason`` of a mailbox that was disabled; "SoftDeleted" is what a move leaves behind."""


def kind_of(recipient_type: str) -> MailboxKind | None:
    """The kind of mailbox that a recipient type means; None where it is none (``User``, ``MailUser`` …)."""
    kind = _KINDS.get(recipient_type)
    return MailboxKind.OTHER if kind is None and recipient_type.endswith("Mailbox") else kind


def read_mailbox(guid: str, found: Properties, *, disconnected: bool = False) -> Mailbox:
    """A mailbox from what ``Get-Mailbox`` or ``Get-RemoteMailbox`` answers.

    Args:
        guid: objectGUID of the account.
        found: The answer's properties.
        disconnected: Whether soft-deleted mailboxes were asked for.

    Raises:
        TargetContractError: A property that decides something is missing or of another shape.
    """
    kind = kind_of(text(found, "RecipientTypeDetails"))
    if kind is None:
        raise _broken("RecipientTypeDetails")
    elsewhere = kind.is_remote
    held = [flag(found, name) for name in ("ComplianceTagHoldApplied", "DelayHoldApplied", "DelayReleaseHoldApplied")]
    return Mailbox(
        guid=guid,
        kind=kind,
        exchange_guid=_guid(found, "ExchangeGuid"),
        database=text(found, "Database"),
        alias=text(found, "Alias"),
        primary_address=text(found, "PrimarySmtpAddress"),
        routing_address=text(found, "RemoteRoutingAddress").removeprefix("SMTP:").removeprefix("smtp:"),
        forwarding=Forwarding(
            smtp_address=text(found, "ForwardingSmtpAddress").removeprefix("smtp:"),
            recipient=text(found, "ForwardingAddress"),
            keeps_copy=flag(found, "DeliverToMailboxAndForward"),
        ),
        is_hidden=flag(found, "HiddenFromAddressListsEnabled"),
        has_archive=bool(_guid(found, "ArchiveGuid")),
        litigation_hold=flag(found, "LitigationHoldEnabled", needed=not elsewhere),
        holds=len(_listed(found, "InPlaceHolds", needed=not elsewhere)) + sum(held),
        is_disconnected=disconnected,
    )


def read_disconnected(guid: str, found: Properties) -> Mailbox | None:
    """A mailbox from what ``Get-MailboxStatistics`` answers; None where it belongs to somebody.

    A server says nothing of holds here: it refuses to disable a mailbox under one.

    Raises:
        TargetContractError: The identity is missing.
    """
    if text(found, "DisconnectReason") != _DISCONNECTED_REASON:
        return None
    exchange_guid = _guid(found, "MailboxGuid")
    if not exchange_guid:
        raise _broken("MailboxGuid")
    return Mailbox(
        guid=guid,
        kind=MailboxKind.OTHER,
        exchange_guid=exchange_guid,
        database=text(found, "Database"),
        is_disconnected=True,
    )


def read_auto_reply(found: Properties) -> AutoReply:
    """An automatic reply from what ``Get-MailboxAutoReplyConfiguration`` answers.

    Raises:
        TargetContractError: A property is missing or of another shape.
    """
    try:
        state = AutoReplyState(text(found, "AutoReplyState"))
        audience = ExternalAudience(text(found, "ExternalAudience"))
        return AutoReply(
            state=state,
            internal=text(found, "InternalMessage"),
            external=text(found, "ExternalMessage"),
            audience=audience,
            start=_moment(found, "StartTime"),
            end=_moment(found, "EndTime"),
        )
    except ValueError:
        problem = _broken("AutoReplyState, ExternalAudience, StartTime or EndTime")
    raise problem  # out here, so that no value travels along


def text(found: Properties, name: str) -> str:
    """A property as text; empty where it is absent."""
    value = found.get(name)
    return "" if value is None else str(value)


def flag(found: Properties, name: str, *, needed: bool = False) -> bool:
    """A property that is true or false; false where it is absent and nothing hangs on it.

    Raises:
        TargetContractError: It is something else, or absent although it is needed.
    """
    value = found.get(name)
    if isinstance(value, bool):
        return value
    if value is None and not needed:
        return False
    raise _broken(name)


def _listed(found: Properties, name: str, *, needed: bool) -> Sequence[Any]:
    value = found.get(name)
    if isinstance(value, list | tuple):
        return value
    if value is None and not (needed and name not in found):
        return ()
    raise _broken(name)


def _guid(found: Properties, name: str) -> str:
    value = text(found, name).strip("{}").lower()
    if value and not GUID.fullmatch(value):
        raise _broken(name)
    return "" if value == NO_GUID else value


def _moment(found: Properties, name: str) -> datetime | None:
    """A point in time; without a time zone it is UTC, as Exchange Online answers."""
    value = text(found, name)
    if not value:
        return None
    # .NET writes seven decimals, Python reads six
    whole, dot, rest = value.partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    moment = datetime.fromisoformat(f"{whole}.{digits[:6]}{rest[len(digits) :]}" if dot else value)
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=UTC)


def _broken(name: str) -> TargetContractError:
    return TargetContractError("exchange", "read mailbox", 0, f"{name} is missing or of another shape")
