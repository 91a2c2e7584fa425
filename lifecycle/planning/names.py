"""Names that must be unique: which exclude each other, which are taken, and who gets the next one.

Account names exclude one another, addresses one another, any other attribute's values one another. A bundle of names is
allocated at a time, so that no two accounts of one plan ever collide. People are served in the order of their keys; the
outcome does not depend on the order of rows.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

from lifecycle.config.recipe import Texts
from lifecycle.directory import dn
from lifecycle.directory.account import Account, DirectoryView, Value
from lifecycle.directory.proxy_addresses import primary_address, smtp_addresses, with_primary
from lifecycle.language.filters.row import UnreadableFieldError
from lifecycle.language.macros.template import UnfitValueError
from lifecycle.language.moment import Moment
from lifecycle.language.names.compiled import CompiledFormat
from lifecycle.language.names.series import Series
from lifecycle.people.person import Person

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


class Group(NamedTuple):
    """A format of a bundle, the attributes that get its names, and the spaces in which these must be unique."""

    format: CompiledFormat
    attributes: tuple[str, ...]
    spaces: tuple[str, ...]


@dataclass(frozen=True)
class Bundle:
    """Attributes whose values are allocated together.

    Args:
        formats: LDAP attribute → format, compiled for it; attributes of one format and one rule share the object.
        refresh: Whether a name follows the person's fields.
        scope: Where values must be unique.
        never_reuse: Whether a name that any other account ever had counts as taken.
    """

    formats: Mapping[str, CompiledFormat]
    refresh: Literal["never", "on_change"]
    scope: Literal["forest", "domain", "container"]
    never_reuse: bool = False

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Each format once."""
        attributes: dict[CompiledFormat, list[str]] = {}
        for attribute, one in self.formats.items():
            attributes.setdefault(one, []).append(attribute)
        return tuple(
            Group(one, tuple(names), tuple(dict.fromkeys(map(space_of, names)))) for one, names in attributes.items()
        )

    @cached_property
    def order(self) -> tuple[tuple[int, str], ...]:
        """Place of a group, and each of its attributes."""
        return tuple((place, attribute) for place, group in enumerate(self.groups) for attribute in group.attributes)


def remembered_attributes(bundles: Iterable[Bundle]) -> tuple[str, ...]:
    """Attributes whose names are remembered once they are given.

    Account names and addresses always are: a bundle may ask for them from some later day on.
    """
    asked = (attribute for bundle in bundles if bundle.never_reuse for attribute in bundle.formats)
    return tuple(sorted({*IDENTIFIERS, PROXIES, *asked}))


_UNREADABLE = (UnfitValueError, UnreadableFieldError)


class UnreadableNameError(ValueError):
    """A macro or a condition of a format cannot read a field of this person; ``about`` names attributes, no value."""

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


class NameAllocator:
    """All names that are taken: in the directory, and by earlier allocations of the same plan.

    Args:
        view: The whole directory.
        bundles: Say which attributes besides account names and addresses are unique.
        given: Key of a name → GUIDs of the accounts that have it or had it in earlier times.
        moment: Of the run.
    """

    def __init__(
        self, view: DirectoryView, bundles: Iterable[Bundle], given: Mapping[NameKey, frozenset[str]], moment: Moment
    ) -> None:
        self._given, self._moment = given, moment
        self._unique = tuple(sorted({name for one in bundles for name in one.formats} - {"cn"}))
        self._taken = {*map(key_of_another, view.other_names), *map(place_key, view.other_dns)}
        self._reached: dict[Hashable, int] = {}
        for account in view.accounts:
            self._taken |= self._held(account)

    def allocate(self, bundle: Bundle, person: Person, own: Account | None = None) -> dict[str, Texts] | None:
        """The first names of which none is taken, for all attributes of the bundle together.

        Args:
            bundle: Formats to fill.
            person: Whose: fields, anchor, and the OU for names that are unique in their container.
            own: The account to be renamed: what it holds now is free for itself, and for nobody else in this plan.

        Returns:
            LDAP attribute → value, now taken; None when nothing can be formed or all candidates are taken.

        Raises:
            UnreadableNameError: A macro or a condition cannot read a field.
        """
        try:
            names = self._first_free(bundle, person, own)
        except _UNREADABLE:
            raise UnreadableNameError(", ".join(bundle.formats)) from None
        if names is None or PROXIES not in names:
            return names
        present = own.attributes.get(PROXIES) if own else None
        return {**names, PROXIES: with_primary(str(names[PROXIES]), present)}

    def renamed(self, bundle: Bundle, person: Person, own: Account) -> dict[str, Texts] | None:
        """Names that an account lacks, or, where they follow the person's fields, new ones; None when there is none.

        An account that was adopted may lack some: a name once given is kept, one never given is still to be given.

        Raises:
            UnreadableNameError: A macro or a condition cannot read a field.
        """
        if bundle.refresh == "on_change":
            return {} if self.fits(bundle, person, own) else self.allocate(bundle, person, own)
        known = _known_address(bundle, own)
        lacking = {
            attribute: one
            for attribute, one in bundle.formats.items()
            if not _name_in(attribute, own) and attribute not in known
        }
        names = self.allocate(replace(bundle, formats=lacking), person, own) if lacking else {}
        return None if names is None else {**known, **names}

    def fits(self, bundle: Bundle, person: Person, own: Account) -> bool:
        """Whether all names of an account are such that they could have been given to the person.

        Raises:
            UnreadableNameError: A macro or a condition cannot read a field.
        """
        try:
            for one, attributes, _ in bundle.groups:
                series = one.series(person.fields, person.anchor, self._moment)
                if not all(series.admits(_name_in(attribute, own)) for attribute in attributes):
                    return False
        except _UNREADABLE:
            raise UnreadableNameError(", ".join(bundle.formats)) from None
        return True

    def reserve(self, values: Mapping[str, Value], own: Account | None = None) -> bool:
        """Take names and addresses that no format made; False, and nothing taken, when another has one already."""
        wanted = {key for attribute, value in values.items() for key in keys_of(attribute, value)}
        wanted -= self._held(own) if own else set()
        if wanted & self._taken:
            return False
        self._taken |= wanted
        return True

    def reserve_dn(self, name: str) -> bool:
        """Take a distinguished name; False when it is taken already."""
        key = place_key(dn.key(name))
        if key in self._taken:
            return False
        self._taken.add(key)
        return True

    def _first_free(self, bundle: Bundle, person: Person, own: Account | None) -> dict[str, Texts] | None:
        groups = bundle.groups
        series = [group.format.series(person.fields, person.anchor, self._moment) for group in groups]
        names = [""] * len(series)
        for position in self._positions(bundle, series, person, own):
            ended = True
            for place, one in enumerate(series):
                if name := one.at(position):
                    names[place], ended = name, False  # one that has ended waits for the others with its last name
            if ended or "" in names:
                return None
            wanted = _keys(bundle, person, names)
            if self._is_free(wanted, bundle, own) and _are_valid(bundle, names):
                self._taken |= wanted
                return {attribute: names[place] for place, attribute in bundle.order}
        return None

    def _is_free(self, wanted: set[NameKey], bundle: Bundle, own: Account | None) -> bool:
        if not self._taken.isdisjoint(wanted) and (own is None or (wanted - self._held(own)) & self._taken):
            return False
        if not bundle.never_reuse:
            return True
        holders = filter(None, map(self._given.get, wanted))  # whoever ever had one of these names
        return all(own is not None and own.guid in guids for guids in holders)

    def _positions(
        self, bundle: Bundle, series: Collection[Series], person: Person, own: Account | None
    ) -> Iterator[int]:
        """Positions to try, in order; those are left out that an earlier person of the same names has tried in vain.

        Ten thousand people called John Smith would otherwise each begin at the first. An account that has names is led
        through all positions: what it holds itself is taken for others, not for it.
        """
        yield 0
        firsts = max(len(one.firsts) for one in series)
        yield from range(1, firsts)
        runs = tuple(one.run for one in series)
        if None in runs or (own and any(_name_in(attribute, own) for attribute in bundle.formats)):
            yield from itertools.count(firsts)
        run = (runs, dn.key(person.ou) if bundle.scope == "container" else "")
        for position in itertools.count(max(firsts, self._reached.get(run, 0))):
            self._reached[run] = position + 1  # taken by somebody before, or from now on by this person
            yield position

    def _held(self, account: Account) -> set[NameKey]:
        """The keys of everything that an account holds."""
        return identifiers(account, self._unique) | {place_key(dn.key(account.dn))}


def _are_valid(bundle: Bundle, names: Sequence[str]) -> bool:
    """Whether the directory takes one name for each group of a bundle, whatever the formats say."""
    return all(group.format.rule.admits(names[place]) for place, group in enumerate(bundle.groups))


def _keys(bundle: Bundle, person: Person, names: Sequence[str]) -> set[NameKey]:
    """The keys of one name for each group of a bundle."""
    if bundle.scope == "container":
        return {place_key(dn.key(dn.join("CN", names[0], person.ou)))}
    keys = set()
    for place, group in enumerate(bundle.groups):
        fold = folded(names[place])
        for space in group.spaces:
            keys.add((space, fold))
    return keys


def _name_in(attribute: str, account: Account) -> str:
    """The name that an account has in an attribute; of proxyAddresses the primary one; empty when it has none."""
    if attribute == "cn":
        return account.cn
    value = account.attributes.get(attribute)
    return primary_address(value) if attribute == PROXIES else str(value or "")


def _known_address(bundle: Bundle, account: Account) -> dict[str, Texts]:
    """What a bundle's mail or primary address lacks and the other of the two has: they never differ."""
    mail, primary = _name_in("mail", account), _name_in(PROXIES, account)
    if not {"mail", PROXIES} <= bundle.formats.keys() or bool(mail) == bool(primary):
        return {}
    return {PROXIES: with_primary(mail, account.attributes.get(PROXIES))} if mail else {"mail": primary}
