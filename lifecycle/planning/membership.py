"""Group memberships by rule: per group, in batches, as differences.

A membership that a rule gave is taken back when the rule no longer applies; one that somebody gave by hand is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from lifecycle.actions.change import Cause, Member
from lifecycle.actions.group_members import BATCH, AddToGroup, RemoveFromGroup
from lifecycle.directory import dn
from lifecycle.directory.account import Account, Group
from lifecycle.notice import Notice, Reason
from lifecycle.planning.prior_state import PriorState
from lifecycle.planning.protected import Guard


class Memberships:
    """Collects wanted and unwanted memberships, and makes one change a group and batch of them.

    Args:
        groups: Every group of the domain.
        guard: Says which groups may be written.
        prior: Memberships that rules gave in earlier runs.
    """

    def __init__(self, groups: tuple[Group, ...], guard: Guard, prior: PriorState) -> None:
        self._by_dn = {dn.key(group.dn): group for group in groups}
        self._by_guid = {group.guid: group for group in groups}
        self._guard, self._prior = guard, prior
        self._add: dict[tuple[str, str], list[Member]] = defaultdict(list)
        self._remove: dict[str, list[Member]] = defaultdict(list)
        self._missing: dict[str, str] = {}

    def want(self, groups: Mapping[str, str], key: str, account: Account | None) -> None:
        """Ask that a person be in exactly these groups, as far as rules decide.

        While a rule names a group that is not there, nothing is taken back from its people: the group may have been
        renamed, and be the very one that they are in.

        Args:
            groups: Distinguished name → rule.
            key: Primary key of the person.
            account: Their account; None when this plan creates it.
        """
        wanted = set()
        for name, rule in groups.items():
            group = self._by_dn.get(dn.key(name))
            why = "no such group" if group is None else self._guard.group_reason(group)
            if group is None or why:
                self._missing[rule] = why or ""
                continue
            if group.guid in wanted:  # two rules, or two spellings, name one group
                continue
            wanted.add(group.guid)
            if account is None:
                self._add[group.guid, rule].append(Member(person=key))
            elif group.guid not in account.group_guids and group.rid != account.primary_group_rid:
                self._add[group.guid, rule].append(Member(account=account.guid))
        if account is not None and all(dn.key(name) in self._by_dn for name in groups):
            self._take_back(account, frozenset(wanted))

    def unwant(self, account: Account) -> None:
        """Take back everything that rules gave to an account."""
        self._take_back(account, frozenset())

    def _take_back(self, account: Account, wanted: frozenset[str]) -> None:
        granted = self._prior.grants.get(account.guid, frozenset())
        for guid in (granted & account.group_guids) - wanted:
            if guid in self._by_guid and not self._guard.group_reason(self._by_guid[guid]):
                self._remove[guid].append(Member(account=account.guid, granted=True))

    def changes(self) -> Iterator[AddToGroup | RemoveFromGroup]:
        """One change a group, rule and batch, in the order of the groups' names."""
        for guid in sorted(self._remove, key=self._name):
            for members in _batches(self._remove[guid]):
                yield RemoveFromGroup(
                    cause=Cause.GROUP_RULE, group=guid, group_dn=self._by_guid[guid].dn, members=members
                )
        for guid, rule in sorted(self._add, key=lambda one: (self._name(one[0]), one[1])):
            for members in _batches(self._add[guid, rule]):
                yield AddToGroup(
                    cause=Cause.GROUP_RULE, rule=rule, group=guid, group_dn=self._by_guid[guid].dn, members=members
                )

    def notices(self) -> Iterator[Notice]:
        """One line for each rule whose group cannot be written."""
        for rule, why in sorted(self._missing.items()):
            yield Notice("", Reason.GROUP_MISSING, f"{rule}: {why}")

    def _name(self, guid: str) -> str:
        return dn.key(self._by_guid[guid].dn)


def _batches(members: list[Member]) -> Iterator[tuple[Member, ...]]:
    ordered = sorted(members, key=lambda member: (member.account, member.person))
    for start in range(0, len(ordered), BATCH):
        yield tuple(ordered[start : start + BATCH])
