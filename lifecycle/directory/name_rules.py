"""What Active Directory takes for a name, attribute by attribute, whatever a naming format says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameRule:
    """What a value of one attribute must be.

    Args:
        max_length: Characters.
        forbidden: Characters that it never holds.
        no_dot_at_end: Whether its last character must not be a dot.
        address: Whether it is local@domain, without spaces.
    """

    max_length: int = 256
    forbidden: frozenset[str] = frozenset()
    no_dot_at_end: bool = False
    address: bool = False

    def admits(self, name: str) -> bool:
        """Whether the directory, or the mail system behind it, takes the name."""
        if not name or len(name) > self.max_length or not name.isprintable() or name != name.strip():
            return False
        if self.no_dot_at_end and name[-1] == ".":
            return False
        if self.address:
            local, at, domain = name.partition("@")
            if not (local and at and domain) or "@" in domain:
                return False
        return self.forbidden.isdisjoint(name)


_ACCOUNT_NAME = NameRule(20, forbidden=frozenset('"/\\[]:;|=,+*?<>@'), no_dot_at_end=True)
"""[MS-SAMR] 3.1.1.8.4 and the limit of logon names from before Windows 2000."""

_ADDRESS = NameRule(256, forbidden=frozenset(' "(),:;<>[\\]'), address=True)
"""RFC 5322, section 3.2.3: what must not stand in an address without quotation marks."""

_RULES: Mapping[str, NameRule] = {
    "sAMAccountName": _ACCOUNT_NAME,
    "userPrincipalName": _ADDRESS,
    "mail": _ADDRESS,
    "proxyAddresses": _ADDRESS,
    "cn": NameRule(64),
}
_ANY = NameRule()

SPELLING: Mapping[str, str] = {name.lower(): name for name in _RULES}
"""Lower-case attribute → as the schema spells it, of those that have a rule."""


def name_rule(attribute: str) -> NameRule:
    """The rule of an attribute; of one without a rule of its own, what holds for any text."""
    return _RULES.get(attribute, _ANY)
