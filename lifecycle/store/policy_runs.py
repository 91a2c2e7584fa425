"""Policy runs: for which leaving, coming back or move a list of actions has last begun, so that none begins twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, select, update

from lifecycle.store.dialect import insert
from lifecycle.store.refusal import whole
from lifecycle.store.tables import policy_runs

_KEY = ("directory", "automation", "rule", "account_guid")


@dataclass(frozen=True, slots=True)
class PolicyRun:
    """The last time that a list began for an account.

    Args:
        directory: Identity of the directory.
        automation: Name of the automation whose list it is.
        rule: The list: leavers, movers or rehires.
        account_guid: objectGUID of the account.
        policy_run_id: Identifier that its steps share; empty where the list had nothing that is done once.
        triggers: Digests of the differences that it began for and that have been there since; None where an older
            version began it, which kept none.
        started_at: UTC.
        ended_at: UTC; None while its leaving or coming back lasts.
    """

    directory: str
    automation: str
    rule: str
    account_guid: str
    policy_run_id: str
    triggers: tuple[str, ...] | None
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PolicyRuns:
    """The table of policy runs, in one transaction."""

    connection: Connection

    def load(self, directory: str, automation: str) -> list[PolicyRun]:
        """The last run of each list of an automation, for each account."""
        mine = (policy_runs.c.directory == directory) & (policy_runs.c.automation == automation)
        return [_policy_run(row) for row in self.connection.execute(select(policy_runs).where(mine))]

    def start(self, run: PolicyRun) -> None:
        """Note that a list begins; what was noted of it for this account before gives way."""
        values = {**asdict(run), "triggers": None if run.triggers is None else sorted(run.triggers)}
        changed = {name: value for name, value in values.items() if name not in _KEY}
        upsert = insert(self.connection, policy_runs).values(**values)
        with whole(self.connection):
            self.connection.execute(upsert.on_conflict_do_update(index_elements=_KEY, set_=changed))

    def end(
        self, directory: str, guids: Collection[str], rules: Collection[str], now: datetime, *, automation: str = ""
    ) -> list[str]:
        """Note that the leaving or coming back is over for which lists began.

        Args:
            directory: Identity of the directory.
            guids: Of these accounts.
            rules: These lists.
            now: UTC; what began later is left alone: whoever says that it is over had not seen it.
            automation: Its lists only; empty for those of all automations.

        Returns:
            Identifiers of the policy runs that were not over yet.
        """
        which = (
            (policy_runs.c.directory == directory)
            & policy_runs.c.account_guid.in_(sorted(guids))
            & policy_runs.c.rule.in_(sorted(rules))
            & policy_runs.c.ended_at.is_(None)
            & (policy_runs.c.started_at <= now)
        )
        if automation:
            which &= policy_runs.c.automation == automation
        ended = list(self.connection.scalars(select(policy_runs.c.policy_run_id).where(which)))
        if ended:
            with whole(self.connection):
                self.connection.execute(update(policy_runs).where(which).values(ended_at=now))
        return sorted({policy_run_id for policy_run_id in ended if policy_run_id})

    def keep_triggers(self, directory: str, automation: str, guid: str, triggers: Collection[str]) -> None:
        """Forget every difference that lists began for at an account and that is no longer among these."""
        mine = (
            (policy_runs.c.directory == directory)
            & (policy_runs.c.automation == automation)
            & (policy_runs.c.account_guid == guid)
            & policy_runs.c.triggers.is_not(None)
        )
        rows = self.connection.execute(select(policy_runs.c.rule, policy_runs.c.triggers).where(mine)).all()
        with whole(self.connection):
            for row in rows:
                kept = sorted(set(row.triggers) & set(triggers))
                if kept != row.triggers:
                    self.connection.execute(
                        update(policy_runs).where(mine & (policy_runs.c.rule == row.rule)).values(triggers=kept)
                    )

    def forget(self, policy_run_ids: Iterable[str]) -> None:
        """Forget policy runs that were undone: their lists may begin again."""
        wanted = sorted(set(policy_run_ids) - {""})
        if wanted:
            with whole(self.connection):
                self.connection.execute(delete(policy_runs).where(policy_runs.c.policy_run_id.in_(wanted)))

    def is_open(self, directory: str, automation: str, rule: str, guid: str) -> bool:
        """Whether a list has begun for an account, and what it began for is not over."""
        which = (
            (policy_runs.c.directory == directory)
            & (policy_runs.c.automation == automation)
            & (policy_runs.c.rule == rule)
            & (policy_runs.c.account_guid == guid)
            & policy_runs.c.ended_at.is_(None)
        )
        return self.connection.execute(select(policy_runs.c.rule).where(which)).first() is not None


def _policy_run(row: Row[tuple[object, ...]]) -> PolicyRun:
    values = dict(row._mapping)  # noqa: SLF001 - a public attribute, named so as not to hide a column
    triggers = values["triggers"]
    return PolicyRun(**{**values, "triggers": None if triggers is None else tuple(triggers)})
