"""Runs: what was started, and how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from lifecycle.errors import StoreError
from lifecycle.store.refusal import whole
from lifecycle.store.status import RunStatus
from lifecycle.store.tables import runs

INTERRUPTED = {"interrupted": 1}
"""What a run counted that was killed: another one says so of it."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of an automation.

    Args:
        run_id: Identifier, given by the caller.
        automation: Name of the automation.
        flow: Name of the flow.
        dry_run: Whether it was not to write.
        status: How it stands.
        counts: What it counted, by name; empty until it is finished.
        started_at: UTC.
        finished_at: UTC; None while it runs. Of one that was killed, when the next run found out.
    """

    run_id: str
    automation: str
    flow: str
    dry_run: bool
    status: RunStatus
    counts: Mapping[str, int]
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Runs:
    """The table of runs, in one transaction."""

    connection: Connection

    def start(self, run_id: str, automation: str, flow: str, dry_run: bool, now: datetime) -> None:
        """Note that a run begins.

        Raises:
            StoreError: There is a run of this identifier.
        """
        with whole(self.connection):
            self.connection.execute(
                insert(runs).values(
                    run_id=run_id,
                    automation=automation,
                    flow=flow,
                    dry_run=dry_run,
                    status=RunStatus.RUNNING,
                    counts={},
                    started_at=now,
                )
            )

    def finish(self, run_id: str, status: RunStatus | str, counts: Mapping[str, int], now: datetime) -> None:
        """Note how a run ended: completed, failed or stopped.

        Raises:
            StoreError: The run is unknown or finished already, or the status is no end.
        """
        if status == RunStatus.RUNNING:
            raise StoreError("a run cannot be finished as running")
        # One that was frozen, and was taken for killed meanwhile, says itself how it ended.
        is_open = (runs.c.status == RunStatus.RUNNING) | (runs.c.counts == INTERRUPTED)
        running = (runs.c.run_id == run_id) & is_open
        with whole(self.connection):
            ended = self.connection.execute(
                update(runs).where(running).values(status=status, counts=dict(counts), finished_at=now)
            )
            if ended.rowcount != 1:
                raise StoreError(f"run {run_id} is unknown or finished already")

    def under_way(self, automation: str) -> list[Run]:
        """Runs of an automation, of whatever kind, that have not said yet how they ended; the oldest first."""
        of_it = (runs.c.automation == automation) | runs.c.automation.startswith(f"{automation}: ", autoescape=True)
        asked = (runs.c[one.name] for one in fields(Run))
        rows = self.connection.execute(
            select(*asked)
            .where(of_it & (runs.c.status == RunStatus.RUNNING))
            .order_by(runs.c.started_at, runs.c.run_id)
        )
        return [Run(**row._mapping) for row in rows]  # noqa: SLF001 - public, named so as not to hide a column

    def interrupt(self, run_id: str, now: datetime) -> None:
        """Close a run that was killed, as failed."""
        running = (runs.c.run_id == run_id) & (runs.c.status == RunStatus.RUNNING)
        with whole(self.connection):
            self.connection.execute(
                update(runs).where(running).values(status=RunStatus.FAILED, counts=INTERRUPTED, finished_at=now)
            )

    def done_since(self, automation: str, since: datetime) -> Counter[str]:
        """What the runs that ended after a moment and were no dry runs counted, added up by name."""
        rows = self.connection.execute(
            select(runs.c.counts).where(
                runs.c.automation == automation,
                runs.c.status == RunStatus.COMPLETED,
                runs.c.dry_run.is_(False),
                runs.c.finished_at > since,
            )
        )
        total: Counter[str] = Counter()
        for row in rows:
            total.update(row.counts)
        return total
