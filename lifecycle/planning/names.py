"""Allocating unique names: a bundle at a time, so that no two accounts of one plan ever collide.

People are served in the order of their keys; the outcome does not depend on the order of rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace

from lifecycle.config.recipe import Texts
from lifecycle.directory import dn
from lifecycle.directory.account import Account, DirectoryView, Value
from lifecycle.directory.proxy_addresses import primary_address, with_primary
from lifecycle.language.filters.row import UnreadableFieldError
from lifecycle.language.macros.template import UnfitValueError
from lifecycle.language.moment import Moment
from lifecycle.language.names.series import Series
from lifecycle.people.person import Person
from lifecycle.planning.name_space import PROXIES, NameKey, folded, identifiers, key_of_another, keys_of, place_key
from lifecycle.planning.policy import Bundle, Policy
from lifecycle.planning.prior_state import PriorState

_UNREADABLE = (UnfitValueError, UnreadableFieldError)


class UnreadableNameError(ValueError):
    """A macro or a condition of a format cannot read a field of this person; ``about`` names attributes, no value."""

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


class NameBook:
    """All names that are taken: in the directory, and by earlier allocations of the same plan.

    Args:
        view: The whole directory.
        policy: Says which attributes besides account names and addresses are unique.
        prior: Names that accounts had in earlier times.
        moment: Of the run.
    """

    def __init__(self, view: DirectoryView, policy: Policy, prior: PriorState, moment: Moment) -> None:
        self._prior, self._moment = prior, moment
        self._unique = tuple(sorted({name for one in policy.bundles for name in one.formats} - {"cn"}))
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
        holders = filter(None, map(self._prior.names.get, wanted))  # whoever ever had one of these names
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
