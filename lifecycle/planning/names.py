"""Allocating unique names: a bundle at a time, so that no two accounts of one plan ever collide.

People are served in the order of their keys; the outcome does not depend on the order of rows.
"""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle.directory import dn
from lifecycle.directory.account import Account, DirectoryView
from lifecycle.planning.policy import Bundle

IDENTIFIERS = ("sAMAccountName", "userPrincipalName", "mail")
"""Attributes that must be unique in the forest, proxyAddresses besides."""


class NameBook:
    """All names that are taken: in the directory, and by earlier allocations of the same plan."""

    def __init__(self, view: DirectoryView) -> None:
        self._taken = set(view.other_names)
        self._dns = set(view.other_dns)
        for account in view.accounts:
            self._taken |= identifiers(account)
            self._dns.add(dn.key(account.dn))

    def allocate(self, bundle: Bundle, row: Mapping[str, str], parent_dn: str) -> dict[str, str] | None:
        """The first candidates of which none is taken, for all attributes of the bundle together.

        Args:
            bundle: Formats to fill.
            row: The person's fields.
            parent_dn: The OU, for names that are unique in their container.

        Returns:
            LDAP attribute → value, now taken; None when nothing can be formed or all candidates are taken.
        """
        streams = [one.candidates(row, suffix) for one, suffix in bundle.formats.values()]
        for values in zip(*streams, strict=False):
            candidate = dict(zip(bundle.formats, values, strict=True))
            if bundle.scope == "container":
                name = dn.key(dn.join("CN", candidate["cn"], parent_dn))
                if name not in self._dns:
                    self._dns.add(name)
                    return candidate
            elif not any(value.casefold() in self._taken for value in values):
                self._taken |= {value.casefold() for value in values}
                return candidate
        return None

    def reserve_dn(self, name: str) -> bool:
        """Take a distinguished name; False when it is taken already."""
        if dn.key(name) in self._dns:
            return False
        self._dns.add(dn.key(name))
        return True

    def release(self, account: Account) -> None:
        """Let an account's own identifiers be found free, while a new name for itself is looked for."""
        self._taken -= identifiers(account)


def identifiers(account: Account) -> set[str]:
    """Lower-case names and addresses that the account holds."""
    found = {str(account.attributes[name]).casefold() for name in IDENTIFIERS if account.attributes.get(name)}
    proxies = account.attributes.get("proxyAddresses", ())
    values = (proxies,) if isinstance(proxies, str) else proxies if isinstance(proxies, tuple) else ()
    return found | {value.partition(":")[2].casefold() for value in values if value.lower().startswith("smtp:")}
