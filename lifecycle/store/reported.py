"""Reported people: who was reported in the last acting run and why, so that a report is news once only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from lifecycle.store.refusal import whole
from lifecycle.store.tables import reported


@dataclass(frozen=True, slots=True)
class Reported:
    """What was reported, in one transaction."""

    connection: Connection

    def load(self, automation: str) -> dict[tuple[str, str], str]:
        """Primary key and reason → the plan that first reported it."""
        rows = self.connection.execute(
            select(reported.c.person_key, reported.c.reason, reported.c.since_plan).where(
                reported.c.automation == automation
            )
        )
        return {(row.person_key, row.reason): row.since_plan for row in rows}

    def replace(self, automation: str, now: Collection[tuple[str, str]], plan_id: str) -> list[tuple[str, str]]:
        """Keep what this run reports instead; answers what is new in it."""
        before = self.load(automation)
        current = sorted(set(now))
        new = [one for one in current if one not in before]
        gone = [one for one in before if one not in set(current)]
        with whole(self.connection):
            for key, reason in gone:
                self.connection.execute(
                    delete(reported).where(
                        (reported.c.automation == automation)
                        & (reported.c.person_key == key)
                        & (reported.c.reason == reason)
                    )
                )
            if new:
                rows = [
                    {"automation": automation, "person_key": key, "reason": reason, "since_plan": plan_id}
                    for key, reason in new
                ]
                self.connection.execute(insert(reported), rows)
        return new
