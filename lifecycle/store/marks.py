"""Marks: what runs remember of single accounts until it no longer holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from lifecycle.store.dialect import insert
from lifecycle.store.refusal import whole
from lifecycle.store.status import Mark
from lifecycle.store.tables import marks

_REMOVE = delete(marks).where(
    marks.c.directory == bindparam("of_directory"),
    marks.c.automation == bindparam("of_automation"),
    marks.c.mark == bindparam("of_mark"),
    marks.c.account_guid == bindparam("of_account"),
)


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of all accounts, in one transaction. A mark of no automation counts for all of them."""

    connection: Connection

    def load(self, mark: Mark, directory: str, automation: str = "") -> frozenset[str]:
        """ObjectGUIDs of the accounts that bear a mark."""
        which = (marks.c.directory == directory) & (marks.c.automation == automation) & (marks.c.mark == mark)
        return frozenset(self.connection.scalars(select(marks.c.account_guid).where(which)))

    def add(self, mark: Mark, guid: str, now: datetime, directory: str, automation: str = "") -> None:
        """Mark an account; one that is marked already stays so."""
        row = {"directory": directory, "automation": automation, "mark": mark, "account_guid": guid, "since": now}
        with whole(self.connection):
            self.connection.execute(insert(self.connection, marks).on_conflict_do_nothing(), [row])

    def remove(self, mark: Mark, guids: Iterable[str], directory: str, automation: str = "") -> None:
        """Take a mark from these accounts; one that does not bear it is left as it is."""
        of_mark = {"of_directory": directory, "of_automation": automation, "of_mark": mark}
        rows = [{**of_mark, "of_account": guid} for guid in sorted(set(guids))]
        if rows:
            with whole(self.connection):
                self.connection.execute(_REMOVE, rows)

    def drop(self, directory: str, guid: str) -> None:
        """Take all marks from an account that was deleted."""
        with whole(self.connection):
            self.connection.execute(
                delete(marks).where((marks.c.directory == directory) & (marks.c.account_guid == guid))
            )
