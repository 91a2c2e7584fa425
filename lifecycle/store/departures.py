"""Departures: the accounts that a run disabled, so that only those are enabled for a rehire."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from lifecycle.store.dialect import insert
from lifecycle.store.refusal import whole
from lifecycle.store.tables import departures

_REMOVE = delete(departures).where(
    departures.c.directory == bindparam("of_directory"), departures.c.account_guid == bindparam("of_account")
)


@dataclass(frozen=True, slots=True)
class Departures:
    """The departures of all directories, in one transaction."""

    connection: Connection

    def load(self, directory: str) -> dict[str, datetime]:
        """Account's objectGUID → when a run disabled it, UTC."""
        rows = self.connection.execute(
            select(departures.c.account_guid, departures.c.disabled_at).where(departures.c.directory == directory)
        )
        return {row.account_guid: row.disabled_at for row in rows}

    def has(self, directory: str, guid: str) -> bool:
        """Whether a run disabled this account."""
        found = self.connection.execute(
            select(departures.c.account_guid).where(
                (departures.c.directory == directory) & (departures.c.account_guid == guid)
            )
        )
        return found.first() is not None

    def add(self, directory: str, guids: Iterable[str], now: datetime) -> None:
        """Note that a run disabled these accounts.

        An account noted already gets the new date: somebody enabled it in between, and what falls due so many days
        after disabling must not fall due early.
        """
        rows = [{"directory": directory, "account_guid": guid, "disabled_at": now} for guid in sorted(set(guids))]
        if rows:
            upsert = insert(self.connection, departures).on_conflict_do_update(
                index_elements=["directory", "account_guid"], set_={"disabled_at": now}
            )
            with whole(self.connection):
                self.connection.execute(upsert, rows)

    def remove(self, directory: str, guids: Iterable[str]) -> None:
        """Forget these accounts; one that is not noted is forgotten already."""
        rows = [{"of_directory": directory, "of_account": guid} for guid in sorted(set(guids))]
        if rows:
            with whole(self.connection):
                self.connection.execute(_REMOVE, rows)
