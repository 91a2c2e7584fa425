"""Sound runs: live runs that read everybody, proved it, kept the run rules and made a plan, whatever the gate said.

Both what a later read is compared with and in how many runs somebody was absent are counted here, from these runs
only.
"""

from __future__ import annotations

import statistics
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from lifecycle.store.absences import Absences
from lifecycle.store.refusal import whole
from lifecycle.store.status import RunStatus
from lifecycle.store.tables import runs

BASELINE_RUNS = 5
"""Over how many sound runs the number of rows is taken: two bad reads in a row do not become the measure."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a read of everybody is compared with.

    Args:
        rows: Median of the rows that the last sound runs read; the greater one where two are in the middle.
        runs: How many sound runs that were, at most :data:`BASELINE_RUNS`.
    """

    rows: int
    runs: int


@dataclass(frozen=True, slots=True)
class SoundRuns:
    """Which runs were sound, in one transaction."""

    connection: Connection

    def record(self, run_id: str, rows: int, data_source: str, absent: Collection[str], now: datetime) -> bool:
        """Note that a live run was sound, and count who was absent from it; the same run counts once only.

        Args:
            run_id: A run that was started and is no dry run.
            rows: People read, before any was quarantined.
            data_source: Whose people.
            absent: Keys of those who were missing.
            now: UTC.

        Returns:
            Whether it was counted; False for a dry run, or one that was counted already.
        """
        counts = (runs.c.run_id == run_id) & runs.c.dry_run.is_(False) & runs.c.sound_at.is_(None)
        with whole(self.connection):
            noted = self.connection.execute(update(runs).where(counts).values(sound_at=now, rows_read=rows))
        if noted.rowcount != 1:
            return False
        Absences(self.connection).record(data_source, absent, now)
        return True

    def baseline(self, automation: str) -> Baseline | None:
        """What a read of an automation's people is compared with; None before the first sound run."""
        sound = (runs.c.automation == automation) & runs.c.sound_at.is_not(None)
        rows = list(
            self.connection.scalars(
                select(runs.c.rows_read)
                .where(sound)
                .order_by(runs.c.sound_at.desc(), runs.c.run_id.desc())
                .limit(BASELINE_RUNS)
            )
        )
        return Baseline(statistics.median_high(rows), len(rows)) if rows else None

    def last_acted(self, automation: str) -> datetime | None:
        """When the last sound run ended that also carried out what followed; UTC."""
        acted = runs.c.sound_at.is_not(None) & (runs.c.status == RunStatus.COMPLETED)
        return self.connection.scalar(
            select(runs.c.finished_at)
            .where((runs.c.automation == automation) & acted)
            .order_by(runs.c.finished_at.desc())
            .limit(1)
        )
