"""The plan: ordered, immutable, hashed. What a reviewer approves is exactly what is applied."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from lifecycle.actions.begin_policy import BeginPolicy
from lifecycle.actions.catalogue import AnyChange
from lifecycle.notice import Notice
from lifecycle.versions import PLAN


class Population(BaseModel):
    """What per cent are counted of.

    Args:
        accounts: Accounts in the managed OUs that bear an anchor.
        enabled: Those of them that may log on.
        memberships: Memberships that rules gave and that are there.
        accounts_per_ou, enabled_per_ou: The same for each OU, by its distinguished name's key.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    accounts: int = 0
    enabled: int = 0
    memberships: int = 0
    accounts_per_ou: Mapping[str, int] = {}
    enabled_per_ou: Mapping[str, int] = {}


class Plan(BaseModel):
    """All changes of one run, in the order in which they are carried out.

    Args:
        automation: Name of the automation.
        directory: The domain's objectGUID: a plan for one domain is never applied to another.
        created_at: When, UTC.
        changes: The changes; a change's number is its position.
        notices: Who was rejected, quarantined, skipped or reported, and why.
        population: What limits count per cent of.
        absent: Anchors of accounts whose person this complete read did not hold.
        people: People that were planned for.
        returned: Accounts that a run of ours disabled and that somebody has enabled since, by GUID.
        lapsed: Memberships (account, group) that a rule gave and that are no more.
        remembered: Attributes whose names are remembered once they are given.
        idle_steps: Steps that fell due and for which nothing is left to do.
        void_steps: Steps that fell due and do not apply any more, each with why.
        tickets: Primary keys of the tickets that the run has in hand, each with the account that it is about, if any.
        lifted: Accounts that were disabled on somebody's word, and whose person has by now left by the records as well.
        released: Accounts whose list of a user-actions had begun and whose person is not in the source any more.
        policies_ended: Account and list, where the leaving or the coming back that the list began for is over.
        policy_triggers: Accounts at which some of the differences that a list began for are gone, each with the
            digests of those that are still there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    automation: str
    directory: str
    created_at: datetime
    changes: tuple[AnyChange, ...]
    notices: tuple[Notice, ...] = ()
    population: Population = Population()
    absent: tuple[str, ...] = ()
    people: int = 0
    returned: tuple[str, ...] = ()
    lapsed: tuple[tuple[str, str], ...] = ()
    remembered: tuple[str, ...] = ()
    idle_steps: tuple[str, ...] = ()
    void_steps: tuple[tuple[str, str], ...] = ()
    released: tuple[str, ...] = ()
    lifted: tuple[str, ...] = ()
    tickets: tuple[tuple[str, str], ...] = ()
    policies_ended: tuple[tuple[str, str], ...] = ()
    policy_triggers: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @cached_property
    def policies_of_joiners(self) -> Mapping[str, BeginPolicy]:
        """Primary key of each person whom the plan creates and whose list it begins → that change."""
        begun = (change for change in self.changes if isinstance(change, BeginPolicy))
        return {change.person: change for change in begun if not change.account}

    @cached_property
    def intent(self) -> str:
        """Automation, directory and changes as one text: what is hashed, stored and approved.

        The same intent has the same text at any time. Of a plan that was read from the store it is the stored text,
        whatever build wrote it (:func:`lifecycle.planning.stored_plan.read_plan`).
        """
        return PLAN.text(
            {
                "automation": self.automation,
                "directory": self.directory,
                "changes": [change.model_dump(mode="json") for change in self.changes],
            }
        )

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the intent."""
        return hashlib.sha256(self.intent.encode()).hexdigest()

    @property
    def counts(self) -> dict[str, int]:
        """Action → number of objects or memberships."""
        counts: Counter[str] = Counter()
        for change in self.changes:
            counts[change.action] += change.size()
        return dict(sorted(counts.items()))
