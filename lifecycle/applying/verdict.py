"""What becomes of one change when it meets the live directory: carried out, so already, refused, or stale."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import State
from lifecycle.directory.snapshot import AccountSnapshot


class Fate(StrEnum):
    """Why a change is not sent; stable words for the journal and the report."""

    SEND = "send"
    KEEP = "keep"
    HELD_BACK = "held-back"
    DONE_ALREADY = "done-already"
    PROTECTED = "protected"
    DRIFTED = "drifted"
    GONE = "gone"
    UNRESOLVED = "unresolved"
    NAME_TAKEN = "name-taken"
    UNREAD = "unread"


FATES = {State.DONE_ALREADY: Fate.DONE_ALREADY, State.DRIFTED: Fate.DRIFTED, State.MISSING: Fate.UNRESOLVED}
"""What becomes of a change that is not as planned."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on one change.

    Args:
        number: The change's position in the plan.
        change: The change.
        fate: What is to be done with it.
        operation: What to send when the fate is to send: one of the directory's, or of the system that is meant.
        guid: The account, or the group of a membership change; empty for one that is created.
        members: For memberships: the accounts that the operation really touches.
        left: For memberships: the accounts that it may not touch, or cannot.
        snapshot: For deletions: the account, whole, as it is immediately before.
    """

    number: int
    change: AnyChange
    fate: Fate
    operation: Any = None
    guid: str = ""
    members: tuple[str, ...] = field(default=())
    left: frozenset[str] = frozenset()
    snapshot: AccountSnapshot | None = None

    @property
    def is_our_doing(self) -> bool:
        """Whether the change is written by us; one that was so already is not."""
        return self.operation is not None or self.fate is Fate.KEEP
