"""Allocating unique names: a bundle at a time, so that no two accounts of one plan ever collide.

People are served in the order of their keys; the outcome does not depend on the order of rows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping

from lifecycle.directory import dn
from lifecycle.directory.account import Account, DirectoryView
from lifecycle.planning.policy import Bundle

IDENTIFIERS = ("sAMAccountName", "userPrincipalName", "mail")
"""Attributes that must be unique in the forest, proxyAddresses besides."""


class NameBook:
    """All names that are taken: in the directory, and by earlier allocations of the same plan."""

    def __init__(self, view: DirectoryView) -> None:
        self._taken = set(map(folded, view.other_names))
        self._dns = set(map(folded, view.other_dns))
        for account in view.accounts:
            self._taken |= identifiers(account)
            self._dns.add(folded(dn.key(account.dn)))

    def allocate(
        self, bundle: Bundle, row: Mapping[str, str], parent_dn: str, own: Account | None = None
    ) -> dict[str, str] | None:
        """The first candidates of which none is taken, for all attributes of the bundle together.

        Args:
            bundle: Formats to fill.
            row: The person's fields.
            parent_dn: The OU, for names that are unique in their container.
            own: The account to be renamed: what it holds now is free for itself, and for nobody else in this plan.

        Returns:
            LDAP attribute → value, now taken; None when nothing can be formed or all candidates are taken.
        """
        container = bundle.scope == "container"
        taken = self._dns if container else self._taken
        held = set() if own is None else {folded(dn.key(own.dn))} if container else identifiers(own)
        streams = [one.candidates(row, suffix) for one, suffix in bundle.formats.values()]
        for values in zip(*streams, strict=False):
            candidate = dict(zip(bundle.formats, values, strict=True))
            names = (dn.key(dn.join("CN", candidate["cn"], parent_dn)),) if container else values
            wanted = set(map(folded, names))
            if not (wanted - held) & taken:
                taken |= wanted
                return candidate
        return None

    def reserve(self, names: Collection[str], own: Account | None = None) -> bool:
        """Take names and addresses that no format made; False, and nothing taken, when another has one already."""
        wanted = set(map(folded, names)) - (identifiers(own) if own else set())
        if wanted & self._taken:
            return False
        self._taken |= wanted
        return True

    def reserve_dn(self, name: str) -> bool:
        """Take a distinguished name; False when it is taken already."""
        if folded(dn.key(name)) in self._dns:
            return False
        self._dns.add(folded(dn.key(name)))
        return True


def identifiers(account: Account) -> set[str]:
    """Names and addresses that the account holds, folded."""
    found = {folded(str(account.attributes[name])) for name in IDENTIFIERS if account.attributes.get(name)}
    proxies = account.attributes.get("proxyAddresses", ())
    values = (proxies,) if isinstance(proxies, str) else proxies if isinstance(proxies, tuple) else ()
    return found | {folded(value.partition(":")[2]) for value in values if value.lower().startswith("smtp:")}


def folded(name: str) -> str:
    """A name without case and accents: Active Directory takes José and jose for one name where it must be unique."""
    if name.isascii():
        return name.casefold()
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()
