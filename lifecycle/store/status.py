"""The states that runs, plans and journal entries pass through."""

from __future__ import annotations

from enum import StrEnum


class RunStatus(StrEnum):
    """A run that was killed stays ``running`` until the next one of its automation closes it as ``failed``."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"


class PlanStatus(StrEnum):
    """What has become of a plan.

    ``waiting`` is for an approval of its hash; ``superseded`` is what a newer plan of the same automation makes of it.
    """

    PROPOSED = "proposed"
    WAITING = "waiting"
    APPLYING = "applying"
    APPLIED = "applied"
    INTERRUPTED = "interrupted"
    SUPERSEDED = "superseded"


class StepStatus(StrEnum):
    """The life of a step: it waits, also when it was tried in vain; ``cancelled`` when it does not apply any more."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class EntryState(StrEnum):
    """The life of a journal entry: ``intended`` before the write is sent, one of the others for good afterwards.

    ``stale``: the live object was not as planned, nothing was sent. ``unknown``: sent, and nobody can tell any more
    whether it was carried out; the next run plans from what it finds.
    """

    INTENDED = "intended"
    DONE = "done"
    FAILED = "failed"
    STALE = "stale"
    UNKNOWN = "unknown"


class Mark(StrEnum):
    """What runs remember of an account."""

    SERVED = "served"
    """The list of a user-actions has begun for it, and its record is still in the source."""
    HELD = "held"
    """It was disabled on somebody's word: no record that still has the person enables it."""


class CallStatus(StrEnum):
    """The life of a call in the outbox; one that is ``poisoned`` waits for somebody to release or drop it."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    POISONED = "poisoned"
    DROPPED = "dropped"


class TicketState(StrEnum):
    """The life of a ticket: ``closed`` when it was answered and has left the source since."""

    TAKEN = "taken"
    ANSWERED = "answered"
    CLOSED = "closed"
