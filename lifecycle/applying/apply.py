"""Carrying a plan out: in windows, each judged, journalled, sent and settled, so that it may be killed at any point.

For each window: read the live objects → judge → write the intents (durable) → send → write the outcomes, together with
what later runs must remember of them (memberships given by rule, accounts disabled by us, names given).

Nothing of it is done once the lease is lost: what is written to the store is written in one transaction with a renewal,
and before an operation is sent the lease is asked for, at the store itself where operations are slow. What was sent by
then stays open in the journal, and whoever holds the lease now looks up what became of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.applying.announce import Announcement, SettledChange
from lifecycle.applying.chains import Chains, StepTally, steps_of
from lifecycle.applying.judge import Judge, Numbered
from lifecycle.applying.remember import forget, remember
from lifecycle.applying.session import WriteSession
from lifecycle.applying.verdict import Fate, Verdict
from lifecycle.errors import ApprovalError, DirectoryUnavailableError
from lifecycle.planning.kept import Kept
from lifecycle.planning.plan import Plan
from lifecycle.store.journal import Intent, Outcome
from lifecycle.store.status import EntryState, StepStatus
from lifecycle.store.store import Unit

WINDOW = 64
"""Changes that are read, journalled and sent together; as many may have to be looked up after a kill."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A change that was not carried out: its number, action, person or GUID, and why in one word or LDAP code."""

    number: int
    action: str
    subject: str
    state: EntryState
    why: str


@dataclass(slots=True)
class Applied:
    """What became of a plan.

    Args:
        done: Action → changes carried out.
        already: Changes that were so already.
        writes: LDAP operations sent.
        failures: Changes that were not carried out.
    """

    done: Counter[str] = field(default_factory=Counter)
    already: int = 0
    writes: int = 0
    failures: list[Failure] = field(default_factory=list)


def apply_plan(
    session: WriteSession,
    plan: Plan,
    plan_id: str,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Applied:
    """Carry out every change of a plan that is not settled yet.

    Args:
        session: What the run works with.
        plan: Approved by the gate or by a person, for the directory and the automation of the session.
        plan_id: Under which the store keeps it.
        on_progress: Called after each window with changes settled so far and changes in all.

    Raises:
        ApprovalError: The plan is for another directory or another automation; nothing was written.
        DirectoryUnavailableError: The connection broke; what is known is settled, the rest stays open in the journal.
        RunLockedError: The lease was lost; nothing more was written, and the journal has open entries.
    """
    store, lease, directory, clock = session.store, session.lease, session.directory, session.clock
    if plan.directory != directory.identity() or plan.automation != session.policy.automation:
        raise ApprovalError(f"plan {plan_id} was made for another directory or another automation")
    lease.renew()
    _forget_overruled(session, plan)
    _settle_untouched(session, plan)
    chains, tally = Chains(), StepTally(plan)
    announcement = Announcement(session.announcer, plan, plan_id, session.run_id)
    judge = Judge(session, plan, chains)
    with store.begin() as unit:
        settled = {entry.number for entry in unit.journal.of_plan(plan_id)}
    waiting = [(number, change) for number, change in enumerate(plan.changes) if number not in settled]
    applied = Applied()
    for window in _windows(waiting):
        lease.renew()
        with store.begin(lease) as unit:
            chains.settled = unit.steps.over(steps_of(change for _, change in window))
        verdicts = judge.judge(window)
        with store.begin(lease) as unit:
            unit.journal.intend([_intent(unit, announcement, verdict) for verdict in verdicts], clock())
        sending = [verdict for verdict in verdicts if verdict.operation]
        operations = [verdict.operation for verdict in sending]
        change = window[0][1]
        if isinstance(change, OutsideChange):  # an answer that is lost there is looked up by the next run
            answers, broken = session.systems.send(change.system, operations, lease.check, lease.renew), None
        else:
            answers = directory.send(operations, lease.check)
            broken = next((answer.description for answer in answers if answer.unknown), None)
        told = {verdict.number: answer for verdict, answer in zip(sending, answers, strict=True)}
        creates = [verdict for verdict in sending if isinstance(verdict.change, CreateUser)]
        lost = broken is not None
        created = {} if lost else judge.created(creates)  # a broken connection answers no look-up either
        outcomes = [
            outcome
            for verdict in verdicts
            if (outcome := _outcome(plan_id, verdict, told.get(verdict.number), created, lost=lost))
        ]
        with store.begin(lease) as unit:
            unit.journal.settle(outcomes, clock())
            by_number = {verdict.number: _of(verdict, outcomes, plan_id) for verdict in verdicts}
            for verdict in verdicts:
                _remembered(unit, announcement, verdict, by_number[verdict.number], judge, clock())
            postponed = {number for number, answer in told.items() if answer.postponed}
            tally.settle(unit, verdicts, {number: one for number, one in by_number.items() if one}, clock(), postponed)
        for verdict in verdicts:
            chains.note(verdict, by_number[verdict.number])
        _count(applied, verdicts, outcomes, plan_id)
        applied.writes += len(sending)
        settled |= {verdict.number for verdict in verdicts}
        on_progress(len(settled), len(plan.changes))
        if broken is not None:
            raise DirectoryUnavailableError("write", NO_ANSWER, broken)
    _settle_untouched(session, plan)  # once more, for lists that began just now
    return applied


def _settle_untouched(session: WriteSession, plan: Plan) -> None:
    """Settle the steps for which the plan has no change."""
    now = session.clock()
    with session.store.begin(session.lease) as unit:
        unit.steps.settle(plan.idle_steps, StepStatus.DONE, now, "done-already")
        for step, why in plan.void_steps:
            unit.steps.settle([step], StepStatus.CANCELLED, now, why)


def _of(verdict: Verdict, outcomes: Sequence[Outcome], plan_id: str) -> Outcome | None:
    wanted = entry_id(plan_id, verdict.number)
    return next((outcome for outcome in outcomes if outcome.entry_id == wanted), None)


def _remembered(
    unit: Unit, announcement: Announcement, verdict: Verdict, outcome: Outcome | None, judge: Judge, now: datetime
) -> None:
    """Keep what later runs must know of a change, and tell what became of it; what was so already is no news."""
    if outcome is None or (outcome.state == EntryState.DONE and not verdict.is_our_doing):
        return
    guid, state = outcome.target_guid or "", EntryState(outcome.state)
    if state is EntryState.DONE:
        remember(unit, announcement.plan, verdict.change, guid, verdict.members, now)
    settled = SettledChange(verdict.number, state, guid, outcome.error or "", judge.members_of(verdict))
    announcement.tell(unit, settled, judge.live, now)


def entry_id(plan_id: str, number: int) -> str:
    """The journal's name for a change of a plan."""
    return f"{plan_id}:{number}"


def _forget_overruled(session: WriteSession, plan: Plan) -> None:
    guids = {*plan.returned, *plan.lifted, *(account for account, _ in plan.lapsed)}
    if guids or plan.released or plan.policies_ended or plan.policy_triggers:
        live = session.directory.accounts(guids, ()) if guids else {}
        with session.store.begin(session.lease) as unit:
            forget(unit, plan, live)


def _windows(changes: Sequence[Numbered]) -> Iterator[list[Numbered]]:
    """Runs of changes of one action, of one place where it stands in a list, at most :data:`WINDOW` long."""
    for _, alike in groupby(changes, key=lambda numbered: _kind(numbered[1])):
        run = list(alike)
        size = min(WINDOW, run[0][1].together)
        for start in range(0, len(run), size):
            yield run[start : start + size]


def _kind(change: AnyChange) -> tuple[object, ...]:
    listed = change.listed
    return change.action, *((listed.rule, listed.item, listed.turn) if listed else ())


def _intent(unit: Unit, announcement: Announcement, verdict: Verdict) -> Intent:
    change, plan = verdict.change, announcement.plan
    return Intent(
        entry_id=entry_id(announcement.plan_id, verdict.number),
        plan_id=announcement.plan_id,
        run_id=announcement.run_id,
        directory=plan.directory,
        number=verdict.number,
        action=change.action,
        person_key=change.person or None,
        target_guid=verdict.guid or None,
        reason=change.cause.value,
        rule=change.rule,
        before={**change.before, **_kept(unit, plan.directory, verdict)},
        after={**change.after, **({"member": list(verdict.members)} if verdict.members else {})},
    )


def _kept(unit: Unit, directory: str, verdict: Verdict) -> dict[str, Any]:
    """What the journal keeps of an account that is about to be deleted."""
    snapshot = verdict.snapshot
    if snapshot is None:
        return {}
    grants, departed = unit.grants.of_account(directory, snapshot.guid), unit.departures.has(directory, snapshot.guid)
    return Kept(snapshot, grants, departed).journalled()


def _outcome(
    plan_id: str, verdict: Verdict, answer: Answer | None, created: Mapping[str, str], *, lost: bool
) -> Outcome | None:
    """The outcome to journal; None for an entry that stays open and is looked up later.

    That is one to which no answer came, and an account that was created just before the connection was ``lost``: its
    GUID is not known yet.
    """
    guid = verdict.guid or created.get(verdict.change.person) or None
    entry = entry_id(plan_id, verdict.number)
    if answer is None:
        done = verdict.fate in {Fate.DONE_ALREADY, Fate.KEEP}
        why = None if verdict.fate is Fate.KEEP else verdict.fate.value
        return Outcome(entry, EntryState.DONE if done else EntryState.STALE, guid, why)
    if answer.unknown or (answer.ok and lost and not guid):
        return None
    if answer.ok:
        return Outcome(entry, EntryState.DONE, guid, None)
    detail = f" {answer.detail}" if answer.detail else ""
    return Outcome(entry, EntryState.FAILED, guid, f"{answer.description} ({answer.code}){detail}")


def _count(applied: Applied, verdicts: Sequence[Verdict], outcomes: Sequence[Outcome], plan_id: str) -> None:
    by_entry = {outcome.entry_id: outcome for outcome in outcomes}
    for verdict in verdicts:
        outcome = by_entry.get(entry_id(plan_id, verdict.number))
        if outcome is None:
            continue
        if outcome.state is not EntryState.DONE:
            subject = verdict.change.person or verdict.guid
            why = outcome.error or ""
            applied.failures.append(
                Failure(verdict.number, verdict.change.action, subject, EntryState(outcome.state), why)
            )
        elif verdict.fate is Fate.DONE_ALREADY:
            applied.already += 1
        else:
            applied.done[verdict.change.action] += max(1, len(verdict.members))
