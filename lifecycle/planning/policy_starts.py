"""When a list of actions begins: once for each leaving, each coming back and each move, whatever is refused meanwhile.

A leaving lasts from the run that finds that the person has left until a run finds them in the records again, or finds
that somebody has enabled an account that our runs had disabled. A coming back lasts until the person leaves. A move is
a difference between record and account that was not there when a list last began for the account; as long as it is not
carried out it is the same move, every night.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable

from lifecycle.actions.change import Change
from lifecycle.directory.account import Account, Value
from lifecycle.planning.action_list import LEAVERS, MOVERS, REHIRES
from lifecycle.planning.prior_state import LastPolicyRun, PriorState


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


class PolicyStarts:
    """Says for each account whether a list begins, and collects what is over.

    Args:
        prior: Which lists have begun.
        is_partial: Whether only some people were asked for: then a difference that is not seen may be there.
    """

    def __init__(self, prior: PriorState, *, is_partial: bool) -> None:
        self._prior, self._is_partial = prior, is_partial
        self._ended: set[tuple[str, str]] = set()
        self._remaining: dict[str, frozenset[str]] = {}

    @property
    def ended(self) -> tuple[tuple[str, str], ...]:
        """Account and list whose leaving or coming back is over."""
        return tuple(sorted(self._ended))

    @property
    def remaining(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Accounts at which some of the differences that a list began for are gone, each with those that are not."""
        return tuple((guid, tuple(sorted(triggers))) for guid, triggers in sorted(self._remaining.items()))

    def works_here(self, account: Account) -> None:
        """Take in that a record has the person: what a leavers' list left for later does not apply any more."""
        if self._open(account, LEAVERS):
            self._ended.add((account.guid, LEAVERS))

    def has_left(self, account: Account) -> None:
        """Take in that the person has left: a coming back, or a move, is over."""
        self._ended |= {(account.guid, rule) for rule in (MOVERS, REHIRES) if self._open(account, rule)}

    def leaver_begins(self, account: Account, *, is_in_place: bool) -> bool:
        """Whether the leavers' list begins for an account whose person has left.

        Args:
            account: The account.
            is_in_place: Whether it is disabled and in the leavers' OU; one that always was is left as it is.
        """
        last = self._prior.policy_runs.get((account.guid, LEAVERS))
        if last is None:
            return not is_in_place
        enabled_by_hand = account.enabled and account.guid in self._prior.departures
        return last.is_over or enabled_by_hand

    def rehire_begins(self, account: Account) -> bool:
        """Whether the rehires' list begins for an account whose person has come back."""
        return not self._open(account, REHIRES)

    def mover_begins(self, account: Account, triggers: frozenset[str]) -> bool:
        """Whether the movers' list begins: something differs that no list has begun for."""
        return not triggers <= self._known(account)

    def triggers(self, account: Account, triggers: frozenset[str]) -> frozenset[str]:
        """What a list that begins now begins for; a run for some people adds what it does not see."""
        return triggers | self._known(account) if self._is_partial else triggers

    def differs(self, account: Account, triggers: frozenset[str]) -> None:
        """Take in everything in which an account differs from its record now."""
        if not self._is_partial and not (known := self._known(account)) <= triggers:
            self._remaining[account.guid] = known & triggers

    def _open(self, account: Account, rule: str) -> LastPolicyRun | None:
        """The run of a list whose leaving, or coming back, is not over."""
        last = self._prior.policy_runs.get((account.guid, rule))
        return None if last is None or last.is_over else last

    def _known(self, account: Account) -> frozenset[str]:
        runs = (self._open(account, rule) for rule in (MOVERS, REHIRES))
        return frozenset[str]().union(*(run.triggers for run in runs if run))
