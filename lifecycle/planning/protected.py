"""Protected accounts: who is never matched and never written, whatever the configuration says.

Checked when planning (on the view) and again when executing (on the live object).
"""

from __future__ import annotations

from collections.abc import Collection

from lifecycle.directory import dn
from lifecycle.directory.account import Account, Group

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
