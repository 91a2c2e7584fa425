"""When a list of actions begins: once for each leaving, coming back and move, whatever is refused meanwhile.

A leaving lasts from the run that finds that the person has left until a run finds them in the records again, or finds
that somebody has enabled an account that our runs had disabled. A coming back lasts until the person leaves. A move is
a difference between record and account that was not there when a list last began for the account; as long as it is not
carried out it is the same move, every night. A list of joiners, or of a user-actions, begins once for each person.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from lifecycle.actions.change import Cause, Change
from lifecycle.directory import dn
from lifecycle.directory.account import Account, Value
from lifecycle.planning.action_list import JOINERS, LEAVERS, MOVERS, PEOPLE, REHIRES
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.prior_state import LastPolicyRun


def triggers_of(changes: Iterable[Change], computed: Collection[str]) -> frozenset[str]:
    """A digest of each attribute in which an account differs from its record, and of what it shall be.

    Args:
        changes: What the record asks of an account that exists.
        computed: Attributes that are rendered from the account or the moment: their values may differ each night, so
            only their names count.
    """
    return frozenset(
        _digest(attribute, None if attribute in computed else value, with_value=attribute not in computed)
        for change in changes
        for attribute, value in change.after.items()
    )


def _digest(attribute: str, value: Value | None, *, with_value: bool) -> str:
    """Short enough to be kept, and no value can be read from it; the migration to revision 0008 makes the same."""
    parts = [attribute, value] if with_value else [attribute]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]


class PolicyStart(NamedTuple):
    """A list that begins for an account whose person is in the records.

    Args:
        rule: The list.
        cause: Why.
        triggers: Digests of the differences that it begins for.
    """

    rule: str
    cause: Cause
    triggers: frozenset[str]


class PolicyStarts:
    """Says for each account whether a list begins, and collects what is over.

    Args:
        inputs: Which lists have begun, and the rules.
        is_partial: Whether only some people were asked for: then a difference that is not seen may be there.
    """

    def __init__(self, inputs: PlanInputs, *, is_partial: bool) -> None:
        self._policy, self._prior, self._is_partial = inputs.policy, inputs.prior, is_partial
        self._computed = {recipe.attribute for recipe in inputs.policy.computed_attributes}
        self.ended: set[tuple[str, str]] = set()
        """Account and list whose leaving or coming back is over."""
        self.remaining: dict[str, tuple[str, ...]] = {}
        """Accounts at which some of the differences that a list began for are gone, each with those that are not."""

    def works_here(self, account: Account) -> None:
        """Take in that a record has the person: what a leavers' list left for later does not apply any more."""
        if self._open(account, LEAVERS):
            self.ended.add((account.guid, LEAVERS))

    def has_left(self, account: Account) -> bool:
        """Take in that the person has left, so that a coming back, or a move, is over.

        Returns:
            Whether the leavers' list begins; not for an account that always was disabled and in the leavers' OU.
        """
        self.ended |= {(account.guid, rule) for rule in (MOVERS, REHIRES) if self._open(account, rule)}
        last = self._prior.policy_runs.get((account.guid, LEAVERS))
        if last is None:
            return account.enabled or not dn.is_below(account.dn, self._policy.leavers_ou)
        enabled_by_hand = account.enabled and account.guid in self._prior.departures
        return last.is_over or enabled_by_hand

    def differs(self, account: Account, changes: Sequence[Change]) -> PolicyStart | None:
        """Take in everything in which an account differs from its record now.

        Returns:
            The list of rehires or movers, unless it has begun for this coming back, or for all that differs.
        """
        triggers, known = triggers_of(changes, self._computed), self._known(account)
        if not self._is_partial and not known <= triggers:
            self.remaining[account.guid] = tuple(sorted(known & triggers))
        causes = {change.cause for change in changes}
        if Cause.REHIRE in causes:
            rule, cause, begins = REHIRES, Cause.REHIRE, not self._open(account, REHIRES)
        else:
            rule, cause, begins = MOVERS, min(causes, default=Cause.MOVER), not triggers <= known
        # A run for some people adds what it does not see.
        return PolicyStart(rule, cause, triggers | known if self._is_partial else triggers) if begins else None

    def joins(self, person: str) -> bool:
        """Whether the joiners' list begins for an account that the plan creates."""
        return not self._prior.is_under_way(person, JOINERS)

    def is_listed(self, account: Account) -> bool:
        """Whether the list of a user-actions begins for the account of somebody who is in its source."""
        is_new = self._policy.tickets or account.guid not in self._prior.served
        return is_new and not self._prior.is_under_way(account.guid, PEOPLE)

    def _open(self, account: Account, rule: str) -> LastPolicyRun | None:
        """The run of a list whose leaving, or coming back, is not over."""
        last = self._prior.policy_runs.get((account.guid, rule))
        return None if last is None or last.is_over else last

    def _known(self, account: Account) -> frozenset[str]:
        runs = (self._open(account, rule) for rule in (MOVERS, REHIRES))
        return frozenset[str]().union(*(run.triggers for run in runs if run))
