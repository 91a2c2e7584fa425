"""Differences: the changes that make accounts and groups what records ask for; none where they are so already.

An account is compared attribute by attribute. Memberships are compared for each group and changed in batches: one that
a rule gave is taken back when the rule no longer applies; one that somebody gave by hand is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Cause, Member
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.group_members import BATCH, AddToGroup, RemoveFromGroup
from lifecycle.actions.logon import EnableUser
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.move_user import MoveUser
from lifecycle.config.category import Category
from lifecycle.directory import dn
from lifecycle.directory.account import Account
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import Person
from lifecycle.planning.desired_account import DesiredAccount, SchemaCoercion
from lifecycle.planning.managed_accounts import Guard
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.policy import Policy
from lifecycle.planning.prior_state import PriorState


def creation(person: Person, desired: DesiredAccount, policy: Policy) -> CreateUser:
    """The change that makes the account of somebody who has none."""
    must_change = policy.template.template.password.must_change if policy.template else True
    return CreateUser(
        person=person.key, cause=Cause.JOINER, rule="placement", ou=person.ou, after=desired.values,
        must_change=must_change,
    )  # fmt: skip


def differences(
    person: Person, account: Account, desired: DesiredAccount, coercion: SchemaCoercion, inputs: PlanInputs,
    *, is_adopted: bool,
) -> list[AnyChange | Notice]:  # fmt: skip
    """Everything in which an account is not what it should be; nothing when it is.

    Args:
        person: Works here.
        account: Theirs, writable.
        desired: What it should be.
        coercion: Says which values are one to the directory.
        inputs: The rules; and what earlier runs left, for telling a rehire from somebody disabled by hand.
        is_adopted: Whether the account bore no anchor until now.
    """
    cause = Cause.ADOPTED if is_adopted else Cause.MOVER
    found: list[AnyChange | Notice] = [Notice(person.key, Reason.NAME_EXHAUSTED, name) for name in desired.exhausted]
    if not account.enabled and inputs.policy.category is Category.LIFECYCLE:
        if departed(account, inputs.policy, inputs.prior):
            cause = Cause.REHIRE
            found.append(
                EnableUser(
                    person=person.key, account=account.guid, cause=cause, rule="rehire", ou=account.parent_dn,
                    before={"enabled": False}, after={"enabled": True},
                )
            )  # fmt: skip
        else:
            found.append(Notice(person.key, Reason.DISABLED_BY_HAND))
    if changed := coercion.differing(account.attributes, desired.values):
        found.append(
            ModifyUser(
                person=person.key, account=account.guid, cause=cause, rule="attributes", ou=account.parent_dn,
                before={name: account.attributes.get(name) for name in changed}, after=changed,
            )
        )  # fmt: skip
    target = desired.dn
    if target is not None and (dn.key(target) != dn.key(account.dn) or dn.leaf_value(target) != account.cn):
        found.append(
            MoveUser(
                person=person.key, account=account.guid, cause=cause, rule="placement", ou=account.parent_dn,
                before={"distinguishedName": account.dn}, after={"distinguishedName": target},
            )
        )  # fmt: skip
    return found


def departed(account: Account, policy: Policy, prior: PriorState) -> bool:
    """Whether a disabled account was disabled as a leaver, by a run of ours or by moving it to the leavers' OU.

    One that was disabled on somebody's word is not: until the records say as well that the person has left.
    """
    if account.guid in prior.held:
        return False
    return account.guid in prior.departures or dn.is_below(account.dn, policy.leavers_ou)


class DesiredGroups(NamedTuple):
    """The groups that rules want somebody to be in; out of others that rules gave they are taken.

    Args:
        person: Primary key; members go by it where there is no account yet.
        account: Theirs; None when this plan creates it.
        groups: Distinguished name → rule.
    """

    person: str
    account: Account | None
    groups: Mapping[str, str]


def membership_differences(
    desired: Iterable[DesiredGroups], inputs: PlanInputs, guard: Guard
) -> tuple[list[AnyChange], list[Notice]]:
    """Changes, one a group, rule and batch, in the order of the groups' names; rules whose group cannot be written.

    Args:
        desired: Of everybody whom the plan is about.
        inputs: The groups, and the memberships that rules gave in earlier runs.
        guard: Says which groups may be written.
    """
    memberships = _Memberships(inputs, guard)
    for one in desired:
        memberships.compare(one)
    return list(memberships.changes()), list(memberships.notices())


class _Memberships:
    """Collects members to add and to remove, by group."""

    def __init__(self, inputs: PlanInputs, guard: Guard) -> None:
        self._by_dn = {dn.key(group.dn): group for group in inputs.view.groups}
        self._by_guid = {group.guid: group for group in inputs.view.groups}
        self._guard, self._grants = guard, inputs.prior.grants
        self._add: dict[tuple[str, str], list[Member]] = defaultdict(list)
        self._remove: dict[str, list[Member]] = defaultdict(list)
        self._missing: dict[str, str] = {}

    def compare(self, desired: DesiredGroups) -> None:
        """Take in one person.

        While a rule names a group that is not there, nothing is taken back from its people: the group may have been
        renamed, and be the very one that they are in.
        """
        wanted, account = set[str](), desired.account
        for name, rule in desired.groups.items():
            group = self._by_dn.get(dn.key(name))
            why = "no such group" if group is None else self._guard.group_reason(group)
            if group is None or why:
                self._missing[rule] = why or ""
                continue
            if group.guid in wanted:  # two rules, or two spellings, name one group
                continue
            wanted.add(group.guid)
            if account is None:
                self._add[group.guid, rule].append(Member(person=desired.person))
            elif group.guid not in account.group_guids and group.rid != account.primary_group_rid:
                self._add[group.guid, rule].append(Member(account=account.guid))
        if account is not None and all(dn.key(name) in self._by_dn for name in desired.groups):
            self._take_back(account, wanted)

    def _take_back(self, account: Account, wanted: set[str]) -> None:
        granted = self._grants.get(account.guid, frozenset())
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
