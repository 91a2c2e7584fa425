"""The lease: one writer for each directory (safety rule 7)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Row, delete, select, update

from lifecycle.errors import RunLockedError, StoreError
from lifecycle.store.columns import utc
from lifecycle.store.dialect import insert, take_turns
from lifecycle.store.process import Process, is_gone, this_process
from lifecycle.store.refusal import whole
from lifecycle.store.tables import leases


@dataclass(frozen=True, slots=True)
class Claim:
    """Who asks for a lease: a name for messages (the run's identifier), and the process."""

    holder: str
    process: Process


@dataclass(frozen=True, slots=True)
class Leases:
    """The table of leases, in one transaction."""

    connection: Connection

    def take(self, directory: str, claim: Claim, now: datetime, until: datetime) -> int:
        """Take the lease if it is free, expired, or its holder's process is gone from this host.

        Returns:
            The fencing number: larger by one than that of the holder before.

        Raises:
            RunLockedError: Somebody holds it; names who, and since when.
        """
        with whole(self.connection):
            take_turns(self.connection, f"lease {directory}")
            last = self.connection.execute(select(leases).where(leases.c.directory == directory)).one_or_none()
            if last is not None and last.held and last.expires_at > utc(now) and not is_gone(_process(last)):
                raise RunLockedError(
                    f"directory {directory} is being written by {last.holder} (process {last.pid} on "
                    f"{_process(last).host_name}) since {last.acquired_at:%Y-%m-%d %H:%M:%S} UTC"
                )
            fencing: int = last.fencing + 1 if last is not None else 1
            row = {
                "fencing": fencing,
                "held": True,
                "holder": claim.holder,
                "host": claim.process.host,
                "pid": claim.process.pid,
                "process_started": claim.process.started,
                "acquired_at": now,
                "expires_at": until,
            }
            upsert = insert(self.connection, leases).values(directory=directory, **row)
            self.connection.execute(upsert.on_conflict_do_update(index_elements=["directory"], set_=row))
            return fencing

    def extend(self, directory: str, fencing: int, until: datetime) -> bool:
        """Move the end of the lease of this fencing number; False when it is no longer held."""
        return self._change(directory, fencing, expires_at=until)

    def release(self, directory: str, fencing: int) -> bool:
        """Give back the lease of this fencing number; False when it was no longer held."""
        return self._change(directory, fencing, held=False)

    def is_held(self, directory: str, now: datetime) -> bool:
        """Whether somebody holds the lease who may still live."""
        last = self.connection.execute(select(leases).where(leases.c.directory == directory)).one_or_none()
        return last is not None and last.held and last.expires_at > utc(now) and not is_gone(_process(last))

    def is_known(self, directory: str) -> bool:
        """Whether there is, or was, such a lease."""
        return self.connection.execute(select(leases.c.held).where(leases.c.directory == directory)).first() is not None

    def held_below(self, prefix: str, now: datetime) -> list[str]:
        """What follows a prefix in the names of leases whose holders may still live."""
        found = self.connection.execute(select(leases).where(leases.c.directory.startswith(prefix, autoescape=True)))
        live = (row for row in found if row.held and row.expires_at > utc(now) and not is_gone(_process(row)))
        return [row.directory.removeprefix(prefix) for row in live]

    def forget(self, directory: str) -> None:
        """Take a lease out of the table that no run will ask for again."""
        with whole(self.connection):
            self.connection.execute(delete(leases).where(leases.c.directory == directory))

    def _change(self, directory: str, fencing: int, **values: object) -> bool:
        ours = (leases.c.directory == directory) & (leases.c.fencing == fencing) & leases.c.held
        with whole(self.connection):
            return self.connection.execute(update(leases).where(ours).values(**values)).rowcount == 1


def _process(row: Row[tuple[object, ...]]) -> Process:
    return Process(row.host, row.pid, row.process_started)


class Lease:
    """A lease that is held. May be used by several threads.

    Args:
        directory: Identity of the directory.
        fencing: Number of this lease: grows with each holder, so a late writer can be told from the present one.
        ttl_s: Seconds that a renewal lasts.
        clock: Gives the present, UTC and aware.
        transaction: Opens a transaction on the store.
    """

    def __init__(
        self,
        directory: str,
        fencing: int,
        ttl_s: float,
        clock: Callable[[], datetime],
        transaction: Callable[[], AbstractContextManager[Connection]],
    ) -> None:
        self.directory, self.fencing, self.ttl_s = directory, fencing, ttl_s
        self._clock, self._transaction = clock, transaction
        self._renewed = self._moment()
        self._lost = ""

    def renew(self) -> None:
        """Ask the store whether the lease is still held, and move its end to ``ttl_s`` from now.

        Raises:
            RunLockedError: It was lost; nothing may be written any more.
        """
        with self._transaction() as connection:
            self.renew_within(connection)

    def renew_within(self, connection: Connection) -> None:
        """Renew it in a transaction, all of which then happens while the lease is held, or not at all.

        Raises:
            RunLockedError: As for :meth:`renew`.
        """
        self._refuse_if_lost()
        began = self._moment()
        if not Leases(connection).extend(self.directory, self.fencing, began.wall + timedelta(seconds=self.ttl_s)):
            self.lose("another run took it over")
            self._refuse_if_lost()
        self._renewed = began

    def check(self) -> None:
        """Make sure that the lease is held, at little cost: called as often as there is a sign of life.

        The store is asked only if the last renewal is long ago, as it is for a process that was frozen.

        Raises:
            RunLockedError: As for :meth:`renew`.
        """
        self._refuse_if_lost()
        age_s = self.age_s()
        if 0 <= age_s < self.ttl_s / 2:
            return
        try:
            self.renew()
        except StoreError:
            if 0 <= age_s < self.ttl_s:
                return  # it cannot have been taken over yet: the heartbeat keeps trying
            self.lose(f"it could not be renewed for {self.ttl_s:g} s, since the state store does not answer")
            self._refuse_if_lost()

    def age_s(self) -> float:
        """Seconds since it was last renewed; negative where the clock was set back meanwhile.

        Counted by the machine's clock and by the time since it started: the first goes on while a machine is paused,
        the second whatever somebody sets the clock to.
        """
        now, renewed = self._moment(), self._renewed
        by_clock = (now.wall - renewed.wall).total_seconds()
        return by_clock if by_clock < 0 else max(by_clock, now.up_s - renewed.up_s)

    def lose(self, why: str) -> None:
        """Refuse whatever is to be written under it from now on."""
        self._lost = self._lost or why

    def release(self) -> bool:
        """Give it back; False when it was lost before."""
        with self._transaction() as connection:
            return Leases(connection).release(self.directory, self.fencing)

    def _refuse_if_lost(self) -> None:
        if self._lost:
            raise RunLockedError(
                f"the lease of directory {self.directory} was lost: {self._lost}. This run writes nothing more; "
                "the next run finds out what became of its last writes"
            )

    def _moment(self) -> _Moment:
        return _Moment(self._clock(), time.clock_gettime(_UPTIME))


@dataclass(frozen=True, slots=True)
class _Moment:
    """A moment by the clock and in seconds since the machine started."""

    wall: datetime
    up_s: float


_UPTIME = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the machine is suspended, where the system has such a clock (Linux)."""


@dataclass(frozen=True, slots=True)
class LeaseWait:
    """How a run waits for a lease that another run holds.

    Args:
        longest_s: Seconds after which it gives up; 0 does not wait.
        announce: Called with who holds the lease, when the wait begins and when the holder changes.
        sleep: Lets seconds pass.
    """

    longest_s: float = 0
    announce: Callable[[str], None] = lambda _holder: None
    sleep: Callable[[float], None] = time.sleep


NO_WAIT = LeaseWait()
_LOOK_AGAIN_S = 2.0


@contextmanager
def held_lease(
    transaction: Callable[[], AbstractContextManager[Connection]],
    directory: str,
    holder: str,
    clock: Callable[[], datetime],
    ttl_s: float,
    wait: LeaseWait = NO_WAIT,
) -> Iterator[Lease]:
    """Hold the lease of a directory; see :meth:`lifecycle.store.store.Store.lease`."""
    if ttl_s <= 0:
        raise StoreError("a lease must last longer than no time at all")
    lease = _taken(transaction, directory, holder, clock, ttl_s, wait)
    try:
        with LeaseHeartbeat(lease):
            yield lease
    except BaseException:
        with suppress(StoreError):  # it ends by itself; why the run ended is worth more
            lease.release()
        raise
    if not lease.release():
        raise RunLockedError(
            f"the lease of directory {directory} was lost before the end: another run may have written at the same time"
        )


def _taken(
    transaction: Callable[[], AbstractContextManager[Connection]],
    directory: str,
    holder: str,
    clock: Callable[[], datetime],
    ttl_s: float,
    wait: LeaseWait,
) -> Lease:
    """The lease, as soon as it is free."""
    waited_s, announced = 0.0, ""
    while True:
        try:
            with transaction() as connection:
                until = clock() + timedelta(seconds=ttl_s)
                fencing = Leases(connection).take(directory, Claim(holder, this_process()), clock(), until)
            return Lease(directory, fencing, ttl_s, clock, transaction)
        except RunLockedError as locked:
            if waited_s >= wait.longest_s:
                if not waited_s:
                    raise
                raise RunLockedError(f"{locked}: this run waited {waited_s / 60:.0f} minutes for it") from None
            if str(locked) != announced:
                announced = str(locked)
                wait.announce(announced)
        pause_s = min(_LOOK_AGAIN_S, wait.longest_s - waited_s)
        wait.sleep(pause_s)
        waited_s += pause_s


class LeaseHeartbeat:
    """Renews a lease every third of its time, in a thread, for as long as it is entered.

    So a lease is kept for as long as its holder's process lives, whatever the holder waits for. Where it is lost, or
    cannot be renewed for as long as it lasts, the lease itself refuses what is to be written from then on.

    Args:
        lease: Held.
    """

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="lease-heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(_LONGEST_JOIN_S)  # it may wait for a store that does not answer; it renews nothing any more

    def _beat(self) -> None:
        lease, pause_s = self._lease, self._lease.ttl_s / _BEATS
        while not self._over.wait(pause_s):
            try:
                lease.renew()
                pause_s = lease.ttl_s / _BEATS
            except RunLockedError:
                return  # the lease refuses by itself from now on
            except StoreError:
                if lease.age_s() >= lease.ttl_s:
                    lease.lose(f"it could not be renewed for {lease.ttl_s:g} s, since the state store refuses")
                    return
                pause_s = lease.ttl_s / _BEATS / _RETRIES


_BEATS = 3
"""Renewals in the time that one of them lasts, so that one that is late is no loss."""
_RETRIES = 4
"""After a renewal that the store refused, attempts in the time of one beat."""
_LONGEST_JOIN_S = 5.0
