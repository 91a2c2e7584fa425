"""Nights of one installation, and what its directory refuses in them: for lists of actions that are carried out once.

What is done once is a new password here: an operation that leaves its trace in no other way than by being counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lifecycle.directory.operation import ChangeMembers, Modify, Move, Operation, SetPassword
from lifecycle.people.person import Person
from lifecycle.planning.plan import Plan
from tests.support.world import LEAVERS, World

DISABLE, MOVE = {"action": "disable-user"}, {"action": "move-user", "ou": LEAVERS}
ONCE = {"action": "reset-password", "must_change": False}
Refuses = Callable[[Operation], bool]


def allow_all(_operation: Operation) -> bool:
    return False


def refuse_moves(operation: Operation) -> bool:
    return isinstance(operation, Move)


def refuse_attributes(operation: Operation) -> bool:
    return isinstance(operation, Modify) and "userAccountControl" not in operation.replace


def refuse_logons(operation: Operation) -> bool:
    """Of disabling and enabling."""
    return isinstance(operation, Modify) and "userAccountControl" in operation.replace


def refuse_memberships(operation: Operation) -> bool:
    return isinstance(operation, ChangeMembers)


@dataclass
class Nights:
    """Nights of one installation: a sync, and what fell due behind it."""

    world: World
    passwords: list[str] = field(default_factory=list)
    """The account of each new password that was set."""
    refuses: Refuses = allow_all

    def __post_init__(self) -> None:
        self.world.directory.refuses = self._looks

    def _looks(self, operation: Operation) -> bool:
        if self.refuses(operation):
            return True
        if isinstance(operation, SetPassword):
            self.passwords.append(operation.guid)
        return False

    def pass_by(self, *persons: Person, count: int = 1) -> list[Plan]:
        """So many nights; answers the plans of their syncs."""
        plans = []
        for _ in range(count):
            plans.append(self.world.run(*persons))
            self.world.due()
        return plans

    @property
    def set(self) -> int:
        """How often the list was carried out."""
        return len(self.passwords)


Begin = Callable[..., Nights]
"""Begins the nights of an organisation with these lists, by who gets them."""
