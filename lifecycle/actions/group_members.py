"""Add to groups and remove from groups: one change a group, in batches, never one a membership."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, Literal

from pydantic import Field

from lifecycle.actions.change import Change, Member, Phase
from lifecycle.directory.operation import ChangeMembers

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


class AddToGroup(GroupChange):
    """Accounts become members."""

    phase: ClassVar[Phase] = Phase.ADD_TO_GROUPS
    action: Literal["add-to-group"] = "add-to-group"

    def operation(self, guids: Collection[str]) -> ChangeMembers:
        """One modify for those who are not members yet: a directory refuses the whole if one is."""
        return ChangeMembers(self.group, add_guids=tuple(guids))


class RemoveFromGroup(GroupChange):
    """Accounts cease to be members."""

    phase: ClassVar[Phase] = Phase.REMOVE_FROM_GROUPS
    action: Literal["remove-from-group"] = "remove-from-group"

    def operation(self, guids: Collection[str]) -> ChangeMembers:
        """One modify for those who are members still."""
        return ChangeMembers(self.group, remove_guids=tuple(guids))
