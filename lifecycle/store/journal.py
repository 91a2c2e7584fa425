"""The write-ahead journal: what was about to be written, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, select, update

from lifecycle.errors import StoreError
from lifecycle.store.refusal import whole
from lifecycle.store.status import EntryState
from lifecycle.store.tables import journal
from lifecycle.versions import JOURNAL_ENTRY


@dataclass(frozen=True, slots=True)
class Intent:
    """One write that is about to be sent.

    Args:
        entry_id: Identifier.
        plan_id: The plan it belongs to.
        run_id: The run that applies it.
        directory: Identity of the directory.
        number: Place of the change in the plan.
        action: Name of the action.
        person_key: Primary key of the person, if the change is for one.
        target_guid: objectGUID of the object written; None while it does not exist.
        reason: Why, as a code.
        rule: The rule that asks for it.
        before: Attribute values before, JSON; not shown in a repr.
        after: Attribute values after, JSON; not shown in a repr.
    """

    entry_id: str
    plan_id: str
    run_id: str
    directory: str
    number: int
    action: str
    person_key: str | None
    target_guid: str | None
    reason: str
    rule: str
    before: Mapping[str, Any] = field(repr=False)
    after: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an intent.

    Args:
        entry_id: The intent's identifier.
        state: done, failed, stale or unknown.
        target_guid: objectGUID of the object, where it is only known now; None leaves what the intent said.
        error: Code and name of what went wrong; no attribute values.
    """

    entry_id: str
    state: EntryState | str
    target_guid: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An intent with its outcome; ``settled_at`` is None while there is none. Fields as in the two above."""

    entry_id: str
    plan_id: str
    run_id: str
    directory: str
    number: int
    action: str
    person_key: str | None
    target_guid: str | None
    reason: str
    rule: str
    before: Mapping[str, Any] = field(repr=False)
    after: Mapping[str, Any] = field(repr=False)
    state: EntryState
    error: str | None
    intended_at: datetime
    settled_at: datetime | None


_SETTLE = (
    update(journal)
    .where(journal.c.entry_id == bindparam("of_entry"), journal.c.state == EntryState.INTENDED)
    .values(
        state=bindparam("to_state"),
        target_guid=func.coalesce(bindparam("found_guid"), journal.c.target_guid),
        error=bindparam("said"),
        settled_at=bindparam("at"),
    )
)


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal, in one transaction: durable when the unit has ended, and not before."""

    connection: Connection

    def intend(self, entries: Sequence[Intent], now: datetime) -> None:
        """Note writes before they are sent: all of them or none.

        Raises:
            StoreError: An entry of this identifier is there already, or its plan or run is not stored.
        """
        rows = [
            {each.name: getattr(entry, each.name) for each in fields(entry)}
            | {"before": dict(entry.before), "after": dict(entry.after)}
            | {"state": EntryState.INTENDED, "intended_at": now, "version": JOURNAL_ENTRY.version}
            for entry in entries
        ]
        if rows:
            with whole(self.connection):
                self.connection.execute(insert(journal), rows)

    def settle(self, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Note what came of intents: all of them or none.

        Raises:
            StoreError: An entry is unknown or settled already, is named twice, or is to be settled as intended.
        """
        if any(outcome.state == EntryState.INTENDED for outcome in outcomes):
            raise StoreError("a journal entry cannot be settled as intended")
        rows = [
            {
                "of_entry": outcome.entry_id,
                "to_state": outcome.state,
                "found_guid": outcome.target_guid,
                # A domain controller ends its messages with NUL, which PostgreSQL cannot keep in a text.
                "said": None if outcome.error is None else outcome.error.replace("\0", ""),
                "at": now,
            }
            for outcome in outcomes
        ]
        if rows:
            with whole(self.connection):
                settled = self.connection.execute(_SETTLE, rows).rowcount
                if settled != len(rows):
                    raise StoreError(
                        f"{len(rows) - settled} of {len(rows)} journal entries cannot be settled: "
                        "unknown, settled already, or named twice"
                    )

    def open_entries(self, directory: str) -> list[JournalEntry]:
        """What was intended in a directory and never settled, in the order of intent."""
        return self._entries((journal.c.directory == directory) & (journal.c.state == EntryState.INTENDED))

    def of_plan(self, plan_id: str) -> list[JournalEntry]:
        """The entries of a plan, in the order of intent."""
        return self._entries(journal.c.plan_id == plan_id)

    def done_by(self, directory: str, actions: Collection[str]) -> list[JournalEntry]:
        """What some actions have done in a directory, in the order of intent."""
        done = (journal.c.directory == directory) & (journal.c.state == EntryState.DONE)
        return self._entries(done & journal.c.action.in_(sorted(actions)))

    def of_account(self, guid: str) -> list[JournalEntry]:
        """All that was ever written, or tried, on one object, in the order of intent."""
        return self._entries(journal.c.target_guid == guid)

    def of_actions(self, directory: str, actions: Collection[str]) -> list[JournalEntry]:
        """All that certain actions ever wrote, or tried to, in a directory, in the order of intent."""
        return self._entries((journal.c.directory == directory) & journal.c.action.in_(sorted(actions)))

    def _entries(self, condition: ColumnElement[bool]) -> list[JournalEntry]:
        order = journal.c.intended_at, journal.c.number, journal.c.entry_id
        rows = self.connection.execute(select(journal).where(condition).order_by(*order))
        return [_entry(row) for row in rows]


def _entry(row: Row[tuple[object, ...]]) -> JournalEntry:
    values = dict(row._mapping)  # noqa: SLF001 - public, named so as not to hide a column
    try:
        written = {name: values[name] for name in ("action", "before", "after")}
        return JournalEntry(**values | JOURNAL_ENTRY.upgrade(written, values.pop("version")))
    except ValueError:
        raise StoreError(f"journal entry {values['entry_id']} is none of its version: it was altered") from None
