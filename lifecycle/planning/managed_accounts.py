"""Managed accounts: which may be written, whatever the configuration says, and how many there are.

Checked when planning (on the view) and again when executing (on the live object). A protected account is never matched
and never written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from lifecycle.directory import dn
from lifecycle.directory.account import Account, Group
from lifecycle.planning.plan import Population
from lifecycle.planning.plan_inputs import PlanInputs

FIRST_ORDINARY_RID = 1000
"""Relative identifiers below this are built in (krbtgt, Administrator, …)."""


class Guard:
    """Answers why an account must not be written.

    Args:
        managed_ous: Distinguished names; nothing outside is written.
        privileged_guids: Transitive members of privileged groups.
        own_guid: The product's own account.
        excluded: Lower-case sAMAccountName, userPrincipalName or GUID.
    """

    def __init__(
        self, managed_ous: Collection[str], privileged_guids: frozenset[str], own_guid: str, excluded: frozenset[str]
    ) -> None:
        self._managed_ous = tuple(managed_ous)
        self._privileged = privileged_guids
        self._own = own_guid
        self._excluded = excluded

    def reason(self, account: Account) -> str | None:
        """Why the account is protected, in words for the report; None when it may be written."""
        attributes = account.attributes
        identities = {
            account.guid,
            str(attributes.get("sAMAccountName", "")).lower(),
            str(attributes.get("userPrincipalName", "")).lower(),
        }
        checks = (
            (bool(account.admin_count), "adminCount is 1"),
            (account.guid in self._privileged, "member of a privileged group"),
            (account.critical, "critical system object"),
            (account.rid < FIRST_ORDINARY_RID, "built-in account"),
            (account.guid == self._own, "the account of this product"),
            (bool(identities & self._excluded), "on the exclusion list"),
            (not self.manages(account.dn), "outside the managed OUs"),
        )
        return next((why for applies, why in checks if applies), None)

    def manages(self, name: str) -> bool:
        """Whether a distinguished name lies in a managed OU."""
        return any(dn.is_below(name, ou) for ou in self._managed_ous)

    def group_reason(self, group: Group) -> str | None:
        """Why memberships of a group must not be written; None when they may."""
        if group.privileged or group.admin_count or group.critical or group.rid < FIRST_ORDINARY_RID:
            return "privileged group"
        return None if self.manages(group.dn) else "outside the managed OUs"


def guard_of(inputs: PlanInputs) -> Guard:
    """The guard of one plan."""
    view, policy = inputs.view, inputs.policy
    return Guard(policy.managed_ous, view.privileged_guids, view.own_guid, policy.excluded)


def population(inputs: PlanInputs, guard: Guard) -> Population:
    """What limits count per cent of: the accounts that the automation has in its care."""
    accounts, anchor, grants = inputs.view.accounts, inputs.policy.anchor, inputs.prior.grants
    managed = [account for account in accounts if account.attributes.get(anchor) and guard.manages(account.dn)]
    per_ou: Counter[str] = Counter(dn.key(account.parent_dn) for account in managed)
    enabled_per_ou: Counter[str] = Counter(dn.key(account.parent_dn) for account in managed if account.enabled)
    return Population(
        accounts=len(managed),
        enabled=sum(enabled_per_ou.values()),
        memberships=sum(len(grants.get(one.guid, frozenset()) & one.group_guids) for one in accounts),
        accounts_per_ou=dict(sorted(per_ou.items())),
        enabled_per_ou=dict(sorted(enabled_per_ou.items())),
    )
