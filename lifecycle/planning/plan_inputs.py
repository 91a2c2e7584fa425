"""Everything that a plan is made from besides people: what was read, what earlier runs left, the rules, the moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from lifecycle.directory.account import DirectoryView
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.planning.policy import Policy
from lifecycle.planning.prior_state import PriorState


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """What a plan is made from.

    Args:
        view: The whole directory.
        policy: The rules of the automation.
        prior: What earlier runs left.
        directory: objectGUID of the domain.
        now: The moment of the run, UTC.
        macro_env: Settings and tables, for the texts of actions.
    """

    view: DirectoryView
    policy: Policy
    prior: PriorState
    directory: str
    now: datetime
    macro_env: Vocabulary = field(default_factory=Vocabulary)
