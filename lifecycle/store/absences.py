"""Absences: in how many complete runs on end a person was missing (safety rule 1)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from lifecycle.store.dialect import insert, take_turns
from lifecycle.store.refusal import whole
from lifecycle.store.tables import absences

_FORGET = delete(absences).where(
    absences.c.data_source == bindparam("of_data_source"), absences.c.key == bindparam("of_key")
)


@dataclass(frozen=True, slots=True)
class Absences:
    """The absences of all data sources, in one transaction."""

    connection: Connection

    def load(self, data_source: str) -> dict[str, int]:
        """Key → number of complete runs on end that missed it, at least 1; keys that were seen last are not in it."""
        rows = self.connection.execute(
            select(absences.c.key, absences.c.runs).where(absences.c.data_source == data_source)
        )
        return {row.key: row.runs for row in rows}

    def record(self, data_source: str, absent: Collection[str], now: datetime) -> None:
        """Count one complete run: one more for each key absent; every other key of the data source is forgotten.

        To be called once for each complete run: a second call counts a second run.
        """
        with whole(self.connection):
            take_turns(self.connection, f"absences {data_source}")
            missing = set(absent)
            returned = [
                {"of_data_source": data_source, "of_key": key} for key in self.load(data_source) if key not in missing
            ]
            if returned:
                self.connection.execute(_FORGET, returned)
            if missing:
                once_more = insert(self.connection, absences).on_conflict_do_update(
                    index_elements=["data_source", "key"],
                    set_={"runs": absences.c.runs + 1, "last_absent_at": now},
                )
                self.connection.execute(
                    once_more,
                    [
                        {
                            "data_source": data_source,
                            "key": key,
                            "runs": 1,
                            "first_absent_at": now,
                            "last_absent_at": now,
                        }
                        for key in sorted(missing)
                    ],
                )
