"""Tickets: records that are requests, each taken in hand by one run at a time and answered once.

A ticket that was answered is taken again only when it has been out of the source since: somebody has opened it anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, select, update

from lifecycle.store.dialect import insert, take_turns
from lifecycle.store.process import Process, is_gone, this_process
from lifecycle.store.refusal import whole
from lifecycle.store.status import RunStatus, TicketState
from lifecycle.store.tables import runs, tickets


@dataclass(frozen=True, slots=True)
class Tickets:
    """The tickets of all data sources, in one transaction."""

    connection: Connection

    def take(self, source: str, keys: Iterable[str], run_id: str, now: datetime) -> dict[str, int]:
        """Take tickets in hand; answers those that this run has now, each with how often it has been opened.

        Args:
            source: Name of the data source.
            keys: Primary keys of the tickets that are there.
            run_id: The run; it must be noted in the store.
            now: UTC.
        """
        wanted, process = sorted(set(keys)), this_process()
        holder = {
            "state": TicketState.TAKEN, "run_id": run_id, "host": process.host, "pid": process.pid,
            "process_started": process.started, "taken_at": now, "settled_at": None, "outcome": None,
        }  # fmt: skip
        with whole(self.connection):
            take_turns(self.connection, f"tickets {source}")
            known = {row.ticket_key: row for row in self._rows(source)}
            taken = {}
            for key in wanted:
                row = known.get(key)
                if row is None:
                    new = {"source": source, "ticket_key": key, "opened": 1, **holder}
                    self.connection.execute(insert(self.connection, tickets).values(**new))
                    taken[key] = 1
                elif self._is_free(row, run_id):
                    opened = row.opened + (row.state == TicketState.CLOSED)
                    self._set(source, [key], {**holder, "opened": opened})
                    taken[key] = opened
        return taken

    def free(self, source: str, keys: Iterable[str]) -> frozenset[str]:
        """Which of these tickets a run could take."""
        known = {row.ticket_key: row for row in self._rows(source)}
        return frozenset(key for key in keys if key not in known or self._is_free(known[key], ""))

    def close_absent(self, source: str, there: Collection[str], now: datetime) -> None:
        """Note which answered tickets a complete read does not hold any more."""
        answered = [row.ticket_key for row in self._rows(source) if row.state == TicketState.ANSWERED]
        self._set(source, set(answered) - set(there), {"state": TicketState.CLOSED, "settled_at": now})

    def answer(self, source: str, key: str, outcome: str, now: datetime) -> None:
        """Note that a ticket was answered."""
        self._set(source, [key], {"state": TicketState.ANSWERED, "outcome": outcome, "settled_at": now})

    def opened(self, source: str, keys: Collection[str]) -> dict[str, int]:
        """How often tickets were opened."""
        return {row.ticket_key: row.opened for row in self._rows(source) if row.ticket_key in keys}

    def _is_free(self, row: Row[tuple[object, ...]], run_id: str) -> bool:
        """Whether nobody has a ticket in hand: it was opened anew, or whoever had it has ended without an answer."""
        if row.state == TicketState.CLOSED:
            return True
        if row.state == TicketState.ANSWERED:
            return False
        status = self.connection.scalar(select(runs.c.status).where(runs.c.run_id == row.run_id))
        has_ended = status is not None and status != RunStatus.RUNNING
        return row.run_id == run_id or has_ended or is_gone(Process(row.host, row.pid, row.process_started))

    def _rows(self, source: str) -> list[Row[tuple[object, ...]]]:
        return list(self.connection.execute(select(tickets).where(tickets.c.source == source)))

    def _set(self, source: str, keys: Iterable[str], values: dict[str, object]) -> None:
        for key in sorted(keys):
            which: ColumnElement[bool] = (tickets.c.source == source) & (tickets.c.ticket_key == key)
            with whole(self.connection):
                self.connection.execute(update(tickets).where(which).values(**values))
