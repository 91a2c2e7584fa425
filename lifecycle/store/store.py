"""The state store: one database, units of work on it, and the lease that keeps a second writer away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from lifecycle.errors import StoreError
from lifecycle.store import engine
from lifecycle.store.absences import Absences
from lifecycle.store.departures import Departures
from lifecycle.store.dialect import is_lost
from lifecycle.store.grants import Grants
from lifecycle.store.journal import Journal
from lifecycle.store.lease import NO_WAIT, Lease, LeaseWait, held_lease
from lifecycle.store.marks import Marks
from lifecycle.store.names import Names
from lifecycle.store.outbox import Outbox
from lifecycle.store.plans import Plans
from lifecycle.store.policy_runs import PolicyRuns
from lifecycle.store.reported import Reported
from lifecycle.store.runs import Runs
from lifecycle.store.schema import migrate
from lifecycle.store.snapshots import Snapshots
from lifecycle.store.sound_runs import SoundRuns
from lifecycle.store.steps import Steps
from lifecycle.store.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Unit:
    """One transaction. What is done through it becomes durable together when it ends, or not at all."""

    runs: Runs
    plans: Plans
    journal: Journal
    snapshots: Snapshots
    absences: Absences
    grants: Grants
    departures: Departures
    names: Names
    steps: Steps
    marks: Marks
    outbox: Outbox
    reported: Reported
    tickets: Tickets
    policy_runs: PolicyRuns
    sound_runs: SoundRuns


class Store:
    """The state that outlives a run. May be shared by threads; every process opens its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine: Engine | None = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the store, creating it or bringing it to the newest revision first.

        Args:
            url: ``sqlite:///<path>`` (``~`` is the home folder; folders and file are made, for their owner alone) or
                ``postgresql://<user>@<host>/<database>`` (the database must be there; passwords may come from
                ``~/.pgpass``).

        Raises:
            StoreError: The URL is wrong, there is no such database, it is of a newer revision or of another program.
        """
        opened = engine.engine_of(url)
        try:
            engine.require_durability(opened)
            migrate(opened)
        except BaseException:
            opened.dispose()
            raise
        return cls(opened)

    def close(self) -> None:
        """Close every connection. A store that is closed already stays so."""
        if self._engine is not None:
            self._engine.dispose()
        self._engine = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def begin(self, lease: Lease | None = None) -> Iterator[Unit]:
        """One transaction: committed at the end, rolled back on an exception.

        On SQLite units take turns, readers as well: keep them short, and never wait for a network inside one.

        Args:
            lease: All of the transaction happens while this lease is held, or not at all.

        Raises:
            StoreError: The store is closed, was busy for too long, or refused a write.
            RunLockedError: The lease was lost.
        """
        with self.transaction() as connection:
            if lease is not None:
                lease.renew_within(connection)
            yield Unit(
                Runs(connection),
                Plans(connection),
                Journal(connection),
                Snapshots(connection),
                Absences(connection),
                Grants(connection),
                Departures(connection),
                Names(connection),
                Steps(connection),
                Marks(connection),
                Outbox(connection),
                Reported(connection),
                Tickets(connection),
                PolicyRuns(connection),
                SoundRuns(connection),
            )

    def lease(
        self, directory: str, holder: str, clock: Callable[[], datetime], ttl_s: float = 120, wait: LeaseWait = NO_WAIT
    ) -> AbstractContextManager[Lease]:
        """Be the one writer of a directory while inside.

        A holder whose process has ended on this host is replaced at once, any other when its lease has expired. It is
        renewed in a thread for as long as this process lives.

        Args:
            directory: Identity of the directory.
            holder: Who asks, for messages: the run's identifier.
            clock: Gives the present, UTC and aware.
            ttl_s: Seconds after which a lease that is not renewed expires. Should exceed by far the difference between
                the clocks of two machines.
            wait: How long to wait for a lease that somebody else holds.

        Raises:
            RunLockedError: On entering, somebody else still holds it; on leaving, it was lost in between.
        """
        return held_lease(self.transaction, directory, holder, clock, ttl_s, wait)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction without the tables' repositories."""
        if self._engine is None:
            raise StoreError("the state store is closed")
        with engine.transaction(self._engine) as connection:
            yield connection
            if is_lost(connection):
                raise StoreError("the database gave up the transaction after an error: nothing of this unit is kept")
