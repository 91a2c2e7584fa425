"""Grants: the group memberships that a rule gave, so that only those are ever taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from lifecycle.store.dialect import insert
from lifecycle.store.refusal import whole
from lifecycle.store.tables import grants

_REMOVE = delete(grants).where(
    grants.c.directory == bindparam("of_directory"),
    grants.c.account_guid == bindparam("of_account"),
    grants.c.group_guid == bindparam("of_group"),
)


@dataclass(frozen=True, slots=True)
class Grants:
    """The grants of all directories, in one transaction."""

    connection: Connection

    def load(self, directory: str, not_by: Collection[str] = ()) -> dict[str, frozenset[str]]:
        """Account's objectGUID → objectGUIDs of the groups that a rule gave it.

        Args:
            directory: objectGUID of the domain.
            not_by: Rules whose grants are left out: those of other automations.
        """
        groups: defaultdict[str, set[str]] = defaultdict(set)
        rows = self.connection.execute(
            select(grants.c.account_guid, grants.c.group_guid, grants.c.rule).where(grants.c.directory == directory)
        )
        for row in rows:
            if row.rule not in not_by:
                groups[row.account_guid].add(row.group_guid)
        return {account: frozenset(given) for account, given in groups.items()}

    def of_account(self, directory: str, account: str) -> dict[str, str]:
        """Group's objectGUID → the rule that gave it to the account, whichever automation's it is."""
        rows = self.connection.execute(
            select(grants.c.group_guid, grants.c.rule).where(
                (grants.c.directory == directory) & (grants.c.account_guid == account)
            )
        )
        return {row.group_guid: row.rule for row in rows}

    def add(self, directory: str, pairs: Iterable[tuple[str, str]], rule: str, now: datetime) -> None:
        """Note that ``rule`` gave each (account, group); a pair already noted keeps its first rule and date.

        Without a rule nothing is noted: what somebody gave by hand is put back as that.
        """
        rows = [
            {"directory": directory, "account_guid": account, "group_guid": group, "rule": rule, "granted_at": now}
            for account, group in sorted(set(pairs))  # one order for all, so that two writers cannot block each other
        ]
        if rows and rule:
            with whole(self.connection):
                self.connection.execute(insert(self.connection, grants).on_conflict_do_nothing(), rows)

    def remove(self, directory: str, pairs: Iterable[tuple[str, str]]) -> None:
        """Forget each (account, group); one that is not noted is forgotten already."""
        rows = [
            {"of_directory": directory, "of_account": account, "of_group": group}
            for account, group in sorted(set(pairs))
        ]
        if rows:
            with whole(self.connection):
                self.connection.execute(_REMOVE, rows)

    def drop(self, directory: str, account: str) -> None:
        """Forget all that was given to an account."""
        with whole(self.connection):
            self.connection.execute(
                delete(grants).where((grants.c.directory == directory) & (grants.c.account_guid == account))
            )
