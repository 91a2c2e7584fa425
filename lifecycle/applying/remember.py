"""What later runs must know of a change that was carried out; written in the transaction that settles it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lifecycle.actions.begin_policy import BeginPolicy, EndPolicy, step_id
from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Cause
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.delete_user import DeleteUser, RestoreUser
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.actions.logon import DisableUser, EnableUser
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.move_user import MoveUser
from lifecycle.directory.account import Account
from lifecycle.planning.action_list import JOINERS, LEAVERS, MOVERS, PEOPLE, REHIRES
from lifecycle.planning.names import NameKey, keys_of
from lifecycle.planning.plan import Plan
from lifecycle.planning.prior_state import LastPolicyRun
from lifecycle.store.policy_runs import PolicyRun
from lifecycle.store.status import Mark, StepStatus
from lifecycle.store.steps import Step
from lifecycle.store.store import Unit

_ON_ITS_OWN = frozenset({Cause.REQUEST, Cause.LISTED})
"""Somebody said so, whatever the records say: no record that still has the person takes it back."""
_ONCE_EACH_TIME = frozenset({LEAVERS, MOVERS, REHIRES})
"""Lists that begin once for each leaving, coming back or move."""
_LEAVING = frozenset({LEAVERS, PEOPLE})
"""Lists that may delete an account in the end: one that is enabled again is spared, unless the list itself does it."""


def remember(unit: Unit, plan: Plan, change: AnyChange, guid: str, members: Sequence[str], now: datetime) -> None:
    """Keep memberships that a rule gave, which accounts a run of ours disabled, and what accounts are and were called.

    Args:
        unit: The open transaction.
        plan: The change's; says which domain is meant and which attributes hold names.
        change: The change that was carried out; one that was so already is no doing of ours, and is not remembered.
        guid: The account (unused for memberships).
        members: Accounts whose membership this change really wrote.
        now: When.
    """
    directory = plan.directory
    match change:
        case AddToGroup():
            given = set(members) if change.listed is None else {one.account for one in change.members if one.granted}
            unit.grants.add(directory, [(guid, change.group) for guid in members if guid in given], change.rule, now)
        case RemoveFromGroup():
            unit.grants.remove(directory, [(member, change.group) for member in members])
        case BeginPolicy():
            _begin(unit, plan, change, guid, now)
        case EndPolicy():
            unit.steps.cancel_course(change.course, now, "undone")
            unit.policy_runs.forget([change.course])
        case DisableUser():
            _set_aside(unit, plan, change, guid, now)
        case EnableUser():
            unit.departures.remove(directory, [guid])
            unit.marks.remove(Mark.HELD, [guid], directory)
            unit.steps.cancel(directory, [guid], _LEAVING - {change.rule}, now, "enabled-again")
            unit.policy_runs.end(directory, [guid], {LEAVERS}, now)
        case MoveUser(cause=Cause.REHIRE) | RestoreUser(departed=True):
            # Out of the leavers' OU nothing shows any more that the account may be enabled; a kill may come in between.
            unit.departures.add(directory, [guid], now)
        case DeleteUser():
            _forget_account(unit, plan, change, guid, now)
        case CreateUser() | ModifyUser():
            _note_names(unit, plan, change, guid, now)
        case _:
            return


def _set_aside(unit: Unit, plan: Plan, change: DisableUser, guid: str, now: datetime) -> None:
    directory, others = plan.directory, {JOINERS, MOVERS, REHIRES}
    if change.cause in _ON_ITS_OWN:
        unit.marks.add(Mark.HELD, guid, now, directory)
    else:
        unit.departures.add(directory, [guid], now)
        unit.policy_runs.end(directory, [guid], others, now)
    unit.steps.cancel(directory, [guid], others, now, "disabled")
    if change.rule == LEAVERS and not unit.policy_runs.is_open(directory, plan.automation, LEAVERS, guid):
        # The list had nothing that is done once; what it gets later is for those who leave from then on.
        unit.policy_runs.start(PolicyRun(directory, plan.automation, LEAVERS, guid, "", (), now))


def _begin(unit: Unit, plan: Plan, change: BeginPolicy, guid: str, now: datetime) -> None:
    if not unit.steps.begin(_steps(plan, change, guid, now)):
        return  # with the joiner's account, or by another run since the plan was made
    if change.rule == PEOPLE:
        unit.marks.add(Mark.SERVED, guid, now, plan.directory, plan.automation)
    elif change.rule in _ONCE_EACH_TIME:
        unit.policy_runs.start(
            PolicyRun(plan.directory, plan.automation, change.rule, guid, change.course, change.triggers, now)
        )


def _note_names(unit: Unit, plan: Plan, change: CreateUser | ModifyUser, guid: str, now: datetime) -> None:
    """The names of an account; with a new one its list begins: a run killed behind that finds no joiner."""
    unit.names.add(plan.directory, guid, _names(change, plan), now)
    if isinstance(change, CreateUser) and (begun := plan.policies_of_joiners.get(change.person)):
        _begin(unit, plan, begun, guid, now)


def _steps(plan: Plan, change: BeginPolicy, guid: str, now: datetime) -> list[Step]:
    return [
        Step(
            step_id=step_id(change.course, one.item),
            course=change.course,
            directory=plan.directory,
            automation=plan.automation,
            account_guid=guid,
            person_key=change.person,
            rule=change.rule,
            cause=change.cause.value,
            item=one.item,
            action=one.action,
            parameters=one.parameters,
            due_at=now + one.delay,
            begun_at=now,
        )
        for one in change.waiting
    ]


def _forget_account(unit: Unit, plan: Plan, change: DeleteUser, guid: str, now: datetime) -> None:
    """Nothing waits any more for an account that was deleted, and nothing is to be taken from it; its names stay."""
    unit.names.add(plan.directory, guid, _names(change, plan), now)
    if change.listed and change.listed.step:
        unit.steps.settle([change.listed.step], StepStatus.DONE, now)
    unit.steps.cancel_all(plan.directory, guid, now, "deleted")
    unit.departures.remove(plan.directory, [guid])
    unit.marks.drop(plan.directory, guid)
    unit.grants.drop(plan.directory, guid)


def _names(change: CreateUser | ModifyUser | DeleteUser, plan: Plan) -> set[NameKey]:
    """Names that a change gives, and those that it takes away: mail to them is still the account's."""
    return {
        key
        for values in (change.before, change.after)
        for attribute in plan.remembered
        if (value := values.get(attribute))
        for key in keys_of(attribute, value)
    }


def forget(unit: Unit, plan: Plan, live: Mapping[str, Account]) -> None:
    """Drop what somebody has overruled by hand: accounts enabled since we disabled them, memberships taken away.

    With it goes what lists began for and is over: nothing that waits of them is done any more. Else an account that is
    enabled and later disabled by hand would be enabled again, and a membership that is taken away and later given by
    hand would be taken back.

    Args:
        unit: The open transaction.
        plan: Says what was overruled when it was made.
        live: These accounts as they are now: only what is so still is dropped.
    """
    returned = [guid for guid in plan.returned if guid in live and live[guid].enabled]
    lapsed = [(guid, group) for guid, group in plan.lapsed if guid in live and group not in live[guid].group_guids]
    lifted = [guid for guid in plan.lifted if guid in live and not live[guid].enabled]
    over = unit.policy_runs.end(plan.directory, returned, {LEAVERS}, plan.created_at)
    for guid, rule in plan.policies_ended:
        over += unit.policy_runs.end(plan.directory, [guid], {rule}, plan.created_at, automation=plan.automation)
    for policy_run_id in over:
        unit.steps.cancel_course(policy_run_id, plan.created_at, "policy-ended")
    for guid, triggers in plan.policy_triggers:
        unit.policy_runs.keep_triggers(plan.directory, plan.automation, guid, triggers)
    unit.departures.remove(plan.directory, returned)
    unit.departures.add(plan.directory, lifted, plan.created_at)
    unit.grants.remove(plan.directory, lapsed)
    unit.marks.remove(Mark.SERVED, plan.released, plan.directory, plan.automation)
    unit.marks.remove(Mark.HELD, [*returned, *lifted], plan.directory)


def last_policy_runs(unit: Unit, directory: str, automation: str) -> dict[tuple[str, str], LastPolicyRun]:
    """Account and list → the last time that it began, as planning takes it."""
    return {
        (run.account_guid, run.rule): LastPolicyRun(
            run.policy_run_id, frozenset(run.triggers or ()), run.ended_at is not None, run.triggers is not None
        )
        for run in unit.policy_runs.load(directory, automation)
    }
