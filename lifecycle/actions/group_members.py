"""Add to groups and remove from groups: one change a group, in batches, never one a membership."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from lifecycle.actions.change import Cause, Change, Member, Phase
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Membership, Sight, Subject
from lifecycle.directory.operation import ChangeMembers
from lifecycle.language.macros.place import Place

BATCH = 500
"""Most memberships in one change; a directory takes at most some thousands of values in one operation."""


class GroupChange(Change):
    """Some accounts of one group."""

    group: str = Field(description="objectGUID of the group.")
    group_dn: str = Field(description="Its distinguished name when the plan was made, for readers.")
    members: tuple[Member, ...] = Field(min_length=1, max_length=BATCH)

    def size(self) -> int:
        """The number of memberships."""
        return len(self.members)

    def taken_back(self, members: Sequence[Member]) -> dict[str, Any]:
        """The fields of the change that goes the other way, for the accounts that this one really touched."""
        return {
            "cause": Cause.UNDO, "rule": self.rule, "group": self.group, "group_dn": self.group_dn,
            "members": tuple(members),
        }  # fmt: skip


class AddToGroup(GroupChange):
    """Accounts become members."""

    phase: ClassVar[Phase] = Phase.ADD_TO_GROUPS
    limited: ClassVar[bool] = False
    verb: ClassVar[str] = "memberships to add"
    action: Literal["add-to-group"] = "add-to-group"

    def operation(self, guids: Collection[str]) -> ChangeMembers:
        """One modify for those who are not members yet: a directory refuses the whole if one is."""
        return ChangeMembers(self.group, add_guids=tuple(guids))


class RemoveFromGroup(GroupChange):
    """Accounts cease to be members."""

    phase: ClassVar[Phase] = Phase.REMOVE_FROM_GROUPS
    verb: ClassVar[str] = "memberships to take back"
    limited_as: ClassVar[str] = "group_removal"
    action: Literal["remove-from-group"] = "remove-from-group"

    def operation(self, guids: Collection[str]) -> ChangeMembers:
        """One modify for those who are members still."""
        return ChangeMembers(self.group, remove_guids=tuple(guids))


def inverse(change: AddToGroup | RemoveFromGroup, members: Sequence[Member]) -> AddToGroup | RemoveFromGroup:
    """What takes a change of a group back, for the accounts that it really touched."""
    other = RemoveFromGroup if isinstance(change, AddToGroup) else AddToGroup
    return other(**change.taken_back(members))


class AddToGroupsParameters(Parameters):
    """The account becomes a member; the other memberships stay."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Add users to groups",
        writes="member of each group, a batch of accounts in one LDAP modify",
        undo="the memberships that it gave end",
        tested="a Samba domain controller",
    )
    standing: ClassVar[bool] = True
    action: Literal["add-to-groups"] = "add-to-groups"
    groups: tuple[str, ...] = Field(min_length=1, description="Distinguished names with macros; values are escaped.")

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """The groups."""
        yield from ((f"groups.{number}", name, "dn") for number, name in enumerate(self.groups))

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """The memberships that are missing."""
        yield from _joining(self.groups, subject, sight)


class RemoveFromGroupsParameters(Parameters):
    """The account ceases to be a member. The primary group, privileged and unmanaged groups are left."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Remove users from groups",
        writes="member of each group, as above",
        undo="the memberships that it took come back",
        tested="a Samba domain controller",
    )
    standing: ClassVar[bool] = True
    action: Literal["remove-from-groups"] = "remove-from-groups"
    groups: Literal["granted", "all"] | tuple[str, ...] = Field(
        "granted",
        description="Those that a rule gave, all that may be written, or distinguished names with macros.",
    )
    keep: tuple[str, ...] = Field((), alias="except", description="Groups that are kept; distinguished names.")

    @model_validator(mode="after")
    def _names_some(self) -> RemoveFromGroupsParameters:
        if not self.groups:
            raise ValueError("groups names none; it may be granted, all, or distinguished names")
        return self

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """The groups, and those that are kept."""
        if not isinstance(self.groups, str):
            yield from ((f"groups.{number}", name, "dn") for number, name in enumerate(self.groups))
        yield from ((f"except.{number}", name, "dn") for number, name in enumerate(self.keep))

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """The memberships that are there."""
        kept = {sight.group(sight.text(name, "dn", subject)).guid for name in self.keep}
        held = subject.account.group_guids - kept
        if isinstance(self.groups, str):
            asked = held & sight.granted(subject.account) if self.groups == "granted" else held
        else:
            asked = held & {sight.group(sight.text(name, "dn", subject)).guid for name in self.groups}
        for group in sight.writable_groups(asked):
            yield Membership(group, joins=False)


class MoveAcrossGroupsParameters(Parameters):
    """From some groups to others: added first, and taken away only when that has been done."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Move users across groups",
        writes="member: added first, then taken away",
        undo="both ways",
        tested="a Samba domain controller",
    )
    standing: ClassVar[bool] = True
    action: Literal["move-across-groups"] = "move-across-groups"
    source: tuple[str, ...] = Field(alias="from", min_length=1, description="Distinguished names with macros.")
    target: tuple[str, ...] = Field(alias="to", min_length=1, description="Distinguished names with macros.")

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """Both kinds of groups."""
        yield from ((f"from.{number}", name, "dn") for number, name in enumerate(self.source))
        yield from ((f"to.{number}", name, "dn") for number, name in enumerate(self.target))

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """Only for an account that is in one of the first groups."""
        leaving = {sight.group(sight.text(name, "dn", subject)).guid for name in self.source}
        held = subject.account.group_guids & leaving
        if not held:
            return
        yield from _joining(self.target, subject, sight)
        targets = {sight.group(sight.text(name, "dn", subject)).guid for name in self.target}
        for group in sight.writable_groups(held - targets):
            yield Membership(group, joins=False, turn=1)


def _joining(groups: Sequence[str], subject: Subject, sight: Sight) -> Planned:
    found = [sight.group(sight.text(name, "dn", subject)) for name in groups]
    for group in dict.fromkeys(found):
        if group.guid not in subject.account.group_guids and group.rid != subject.account.primary_group_rid:
            yield Membership(group, joins=True)
