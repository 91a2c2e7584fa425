"""Runs: what was started, and how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from lifecycle.errors import StoreError
from lifecycle.store.refusal import whole
from lifecycle.store.status import RunStatus
from lifecycle.store.tables import runs


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
        running = (runs.c.run_id == run_id) & (runs.c.status == RunStatus.RUNNING)
        with whole(self.connection):
            ended = self.connection.execute(
                update(runs).where(running).values(status=status, counts=dict(counts), finished_at=now)
            )
            if ended.rowcount != 1:
                raise StoreError(f"run {run_id} is unknown or finished already")

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
