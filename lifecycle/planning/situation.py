"""Everything that a plan is made from besides people: what was read, what is remembered, the rules, the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lifecycle.directory.account import DirectoryView
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.planning.policy import Memory, Policy


@dataclass(frozen=True, slots=True)
class Situation:
    """What a run finds.

    Args:
        view: The whole directory.
        policy: The rules of the automation.
        memory: What earlier runs left.
        words: Settings and tables, for the texts of actions.
        directory: objectGUID of the domain.
        now: The moment of the run, UTC.
        seen_at: When everybody was last read and acted upon, UTC; None for never. What leavers' lists left for later is
            done only if that was after its time had come: else the person may be back, and nobody has looked.
    """

    view: DirectoryView
    policy: Policy
    memory: Memory
    words: Vocabulary
    directory: str
    now: datetime
    seen_at: datetime | None = None
