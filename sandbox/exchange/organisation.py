"""The state: accounts, mailboxes in use and not in use, holds, databases, and every cmdlet that was run."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Place = Literal["server", "online"]
DATABASES = ("DB01", "DB02")
DOMAIN = "corp.example.test"
ROUTING_DOMAIN = "example.mail.onmicrosoft.test"
NO_REPLY = {
    "AutoReplyState": "Disabled", "ExternalAudience": "None", "InternalMessage": "", "ExternalMessage": "",
    "StartTime": "", "EndTime": "",
}  # fmt: skip


@dataclass
class MailboxRecord:
    """One mailbox, in use or not.

    Attributes:
        exchange_guid: Its own identity.
        place: Where it lives.
        database: In which database, on a server.
        owner: objectGUID of the account that has it, or had it.
        in_use: False once it was taken from the account; kept for a while.
        noticed: Whether the database has seen that it is not in use; a server needs telling.
        kind: ``RecipientTypeDetails``.
        settings: What ``Set-Mailbox`` sets, by property.
        auto_reply: What ``Set-MailboxAutoReplyConfiguration`` sets, by property.
        litigation: Whether a litigation hold is on it.
        in_place: Identities of other holds.
    """

    exchange_guid: str
    place: Place
    database: str
    owner: str
    alias: str
    address: str
    kind: str = "UserMailbox"
    in_use: bool = True
    noticed: bool = True
    archive_guid: str = ""
    litigation: bool = False
    in_place: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    auto_reply: dict[str, str] = field(default_factory=lambda: dict(NO_REPLY))

    @property
    def is_held(self) -> bool:
        """Whether a hold is on it."""
        return self.litigation or bool(self.in_place)


@dataclass
class Person:
    """One account as Exchange sees it.

    Attributes:
        guid: objectGUID.
        upn: userPrincipalName.
        entra_id: Its object id in Entra; empty while it is not synchronised.
        remote: What the server knows of a mailbox in the cloud; None where it knows of none.
        skype: Pool and address of Skype for Business; None where it is not enabled.
    """

    guid: str
    upn: str
    entra_id: str
    remote: dict[str, Any] | None = None
    skype: dict[str, str] | None = None

    @property
    def alias(self) -> str:
        """The alias that Exchange would choose."""
        return self.upn.partition("@")[0]


Effect = dict[str, Any]
"""What a server writes into Active Directory: ``{"guid", "set": {attribute: value}, "clear": [attribute]}``."""


class Organisation:
    """Everything that both faces act on.

    Args:
        on_effect: Called with each write into Active Directory, so that a real directory can follow.
    """

    def __init__(self, on_effect: Callable[[Effect], None] | None = None) -> None:
        self.on_effect = on_effect
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.people: dict[str, Person] = {}
        self.mailboxes: dict[str, MailboxRecord] = {}
        self.deleted_accounts: list[str] = []
        self.purged: list[str] = []
        self.log: list[dict[str, Any]] = []
        self.effects: list[Effect] = []

    def sync_user(self, guid: str, upn: str, entra_id: str | None = None) -> Person:
        """Make an account known, or let it have another name; without an Entra id it is derived from the GUID."""
        cloud = str(uuid.uuid5(uuid.UUID(guid), "entra")) if entra_id is None else entra_id
        person = self.people.get(guid)
        if person is None:
            person = self.people[guid] = Person(guid, upn, cloud)
        person.upn, person.entra_id = upn, cloud
        return person

    def mailbox_of(self, guid: str, place: Place) -> MailboxRecord | None:
        """The mailbox that the account uses there."""
        return next(
            (one for one in self.mailboxes.values() if one.owner == guid and one.place == place and one.in_use), None
        )

    def lost_mailboxes(self, guid: str) -> list[MailboxRecord]:
        """What the account had and does not use any more."""
        return [one for one in self.mailboxes.values() if one.owner == guid and not one.in_use]

    def give_mailbox(
        self, person: Person, place: Place, *, database: str = "", alias: str = "", address: str = "",
        kind: str = "UserMailbox",
    ) -> MailboxRecord:  # fmt: skip
        """Make a mailbox for an account: by a cmdlet on a server, by a licence in the cloud.

        A licence gives back what the account has lost in the cloud.
        """
        if place == "online":
            for lost in self.lost_mailboxes(person.guid):
                if lost.place == "online":
                    lost.in_use = True
                    return lost
        nick = alias or person.alias
        record = MailboxRecord(
            exchange_guid=str(uuid.uuid4()),
            place=place,
            database=(database or DATABASES[0]) if place == "server" else "",
            owner=person.guid,
            alias=nick,
            address=address or f"{nick}@{DOMAIN}",
            kind=kind,
        )
        self.mailboxes[record.exchange_guid] = record
        return record

    def make_room(self, person: Person) -> None:
        """Let what an account uses be the mailbox of a room, and the server know of the one in the cloud as such."""
        for record in self.mailboxes.values():
            if record.owner == person.guid and record.in_use:
                record.kind = "RoomMailbox"
        if person.remote is not None:
            person.remote["kind"] = "RemoteRoomMailbox"

    def take_mailbox(self, record: MailboxRecord) -> None:
        """Let an account lose its mailbox, which is kept."""
        record.in_use = False
        record.noticed = record.place == "online"

    def purge(self, record: MailboxRecord) -> None:
        """Let a mailbox be gone for good."""
        del self.mailboxes[record.exchange_guid]
        self.purged.append(record.exchange_guid)

    def delete_account(self, guid: str) -> None:
        """Delete the account with its mailbox: what ``Remove-Mailbox -Identity`` does."""
        for record in (self.mailbox_of(guid, "server"), self.mailbox_of(guid, "online")):
            if record is not None:
                self.take_mailbox(record)
        del self.people[guid]
        self.deleted_accounts.append(guid)
        self.affect(guid, {}, ["*"])

    def affect(self, guid: str, values: dict[str, Any], clear: list[str]) -> None:
        """Note, and hand on, what a server writes into Active Directory."""
        effect = {"guid": guid, "set": values, "clear": clear}
        self.effects.append(effect)
        if self.on_effect is not None:
            self.on_effect(effect)

    def shown(self, guid: str) -> dict[str, Any]:
        """What is known of one account and its mailboxes."""
        person = self.people.get(guid)
        return {
            "account": asdict(person) if person else None,
            **{
                place: asdict(found) if (found := self.mailbox_of(guid, place)) else None
                for place in ("server", "online")
            },
            "lost": [asdict(one) for one in self.lost_mailboxes(guid)],
        }
