"""Which names exclude each other: account names one another, addresses one another, any other attribute by itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping

from lifecycle.directory.account import Account, Value
from lifecycle.directory.proxy_addresses import smtp_addresses

IDENTIFIERS = ("sAMAccountName", "userPrincipalName", "mail")
"""Attributes that must be unique in the forest, proxyAddresses besides."""

PROXIES = "proxyAddresses"

NameKey = tuple[str, str]
"""Space and folded name: two equal keys cannot be held by two accounts."""

_ADDRESS, _PLACE = "address", "place"
_SPACES: Mapping[str, str] = dict.fromkeys(("userPrincipalName", "mail", PROXIES), _ADDRESS)


def space_of(attribute: str) -> str:
    """The space in which an attribute's names must be unique."""
    return _SPACES.get(attribute, attribute)


def keys_of(attribute: str, value: Value) -> Iterator[NameKey]:
    """The keys of all that an attribute holds."""
    if attribute == PROXIES:
        value = smtp_addresses(value)
    for one in value if isinstance(value, tuple) else (value,):
        yield space_of(attribute), folded(str(one))


def identifiers(account: Account, more: Collection[str] = ()) -> set[NameKey]:
    """The keys of all names that an account holds: account name, addresses, and ``more`` attributes."""
    held = account.attributes
    return {key for name in (*IDENTIFIERS, PROXIES, *more) if held.get(name) for key in keys_of(name, held[name])}


def key_of_another(name: str) -> NameKey:
    """The key of a name that an object other than a user holds: with an @ it is an address."""
    return space_of("mail" if "@" in name else "sAMAccountName"), folded(name)


def place_key(dn_key: str) -> NameKey:
    """The key of a place in the directory, from the key of its distinguished name."""
    return _PLACE, folded(dn_key)


def folded(name: str) -> str:
    """A name without case and accents: Active Directory takes José and jose for one name where it must be unique."""
    if name.isascii():
        return name.casefold()
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()
