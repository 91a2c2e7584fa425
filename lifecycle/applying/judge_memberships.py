"""The last look at memberships: who may join or leave a group, and is not in it, or out of it, already."""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.applying.chains import Chains
from lifecycle.applying.created_accounts import CreatedAccounts
from lifecycle.applying.verdict import Fate, Verdict
from lifecycle.directory.account import Account, Group
from lifecycle.planning.managed_accounts import Guard


class MembershipJudge:
    """Judges changes of one group and many accounts: each account by itself.

    Args:
        guard: With members of privileged groups as read at the start of the run.
        groups: Groups as read at the start of the run.
        created: Accounts that the plan creates.
        chains: Which lists of actions are interrupted, for whom.
    """

    def __init__(self, guard: Guard, groups: Mapping[str, Group], created: CreatedAccounts, chains: Chains) -> None:
        self._guard, self._groups, self._created, self._chains = guard, groups, created, chains

    def verdict(self, number: int, change: AddToGroup | RemoveFromGroup, live: Mapping[str, Account]) -> Verdict:
        """Send for those who may be written and lack the membership, or have it; say who is left out."""
        group = self._groups.get(change.group)
        if group is None:
            return Verdict(number, change, Fate.GONE, guid=change.group)
        if self._guard.group_reason(group):
            return Verdict(number, change, Fate.PROTECTED, guid=change.group)
        free = [one for one in change.members if not self._chains.holds_back(change, one.account or one.person)]
        found = [live[guid] for member in free if (guid := self._created.guid_of(member)) in live]
        writable = [account for account in found if not self._guard.reason(account)]
        left = frozenset(one.account for one in change.members) - {account.guid for account in writable}
        joining = isinstance(change, AddToGroup)
        guids = tuple(account.guid for account in writable if (change.group in account.group_guids) != joining)
        if not guids:
            fate = (
                Fate.DONE_ALREADY if writable else Fate.PROTECTED if found else Fate.UNRESOLVED if free
                else Fate.HELD_BACK
            )  # fmt: skip
            return Verdict(number, change, fate, guid=change.group, left=left)
        return Verdict(number, change, Fate.SEND, change.operation(guids), change.group, guids, left)
