"""The outbox: calls that tell other systems what happened, from the moment it happened until they are delivered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, exists, func, select, update

from lifecycle.store.dialect import insert
from lifecycle.store.refusal import whole
from lifecycle.store.status import CallStatus
from lifecycle.store.tables import outbox


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it was frozen when something happened.

    Args:
        call_key: The same for the same event, whoever notes it and how often.
        webhook: Name of the webhook.
        credentials: Name of the block that authorises it.
        automation: Name of the automation.
        directory: Identity of the directory.
        event: What happened, as a code.
        subject: Calls of one subject are delivered in their order.
        account_guid: objectGUID; empty where there is no account.
        person_key: Primary key; empty where the source no longer knows the person, or nobody is meant.
        plan_id: The plan.
        gives_ticket: Whether its answer has the number of a ticket.
        content: What is sent: the webhook and the values of its macros, JSON.
    """

    call_key: str
    webhook: str
    credentials: str
    automation: str
    directory: str
    event: str
    subject: str
    account_guid: str
    person_key: str
    plan_id: str
    gives_ticket: bool
    content: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class QueuedCall:
    """A call with what became of it so far.

    Args:
        sequence: Its place in the order.
        call: The call.
        status: Where it stands.
        uncertain: Whether it may have arrived although nobody knows.
        tries: How often it was sent.
        next_at: When it is tried again at the earliest, UTC.
        error: Why it was not delivered, in a few words.
        ticket: The number that its answer gave.
        created_at: UTC.
        settled_at: When it was delivered, poisoned or dropped, UTC.
    """

    sequence: int
    call: Call
    status: CallStatus
    uncertain: bool
    tries: int
    next_at: datetime
    error: str | None
    ticket: str | None
    created_at: datetime
    settled_at: datetime | None


_FIELDS = tuple(Call.__dataclass_fields__)
_UNSETTLED = (outbox.c.status == CallStatus.WAITING) | (outbox.c.status == CallStatus.SENDING)


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox, in one transaction."""

    connection: Connection

    def add(self, calls: Sequence[Call], now: datetime) -> None:
        """Queue calls; one whose key is there already is the same call, and stays as it is."""
        rows = [
            {**asdict(call), "status": CallStatus.WAITING, "uncertain": False, "tries": 0, "next_at": now,
             "created_at": now}
            for call in calls
        ]  # fmt: skip
        if rows:
            with whole(self.connection):
                self.connection.execute(insert(self.connection, outbox).on_conflict_do_nothing(), rows)

    def due(self, now: datetime, most: int) -> list[QueuedCall]:
        """The first unsettled call of each subject whose time has come, in order; at most so many."""
        heads = select(func.min(outbox.c.sequence)).where(_UNSETTLED).group_by(outbox.c.subject)
        ready = outbox.c.sequence.in_(heads) & (outbox.c.status == CallStatus.WAITING) & (outbox.c.next_at <= now)
        return self._calls(ready, most)

    def begin(self, sequences: Collection[int]) -> None:
        """Note that calls are about to be sent: durable before they are."""
        self._set(sequences, status=CallStatus.SENDING, tries=outbox.c.tries + 1)

    def interrupt(self, until: datetime | None = None) -> int:
        """Calls that a deliverer, which is no more, was sending wait again, and may have arrived; answers how many.

        Args:
            until: When they are tried again at the earliest, UTC: the server may still be at them.
        """
        which = outbox.c.status == CallStatus.SENDING
        later = {} if until is None else {"next_at": until}
        with whole(self.connection):
            return self.connection.execute(
                update(outbox).where(which).values(status=CallStatus.WAITING, uncertain=True, **later)
            ).rowcount

    def deliver(self, sequence: int, ticket: str | None, now: datetime) -> None:
        """Note that a call has arrived."""
        self.deliver_all({sequence: ticket}, now)

    def deliver_all(self, tickets: Mapping[int, str | None], now: datetime) -> None:
        """Note that calls have arrived.

        Args:
            tickets: Place in the order → the number of the ticket that the answer gave.
            now: UTC.
        """
        rows = [{"of": sequence, "number": ticket} for sequence, ticket in sorted(tickets.items())]
        which = (outbox.c.sequence == bindparam("of")) & _UNSETTLED
        change = update(outbox).where(which).values(
            status=CallStatus.DELIVERED, uncertain=False, ticket=bindparam("number"), error=None, settled_at=now
        )  # fmt: skip
        if rows:
            with whole(self.connection):
                self.connection.execute(change, rows)

    def postpone(self, sequence: int, next_at: datetime, error: str, *, uncertain: bool) -> None:
        """Note that a call is to be tried again."""
        self._set([sequence], status=CallStatus.WAITING, next_at=next_at, error=error, uncertain=uncertain)

    def pass_over(self, sequence: int, why: str, now: datetime) -> None:
        """Give up a call that has become pointless."""
        self._set([sequence], status=CallStatus.DROPPED, error=why, settled_at=now)

    def poison(self, sequence: int, error: str, now: datetime, *, uncertain: bool | None = None) -> None:
        """Set a call aside until somebody has looked at it; those behind it go on.

        Args:
            sequence: Its place in the order.
            error: Why, in a few words.
            now: UTC.
            uncertain: Whether it may have arrived; None where nothing new is known of that.
        """
        known = {} if uncertain is None else {"uncertain": uncertain}
        self._set([sequence], status=CallStatus.POISONED, error=error, settled_at=now, **known)

    def release(self, keys: Collection[str], now: datetime) -> int:
        """Try calls that were set aside again; answers how many."""
        return self._move(keys, CallStatus.WAITING, {"next_at": now, "settled_at": None, "error": None, "tries": 0})

    def drop(self, keys: Collection[str], now: datetime) -> int:
        """Give calls up that were set aside; answers how many."""
        return self._move(keys, CallStatus.DROPPED, {"settled_at": now})

    def poisoned(self) -> list[QueuedCall]:
        """What was set aside, in order."""
        return self._calls(outbox.c.status == CallStatus.POISONED)

    def unsettled(self) -> list[QueuedCall]:
        """What still waits, in order."""
        return self._calls(_UNSETTLED)

    def ticket_of(self, call: Call) -> str | None:
        """The number that the latest answer about the same account or person gave."""
        return self.connection.scalar(
            select(outbox.c.ticket)
            .where(_alike(call) & outbox.c.ticket.is_not(None) & (outbox.c.status == CallStatus.DELIVERED))
            .order_by(outbox.c.sequence.desc())
            .limit(1)
        )

    def waits_for_ticket(self, call: Call) -> bool:
        """Whether a call about the same account or person that gives a ticket was set aside."""
        which = _alike(call) & outbox.c.gives_ticket & (outbox.c.status == CallStatus.POISONED)
        return self.connection.scalar(select(func.count()).where(which).select_from(outbox)) != 0

    def awaits_ticket(self, queued: QueuedCall) -> bool:
        """Whether a call before this one, about the same account or person, that gives a ticket is still to be sent."""
        which = _alike(queued.call) & outbox.c.gives_ticket & _UNSETTLED & (outbox.c.sequence < queued.sequence)
        return self.connection.scalar(select(func.count()).where(which).select_from(outbox)) != 0

    def counts(self) -> Mapping[CallStatus, int]:
        """How many calls stand where."""
        rows = self.connection.execute(select(outbox.c.status, func.count()).group_by(outbox.c.status))
        return {row[0]: row[1] for row in rows}

    def is_delivered(self, key: str) -> bool:
        """Whether a call has arrived."""
        return self.connection.scalar(select(outbox.c.status).where(outbox.c.call_key == key)) == CallStatus.DELIVERED

    def prune(self, before: datetime) -> int:
        """Forget what was delivered or dropped before a moment; answers how many calls.

        Of the latest that gave the number of a ticket the number stays, for calls to come, and what was sent does not.
        """
        settled = outbox.c.status.in_((CallStatus.DELIVERED, CallStatus.DROPPED)) & (outbox.c.settled_at < before)
        later = outbox.alias("later")
        same = [later.c[name] == outbox.c[name] for name in ("subject", "account_guid", "person_key")]
        superseded = exists().where(
            *same, later.c.ticket.is_not(None), later.c.status == CallStatus.DELIVERED,
            later.c.sequence > outbox.c.sequence,
        )  # fmt: skip
        with whole(self.connection):
            gone = self.connection.execute(
                delete(outbox).where(settled & (outbox.c.ticket.is_(None) | superseded))
            ).rowcount
            self.connection.execute(update(outbox).where(settled & (outbox.c.content != "")).values(content=""))
        return gone

    def _move(self, keys: Iterable[str], to: CallStatus, values: Mapping[str, object]) -> int:
        which = outbox.c.call_key.in_(sorted(set(keys))) & (outbox.c.status == CallStatus.POISONED)
        with whole(self.connection):
            return self.connection.execute(update(outbox).where(which).values(status=to, **values)).rowcount

    def _set(self, sequences: Collection[int], **values: object) -> None:
        """Change calls that are not settled; one that is stays as it is, whoever comes late."""
        which = outbox.c.sequence.in_(sorted(sequences)) & _UNSETTLED
        with whole(self.connection):
            self.connection.execute(update(outbox).where(which).values(**values))

    def _calls(self, which: ColumnElement[bool], most: int | None = None) -> list[QueuedCall]:
        rows = self.connection.execute(select(outbox).where(which).order_by(outbox.c.sequence).limit(most))
        return [_queued(row) for row in rows]


def _alike(call: Call) -> ColumnElement[bool]:
    """Calls about the same account or person."""
    person = (outbox.c.automation == call.automation) & (outbox.c.person_key == call.person_key)
    same: ColumnElement[bool] = person & (outbox.c.person_key != "")
    if call.account_guid:
        same |= (outbox.c.account_guid == call.account_guid) & (outbox.c.directory == call.directory)
    return same


def _queued(row: Row[tuple[object, ...]]) -> QueuedCall:
    given = dict(row._mapping)  # noqa: SLF001 - a public attribute, named so as not to hide a column
    call = Call(**{name: given.pop(name) for name in _FIELDS})
    return QueuedCall(call=call, **given)
