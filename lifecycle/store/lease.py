"""The lease: one writer for each directory (safety rule 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, select, update

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

    def _change(self, directory: str, fencing: int, **values: object) -> bool:
        ours = (leases.c.directory == directory) & (leases.c.fencing == fencing) & leases.c.held
        with whole(self.connection):
            return self.connection.execute(update(leases).where(ours).values(**values)).rowcount == 1


def _process(row: Row[tuple[object, ...]]) -> Process:
    return Process(row.host, row.pid, row.process_started)


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease that is held. Renew it more often than ``ttl_s`` and before each batch of writes.

    Args:
        directory: Identity of the directory.
        fencing: Number of this lease: grows with each holder, so a late writer can be told from the present one.
        ttl_s: Seconds that a renewal lasts.
    """

    directory: str
    fencing: int
    ttl_s: float
    _clock: Callable[[], datetime]
    _transaction: Callable[[], AbstractContextManager[Connection]]

    def renew(self) -> None:
        """Move the end of the lease to ``ttl_s`` from now.

        Raises:
            RunLockedError: It was lost: it had expired, and another run took it.
        """
        with self._transaction() as connection:
            self.renew_within(connection)

    def renew_within(self, connection: Connection) -> None:
        """Renew it in a transaction, all of which then happens while the lease is held, or not at all.

        Raises:
            RunLockedError: As for :meth:`renew`.
        """
        until = self._clock() + timedelta(seconds=self.ttl_s)
        if not Leases(connection).extend(self.directory, self.fencing, until):
            raise RunLockedError(f"the lease of directory {self.directory} was lost: another run took it over")

    def release(self) -> bool:
        """Give it back; False when it was lost before."""
        with self._transaction() as connection:
            return Leases(connection).release(self.directory, self.fencing)


@contextmanager
def held_lease(
    transaction: Callable[[], AbstractContextManager[Connection]],
    directory: str,
    holder: str,
    clock: Callable[[], datetime],
    ttl_s: float,
) -> Iterator[Lease]:
    """Hold the lease of a directory; see :meth:`lifecycle.store.store.Store.lease`."""
    if ttl_s <= 0:
        raise StoreError("a lease must last longer than no time at all")
    with transaction() as connection:
        now = clock()
        until = now + timedelta(seconds=ttl_s)
        fencing = Leases(connection).take(directory, Claim(holder, this_process()), now, until)
    lease = Lease(directory, fencing, ttl_s, clock, transaction)
    try:
        yield lease
    except BaseException:
        lease.release()
        raise
    if not lease.release():
        raise RunLockedError(
            f"the lease of directory {directory} was lost before the end: another run may have written at the same time"
        )
