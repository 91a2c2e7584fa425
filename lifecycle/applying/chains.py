"""Lists of actions while they are carried out: a failure holds back the rest of the list for that account alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.applying.verdict import Verdict
from lifecycle.planning.plan import Plan
from lifecycle.store.journal import Outcome
from lifecycle.store.status import EntryState, StepStatus
from lifecycle.store.store import Unit


class Chains:
    """Which lists are interrupted, for whom."""

    def __init__(self) -> None:
        self._broken: set[tuple[str, str]] = set()
        self.settled: Mapping[str, StepStatus] = {}
        """Steps of the changes that are looked at which do not wait any more, and what became of them."""

    def settled_as(self, change: AnyChange) -> StepStatus | None:
        """What became of the step of a change before the change was looked at: by a run since the plan was made."""
        return self.settled.get(change.listed.step) if change.listed else None

    def holds_back(self, change: AnyChange, who: str) -> bool:
        """Whether an earlier action of the change's list has failed for an account, by GUID or primary key."""
        return change.listed is not None and (change.listed.rule, who) in self._broken

    def note(self, verdict: Verdict, outcome: Outcome | None) -> None:
        """Interrupt the list where a change was not carried out and the list is not to go on."""
        change = verdict.change
        if change.listed is None or change.listed.continue_on_error:
            return
        self._broken |= {(change.listed.rule, who) for who in _failed(verdict, outcome)}


def _failed(verdict: Verdict, outcome: Outcome | None) -> Iterator[str]:
    """For whom a change was not carried out."""
    change, is_done = verdict.change, outcome is not None and outcome.state is EntryState.DONE
    if isinstance(change, AddToGroup | RemoveFromGroup):
        yield from (one.account for one in change.members if not is_done or one.account in verdict.left)
    elif not is_done:
        yield change.account or change.person


class StepTally:
    """Settles each step with the last of its changes, in the transaction that settles that.

    Args:
        plan: Whose changes settle steps.
    """

    def __init__(self, plan: Plan) -> None:
        self._open: dict[str, set[int]] = defaultdict(set)
        self._worst: dict[str, tuple[StepStatus, str]] = {}
        for number, change in enumerate(plan.changes):
            for step, _ in _steps(change):
                self._open[step].add(number)

    def settle(
        self, unit: Unit, verdicts: Sequence[Verdict], outcomes: Mapping[int, Outcome], now: datetime,
        postponed: Collection[int] = (),
    ) -> None:  # fmt: skip
        """Take in what became of the changes of a window, by number; one without an outcome leaves its steps open.

        What was not sent, or was ``postponed`` unbegun, may be tried again even where trying again would do it twice.
        """
        for verdict in verdicts:
            outcome = outcomes.get(verdict.number)
            failed = set(_failed(verdict, outcome))
            for step, who in _steps(verdict.change):
                if outcome is not None:
                    self._open[step].discard(verdict.number)
                if who in failed:
                    begun = verdict.operation is not None and verdict.number not in postponed
                    status = StepStatus.FAILED if verdict.change.once_only and begun else StepStatus.WAITING
                    self._worst.setdefault(step, (status, (outcome.error if outcome else "") or "not-carried-out"))
        over = [step for step, numbers in self._open.items() if not numbers]
        for step in over:
            del self._open[step]
            status, why = self._worst.get(step, (StepStatus.DONE, ""))
            if status is StepStatus.WAITING:
                unit.steps.put_off([step], why)
            else:
                unit.steps.settle([step], status, now, why)


def steps_of(changes: Iterable[AnyChange]) -> set[str]:
    """The steps that these changes settle."""
    return {step for change in changes for step, _ in _steps(change)}


def _steps(change: AnyChange) -> Iterable[tuple[str, str]]:
    """Steps that a change settles, each with the account."""
    if isinstance(change, AddToGroup | RemoveFromGroup):
        return [(member.step, member.account) for member in change.members if member.step]
    if change.listed and change.listed.step:
        return [(change.listed.step, change.account or change.person)]
    return []
