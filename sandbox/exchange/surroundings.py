"""Where a cmdlet runs: what it acts on, and how it finds what it is told of, as forgiving as Exchange is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.exchange.organisation import DATABASES, MailboxRecord, Organisation, Person, Place
from sandbox.exchange.refusals import not_found

Parameters = Mapping[str, Any]
Objects = list[dict[str, Any]]


@dataclass(frozen=True)
class Surroundings:
    """One place of an organisation; what cannot be found is refused with a ``CmdletError``.

    Attributes:
        organisation: What cmdlets act on.
        place: Where they run; the cmdlets of Skype for Business run on the server.
    """

    organisation: Organisation
    place: Place

    def person(self, identity: object) -> Person:
        """Return an account by name, alias or the id that it has here."""
        wanted = str(identity).lower()
        for person in self.organisation.people.values():
            names = {person.upn.lower(), person.alias.lower()}
            names |= {person.entra_id} if self.place == "online" else {person.guid}
            if wanted and wanted in names and (self.place == "server" or person.entra_id):
                return person
        raise not_found(identity)

    def mailbox(self, identity: object) -> MailboxRecord:
        """Return a mailbox in use by its own identity, or by its account."""
        wanted = str(identity).lower()
        for record in self.organisation.mailboxes.values():
            if record.in_use and record.place == self.place and wanted in {
                record.exchange_guid, record.address.lower(), record.alias.lower(),
            }:  # fmt: skip
                return record
        used = self.organisation.mailbox_of(self.person(identity).guid, self.place)
        if used is None:
            raise not_found(identity)
        return used

    def lost(self, identity: object, place: Place) -> MailboxRecord:
        """Return a mailbox that is not in use any more."""
        wanted = str(identity).lower()
        for record in self.organisation.mailboxes.values():
            if not record.in_use and record.place == place and wanted in {record.exchange_guid, record.alias.lower()}:
                return record
        raise not_found(identity)

    def recipient_type(self, person: Person) -> str:
        """Return what kind of recipient an account is here."""
        record = self.organisation.mailbox_of(person.guid, self.place)
        if record is not None:
            return record.kind
        if self.place == "server" and person.remote is not None:
            return str(person.remote["kind"])
        return "User"

    def database(self, name: object) -> None:
        """Make sure that there is such a database."""
        if name not in DATABASES:
            raise not_found(name)


@dataclass(frozen=True)
class Cmdlet:
    """What runs a cmdlet, and the parameters that Exchange knows of it, dangerous ones with them."""

    run: Callable[[Surroundings, Parameters], Objects]
    parameters: frozenset[str] = frozenset()
