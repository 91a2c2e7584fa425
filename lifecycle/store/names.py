"""Names: what accounts were ever called, so that none need be given to another after an account is deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from lifecycle.store.dialect import insert
from lifecycle.store.refusal import whole
from lifecycle.store.tables import names


@dataclass(frozen=True, slots=True)
class Names:
    """The names of all directories, in one transaction.

    A name is kept with its space: an account name and a display name of the same letters are two. Whoever calls folds
    both to what the directory compares.
    """

    connection: Connection

    def load(self, directory: str) -> dict[tuple[str, str], frozenset[str]]:
        """Space and name → objectGUIDs of the accounts that have or had it."""
        holders: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        rows = self.connection.execute(
            select(names.c.space, names.c.name, names.c.account_guid).where(names.c.directory == directory)
        )
        for row in rows:
            holders[row.space, row.name].add(row.account_guid)
        return {name: frozenset(guids) for name, guids in holders.items()}

    def add(self, directory: str, guid: str, given: Iterable[tuple[str, str]], now: datetime) -> None:
        """Note that an account has each (space, name); one noted already keeps its first date."""
        rows = [
            {"directory": directory, "space": space, "name": name, "account_guid": guid, "given_at": now}
            for space, name in sorted(set(given))  # one order for all, so that two writers cannot block each other
        ]
        if rows:
            with whole(self.connection):
                self.connection.execute(insert(self.connection, names).on_conflict_do_nothing(), rows)
