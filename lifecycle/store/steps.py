"""Steps: what a list of actions does once for an account, from its beginning until it is done or does not apply."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from lifecycle.store.refusal import whole
from lifecycle.store.status import StepStatus
from lifecycle.store.tables import steps


@dataclass(frozen=True, slots=True)
class Step:
    """One action that waits for its time, or did.

    Args:
        step_id: Identifier.
        course: Names this course of the list; its steps share it.
        directory: Identity of the directory.
        automation: Name of the automation whose list it is.
        account_guid: objectGUID of the account.
        person_key: Primary key of the person; empty when the source no longer knows them.
        rule: The list.
        cause: Why the list began, as a code.
        item: Its place in the list.
        action: Name of the action.
        parameters: The action's parameters, JSON.
        due_at: UTC.
        begun_at: When the list began, UTC.
    """

    step_id: str
    course: str
    directory: str
    automation: str
    account_guid: str
    person_key: str
    rule: str
    cause: str
    item: int
    action: str
    parameters: str
    due_at: datetime
    begun_at: datetime


_TOGETHER = 500
"""Most identifiers in one statement: databases take no more than some ten thousand."""
_FIELDS = tuple(Step.__dataclass_fields__)
_WAITS = steps.c.status == StepStatus.WAITING


@dataclass(frozen=True, slots=True)
class Steps:
    """The table of steps, in one transaction."""

    connection: Connection

    def begin(self, given: Sequence[Step]) -> bool:
        """Note the steps of one course, which wait from now on; False, and nothing, where the course is noted already.

        Raises:
            StoreError: A step of another course has one of these identifiers.
        """
        courses = {step.course for step in given}
        if self.connection.scalar(select(steps.c.step_id).where(steps.c.course.in_(courses)).limit(1)) is not None:
            return False
        rows = [{**asdict(step), "status": StepStatus.WAITING, "tries": 0} for step in given]
        if rows:
            with whole(self.connection):
                self.connection.execute(insert(steps), rows)
        return True

    def due(self, directory: str, automation: str, now: datetime) -> list[Step]:
        """Steps of an automation whose time has come: a list's in its order, the longest waiting list first."""
        mine = (steps.c.directory == directory) & (steps.c.automation == automation)
        rows = self.connection.execute(
            select(*(steps.c[name] for name in _FIELDS))
            .where(mine & _WAITS & (steps.c.due_at <= now))
            .order_by(steps.c.begun_at, steps.c.course, steps.c.item)
        )
        return [_step(row) for row in rows]

    def over(self, step_ids: Iterable[str]) -> dict[str, StepStatus]:
        """Those of these steps that do not wait any more, and what became of them."""
        wanted = sorted(set(step_ids))
        if not wanted:
            return {}
        which = steps.c.step_id.in_(wanted) & (steps.c.status != StepStatus.WAITING)
        return {row.step_id: row.status for row in self.connection.execute(select(steps).where(which))}

    def settle(self, step_ids: Iterable[str], status: StepStatus, now: datetime, why: str = "") -> None:
        """Say what became of steps that wait; one that is settled already stays as it is."""
        wanted = sorted(set(step_ids))
        for start in range(0, len(wanted), _TOGETHER):
            self._settle(steps.c.step_id.in_(wanted[start : start + _TOGETHER]), status, now, why)

    def put_off(self, step_ids: Iterable[str], why: str) -> None:
        """Note that steps were tried in vain; they wait for the next run."""
        wanted = sorted(set(step_ids))
        if wanted:
            with whole(self.connection):
                self.connection.execute(
                    update(steps).where(steps.c.step_id.in_(wanted) & _WAITS).values(tries=steps.c.tries + 1, error=why)
                )

    def cancel(self, directory: str, guids: Collection[str], rules: Collection[str], now: datetime, why: str) -> None:
        """Cancel what still waits of some lists for some accounts."""
        if guids:
            of_them = (steps.c.directory == directory) & steps.c.account_guid.in_(sorted(guids))
            self._settle(of_them & steps.c.rule.in_(sorted(rules)), StepStatus.CANCELLED, now, why)

    def cancel_all(self, directory: str, guid: str, now: datetime, why: str) -> None:
        """Cancel what still waits of any list for an account."""
        self._settle((steps.c.directory == directory) & (steps.c.account_guid == guid), StepStatus.CANCELLED, now, why)

    def cancel_course(self, course: str, now: datetime, why: str) -> None:
        """Cancel what still waits of one course."""
        self._settle(steps.c.course == course, StepStatus.CANCELLED, now, why)

    def waiting_people(self, directory: str, automation: str, now: datetime) -> frozenset[str]:
        """Primary keys of people for whom something waits whose time has come."""
        mine = (steps.c.directory == directory) & (steps.c.automation == automation)
        keys = self.connection.scalars(select(steps.c.person_key).where(mine & _WAITS & (steps.c.due_at <= now)))
        return frozenset(keys) - {""}

    def courses(self, directory: str) -> dict[tuple[str, str], int]:
        """Account, and primary key of the person, each with the list → how often it has begun."""
        counts: dict[tuple[str, str], int] = {}
        for who in (steps.c.account_guid, steps.c.person_key):
            rows = self.connection.execute(
                select(who, steps.c.rule, func.count(steps.c.course.distinct()))
                .where((steps.c.directory == directory) & (who != ""))
                .group_by(who, steps.c.rule)
            )
            counts |= {(row[0], row[1]): row[2] for row in rows}
        return counts

    def under_way(self, directory: str, automation: str) -> frozenset[tuple[str, str]]:
        """Account, and primary key of the person, each with the list of an automation of which something waits."""
        rows = self.connection.execute(
            select(steps.c.account_guid, steps.c.person_key, steps.c.rule)
            .where((steps.c.directory == directory) & (steps.c.automation == automation) & _WAITS)
            .distinct()
        )
        return frozenset((who, row.rule) for row in rows for who in (row.account_guid, row.person_key) if who)

    def _settle(self, which: ColumnElement[bool], status: StepStatus, now: datetime, why: str) -> None:
        with whole(self.connection):
            self.connection.execute(
                update(steps).where(which & _WAITS).values(status=status, error=why or None, settled_at=now)
            )


def _step(row: Row[tuple[object, ...]]) -> Step:
    return Step(**row._mapping)  # noqa: SLF001 - a public attribute, named so as not to hide a column
