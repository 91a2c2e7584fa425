"""Plans: what runs proposed, kept until it is approved, applied or superseded."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update

from lifecycle.store.refusal import whole
from lifecycle.store.status import PlanStatus
from lifecycle.store.tables import plans


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """One plan as it is kept. Everything but its status never changes.

    Args:
        plan_id: Identifier.
        automation: Name of the automation.
        directory: Identity of the directory (objectGUID of the domain).
        run_id: The run that made it.
        plan_hash: SHA-256 of the intent: what an approval names.
        context: Everything of the plan but its intent, JSON; holds keys and GUIDs, so it is not shown in a repr.
        status: How it stands.
        created_at: UTC.
        intent: Automation, directory and changes, JSON, exactly as it was hashed; holds attribute values, so it is not
            shown either.
        context_hash: :func:`context_hash` of the context.
    """

    plan_id: str
    automation: str
    directory: str
    run_id: str
    plan_hash: str
    context: str = field(repr=False)
    status: PlanStatus | str
    created_at: datetime
    intent: str = field(repr=False)
    context_hash: str

    @property
    def is_unaltered(self) -> bool:
        """Whether both texts are the ones that were stored."""
        intent, context = hashlib.sha256(self.intent.encode()).hexdigest(), context_hash(self.plan_hash, self.context)
        same_intent = hmac.compare_digest(intent.encode(), self.plan_hash.encode())
        return same_intent and hmac.compare_digest(context.encode(), self.context_hash.encode())


def context_hash(plan_hash: str, context: str) -> str:
    """SHA-256 of a plan's hash, a line feed and the context: a context belongs to one plan."""
    return hashlib.sha256(f"{plan_hash}\n{context}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Plans:
    """The table of plans, in one transaction."""

    connection: Connection

    def save(self, plan: StoredPlan) -> None:
        """Keep a new plan.

        Raises:
            StoreError: There is a plan of this identifier, its run is unknown, or its status is none.
        """
        with whole(self.connection):
            self.connection.execute(insert(plans).values(**asdict(plan), moved_at=plan.created_at))

    def load(self, plan_id: str) -> StoredPlan | None:
        """The plan of this identifier."""
        row = self.connection.execute(select(plans).where(plans.c.plan_id == plan_id)).one_or_none()
        return _plan(row) if row else None

    def waiting(self, automation: str) -> list[StoredPlan]:
        """The plans of an automation that wait for approval, oldest first."""
        rows = self.connection.execute(
            select(plans)
            .where(plans.c.automation == automation, plans.c.status == PlanStatus.WAITING)
            .order_by(plans.c.created_at, plans.c.plan_id)
        )
        return [_plan(row) for row in rows]

    def newest(self, automation: str) -> StoredPlan | None:
        """The plan of an automation that was made last, whatever became of it."""
        row = self.connection.execute(
            select(plans)
            .where(plans.c.automation == automation)
            .order_by(plans.c.created_at.desc(), plans.c.plan_id.desc())
            .limit(1)
        ).one_or_none()
        return _plan(row) if row else None

    def interrupt(self, directory: str, now: datetime) -> int:
        """Close every plan of a directory that was being applied; for whoever holds the lease, so nobody is at it."""
        under_way = (plans.c.directory == directory) & (plans.c.status == PlanStatus.APPLYING)
        with whole(self.connection):
            moved = self.connection.execute(
                update(plans).where(under_way).values(status=PlanStatus.INTERRUPTED, moved_at=now)
            )
        return moved.rowcount

    def move(
        self,
        plan_id: str,
        from_statuses: Collection[PlanStatus | str],
        to_status: PlanStatus | str,
        now: datetime,
    ) -> bool:
        """Change a plan's status if it is one of ``from_statuses``; of several callers one is told True."""
        expected = (plans.c.plan_id == plan_id) & plans.c.status.in_(from_statuses)
        with whole(self.connection):
            moved = self.connection.execute(update(plans).where(expected).values(status=to_status, moved_at=now))
        return moved.rowcount == 1

    def supersede(
        self, automation: str, now: datetime, *, waiting_only: bool = False, approved: Collection[str] = ()
    ) -> int:
        """Take back every proposed or waiting plan of an automation; says how many there were.

        Args:
            automation: Its name, with the kind of plan.
            now: UTC.
            waiting_only: Leave those that a run is about to carry out: it plans for other tickets.
            approved: Plans that somebody has approved, and that wait for their turn.
        """
        statuses = [PlanStatus.WAITING] if waiting_only else [PlanStatus.PROPOSED, PlanStatus.WAITING]
        open_ones = (plans.c.automation == automation) & plans.c.status.in_(statuses)
        open_ones &= plans.c.plan_id.not_in(approved)
        with whole(self.connection):
            moved = self.connection.execute(
                update(plans).where(open_ones).values(status=PlanStatus.SUPERSEDED, moved_at=now)
            )
        return moved.rowcount


def _plan(row: Row[tuple[object, ...]]) -> StoredPlan:
    values = dict(row._mapping)  # noqa: SLF001 - a public attribute, named so as not to hide a column
    del values["moved_at"]
    return StoredPlan(**values)
