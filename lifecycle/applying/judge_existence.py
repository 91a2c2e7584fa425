"""The last look at accounts that come and go: created, deleted, restored.

Nobody is created twice or under a name that somebody has taken; nobody is deleted without all of the account in hand,
or takes another account along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.delete_user import RestoreUser
from lifecycle.applying.chains import Chains
from lifecycle.applying.created_accounts import CreatedAccounts
from lifecycle.applying.password import Passwords
from lifecycle.applying.verdict import Fate, Verdict
from lifecycle.directory import uac
from lifecycle.directory.account import Account
from lifecycle.directory.operation import Directory
from lifecycle.directory.operation import RestoreUser as Restore
from lifecycle.errors import DirectoryError, TransientError
from lifecycle.planning.managed_accounts import FIRST_ORDINARY_RID, Guard
from lifecycle.planning.names import IDENTIFIERS


class ExistenceJudge:
    """Judges whether accounts may begin, end or come back.

    Args:
        directory: The live directory.
        guard: With members of privileged groups as read at the start of the run.
        created: Accounts that the plan creates.
        passwords: Generated ones; they are sent and forgotten.
        chains: Which lists of actions are interrupted, for whom.
    """

    def __init__(
        self, directory: Directory, guard: Guard, created: CreatedAccounts, passwords: Passwords, chains: Chains
    ) -> None:
        self._directory, self._guard, self._created = directory, guard, created
        self._passwords, self._chains = passwords, chains

    def taken_names(self, creates: Iterable[CreateUser]) -> dict[str, set[str]]:
        """Attribute → those of the wanted names, in lower case, that somebody bears by now."""
        wanted = list(creates)
        taken = {}
        for name in IDENTIFIERS:
            values = {str(change.after[name]) for change in wanted if change.after.get(name)}
            taken[name] = set(self._directory.holders(name, values, ())) if values else set()
        return taken

    def create(self, number: int, change: CreateUser, taken: Mapping[str, set[str]]) -> Verdict:
        """An account whose names are all free, of a person who has none."""
        if not self._guard.manages(change.dn):
            return Verdict(number, change, Fate.PROTECTED)
        if guid := self._created.guid(change.person):
            return Verdict(number, change, Fate.DONE_ALREADY, guid=guid)
        if self._created.is_ambiguous(change.person):
            return Verdict(number, change, Fate.DRIFTED)
        if any(str(change.after.get(name, "")).casefold() in taken.get(name, ()) for name in IDENTIFIERS):
            return Verdict(number, change, Fate.NAME_TAKEN)
        return Verdict(number, change, Fate.SEND, change.operation(self._passwords.generated(change.person)))

    def delete(self, verdict: Verdict, *, tree: bool) -> Verdict:
        """A deletion that is otherwise due: only with all of the account in hand, and of no other account with it."""
        if verdict.fate is not Fate.SEND:
            return verdict
        try:
            snapshot = self._directory.snapshot(verdict.guid)
        except DirectoryError as error:
            if isinstance(error, TransientError):
                raise
            return replace(verdict, fate=Fate.UNREAD, operation=None)
        if snapshot is None:
            return replace(verdict, fate=Fate.DONE_ALREADY, operation=None)
        takes_others = tree and self._directory.accounts(snapshot.children_guids, ())
        if snapshot.protected_from_deletion or takes_others:
            return replace(verdict, fate=Fate.PROTECTED, operation=None)
        return replace(verdict, snapshot=snapshot)

    def restore(self, number: int, change: RestoreUser, live: Mapping[str, Account]) -> Verdict:
        """An account that comes back is judged as what it will be."""
        guid = change.account
        if self._chains.holds_back(change, guid):
            return Verdict(number, change, Fate.HELD_BACK, guid=guid)
        if guid in live:
            return Verdict(number, change, Fate.DONE_ALREADY, guid=guid)
        names = {"sAMAccountName": str(change.after.get("sAMAccountName", ""))}
        if self._guard.reason(Account(guid, change.dn, FIRST_ORDINARY_RID, uac.NORMAL_ACCOUNT, names)):
            return Verdict(number, change, Fate.PROTECTED, guid=guid)
        return Verdict(number, change, Fate.SEND, Restore(guid, change.dn), guid)
