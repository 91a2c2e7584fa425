"""What Exchange holds for an account, as value types: a mailbox, its automatic reply, where its mail is sent on to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from html import unescape

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""How every GUID is spelled here: lower case, with hyphens, without braces."""

NO_GUID = "00000000-0000-0000-0000-000000000000"
_MARKUP = re.compile(r"<[^>]*>")


class MailboxKind(StrEnum):
    """What a mailbox is, after ``RecipientTypeDetails``; a remote one lives in Exchange Online."""

    USER = "user"
    SHARED = "shared"
    ROOM = "room"
    EQUIPMENT = "equipment"
    LINKED = "linked"
    REMOTE = "remote"
    REMOTE_SHARED = "remote-shared"
    REMOTE_ROOM = "remote-room"
    REMOTE_EQUIPMENT = "remote-equipment"
    OTHER = "other"

    @property
    def is_remote(self) -> bool:
        """Whether the server knows it as one that lives in Exchange Online."""
        return self.value.startswith("remote")

    @property
    def is_shared(self) -> bool:
        """Whether it is nobody's own."""
        return self in {MailboxKind.SHARED, MailboxKind.REMOTE_SHARED}


class AutoReplyState(StrEnum):
    """When a mailbox answers by itself; the values are Exchange's."""

    DISABLED = "Disabled"
    ENABLED = "Enabled"
    SCHEDULED = "Scheduled"


class ExternalAudience(StrEnum):
    """Who outside the organisation gets the external text; the values are Exchange's."""

    NONE = "None"
    KNOWN = "Known"
    ALL = "All"


@dataclass(frozen=True, slots=True)
class AutoReply:
    """The automatic reply of a mailbox (``Set-MailboxAutoReplyConfiguration``).

    Args:
        state: Off, on, or on between two points in time.
        internal: Text for senders inside the organisation; Exchange keeps it as HTML.
        external: Text for senders outside.
        audience: Who outside gets it.
        start: First moment of a scheduled reply, aware.
        end: Last moment, aware.

    Raises:
        ValueError: A schedule without two moments in their order, or one without a time zone.
    """

    state: AutoReplyState
    internal: str = field(default="", repr=False)
    external: str = field(default="", repr=False)
    audience: ExternalAudience = ExternalAudience.NONE
    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        if any(moment is not None and moment.utcoffset() is None for moment in (self.start, self.end)):
            raise ValueError("a moment of an automatic reply needs a time zone")
        if self.state is AutoReplyState.SCHEDULED and not (self.start and self.end and self.start < self.end):
            raise ValueError("a scheduled reply needs a start and a later end")

    def says_the_same(self, other: AutoReply) -> bool:
        """Whether nobody would notice a change from one to the other.

        Exchange wraps a plain text into HTML, and keeps start and end where they mean nothing.
        """
        scheduled = self.state is AutoReplyState.SCHEDULED
        return (
            self.state is other.state
            and (not scheduled or (self.start, self.end) == (other.start, other.end))
            and self.audience is other.audience
            and _plain(self.internal) == _plain(other.internal)
            and _plain(self.external) == _plain(other.external)
        )


def _plain(text: str) -> str:
    return " ".join(unescape(_MARKUP.sub(" ", text)).split())


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Where the mail of a mailbox is sent on to; nowhere by default.

    Args:
        smtp_address: Any address (``ForwardingSmtpAddress``), without ``smtp:``.
        recipient: A recipient of the organisation (``ForwardingAddress``); Exchange prefers it to the address.
        keeps_copy: Whether the mailbox gets the mail as well (``DeliverToMailboxAndForward``).
    """

    smtp_address: str = field(default="", repr=False)
    recipient: str = field(default="", repr=False)
    keeps_copy: bool = False

    @property
    def is_on(self) -> bool:
        """Whether mail is sent on."""
        return bool(self.smtp_address or self.recipient)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox of an account.

    Args:
        guid: objectGUID of the account in Active Directory.
        kind: What it is.
        exchange_guid: Identity of the mailbox itself, which outlives a disconnection; empty where there is none.
        database: Database of a mailbox on the organisation's own servers, as Exchange names it.
        alias: mailNickname.
        primary_address: Address that mail is sent from.
        routing_address: Address in the tenant's own domain that mail for a remote mailbox is routed to.
        forwarding: Where mail is sent on to.
        is_hidden: Whether address lists leave it out.
        has_archive: Whether it has an archive.
        litigation_hold: Whether a litigation hold keeps its content.
        holds: How many other holds keep it: In-Place, eDiscovery, retention labels, and the delay after one was lifted.
        auto_reply: The automatic reply; None where it was not asked for or cannot be read (a disconnected mailbox).
        is_disconnected: Whether it is kept for a while without belonging to the account: "disconnected" on a server,
            "soft-deleted" in Exchange Online.
    """

    guid: str
    kind: MailboxKind
    exchange_guid: str
    database: str = ""
    alias: str = field(default="", repr=False)
    primary_address: str = field(default="", repr=False)
    routing_address: str = field(default="", repr=False)
    forwarding: Forwarding = Forwarding()
    is_hidden: bool = False
    has_archive: bool = False
    litigation_hold: bool = False
    holds: int = 0
    auto_reply: AutoReply | None = None
    is_disconnected: bool = False

    @property
    def is_on_hold(self) -> bool:
        """Whether the law, or somebody who speaks for it, wants the content kept."""
        return self.litigation_hold or self.holds > 0


@dataclass(frozen=True, slots=True)
class LostMailbox:
    """A mailbox that was taken from an account, and that Exchange keeps for a while.

    Args:
        exchange_guid: Its identity.
        database: Where it is, on the organisation's own servers; empty in Exchange Online.
        since: When it was taken.
    """

    exchange_guid: str
    database: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Purgeable:
    """A mailbox that may be deleted for good; made from one that was read as disconnected and under no hold.

    Nothing else fits the parameters of the cmdlets that purge, so none of them can name a mailbox in use.

    Args:
        mailbox: The mailbox as it was read.

    Raises:
        ValueError: It is connected, on hold, or has no identity of its own.
    """

    mailbox: Mailbox

    def __post_init__(self) -> None:
        if not self.mailbox.is_disconnected:
            raise ValueError("a mailbox that is in use is never purged")
        if self.mailbox.is_on_hold:
            raise ValueError("a mailbox on hold is never purged")
        if not GUID.fullmatch(self.mailbox.exchange_guid) or self.mailbox.exchange_guid == NO_GUID:
            raise ValueError("a mailbox is purged by its own GUID alone")
