"""Planning: what a run read, what earlier runs left and what the actions look up elsewhere become one plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lifecycle.actions.change import Cause
from lifecycle.actions.outside import Outside, Wanted
from lifecycle.actions.parameters import Parameters
from lifecycle.actions.stored_parameters import read_parameters
from lifecycle.applying.carried import carried_out, remains_of
from lifecycle.directory.account import Account, DirectoryView
from lifecycle.errors import RequestError
from lifecycle.language.moment import Moment
from lifecycle.people.person import People
from lifecycle.planning.action_list import REQUEST, action_list
from lifecycle.planning.asked import DueStep, draft_due, draft_request
from lifecycle.planning.lists import Draft
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_changes import draft_plan
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.selection import Accounts, UnknownAccountError
from lifecycle.planning.undo import Carried, undo_plan, undo_wants
from lifecycle.runs.directory import DirectoryRead
from lifecycle.runs.prior_state import load_prior_state
from lifecycle.runs.run import Run
from lifecycle.runs.tickets import hand_out

_NO_LDAP = frozenset({"enabled", "cn", "distinguishedName"})
"""What actions read that every view has."""


def plan_people(run: Run, people: People, read: DirectoryRead) -> Plan:
    """List every change that makes the directory true to the people; of tickets, to those that the run has in hand."""
    if run.rules.policy.tickets:
        people = hand_out(run, people, read.identity)
    return plan_from(people, plan_inputs(run, read), lambda wanted: look_up(run, wanted, read.view))


def plan_from(
    people: People, inputs: PlanInputs, look: Callable[[Wanted], Outside] = lambda _wanted: Outside()
) -> Plan:
    """List every change that makes the directory true to the people: the pure half.

    Args:
        people: Complete, validated and mapped; or some people, and said so.
        inputs: Everything else that is known.
        look: Reads what the actions want to know besides.
    """
    draft = draft_plan(people, inputs)
    return draft.finished(look(draft.wanted))


def plan_due(run: Run, due: Sequence[DueStep], read: DirectoryRead) -> Plan:
    """What lists of actions wanted later, looked at again."""
    return _planned(run, draft_due(due, plan_inputs(run, read)), read)


def plan_request(run: Run, items: Sequence[Parameters], accounts: Sequence[Account], read: DirectoryRead) -> Plan:
    """What somebody asks for by hand."""
    return _planned(run, draft_request(items, accounts, plan_inputs(run, read)), read)


def plan_undo(run: Run, carried: Sequence[Carried], read: DirectoryRead) -> Plan:
    """What takes a run back, as far as nobody has changed it since."""
    outside = look_up(run, undo_wants(carried), read.view)
    with run.ports.directory() as directory:
        remains = remains_of(carried, directory)
    return undo_plan(carried, plan_inputs(run, read), outside, remains)


def plan_inputs(run: Run, read: DirectoryRead) -> PlanInputs:
    """Everything that a plan is made from besides people, with what earlier runs left as the store has it now."""
    with run.ports.store() as store, store.begin() as unit:
        prior = load_prior_state(unit, run.rules, read.identity)
    return PlanInputs(read.view, run.rules.policy, prior, read.identity, run.now, run.rules.macro_env)


def find_due_steps(run: Run) -> tuple[DueStep, ...]:
    """The steps of the automation whose time has come, those of one list together."""
    with run.ports.directory() as directory:
        identity = directory.identity()
    with run.ports.store() as store, store.begin() as unit:
        due = unit.steps.due(identity, run.automation, run.now)
    return tuple(
        DueStep(
            step_id=step.step_id,
            course=step.course,
            account=step.account_guid,
            key=step.person_key,
            rule=step.rule,
            cause=Cause(step.cause),
            item=step.item,
            parameters=read_parameters(step.parameters),
            due_at=step.due_at,
        )
        for step in due
    )


def find_accounts(run: Run, accounts: Accounts, read: DirectoryRead) -> tuple[Account, ...]:
    """The accounts that somebody means.

    Raises:
        RequestError: A name means none, or several: nothing is done at all then.
    """
    try:
        return accounts.found(read.view, Moment(run.now, run.rules.policy.zone))
    except UnknownAccountError as error:
        raise RequestError(str(error)) from None


def find_carried(run: Run, plan_id: str, numbers: Sequence[int] = ()) -> tuple[Carried, ...]:
    """What a plan carried out, or some of it.

    Raises:
        ApprovalError: There is no such plan, or it has no change of such a number.
    """
    with run.ports.store() as store, store.begin() as unit:
        return carried_out(unit, plan_id, numbers)


def attributes_of(run: Run, items: Sequence[Parameters]) -> frozenset[str]:
    """Every LDAP attribute that planning these actions looks at.

    Raises:
        RequestError: A text of an action is no template: its place, counted from 0, and what is wrong.
    """
    try:
        return action_list(REQUEST, tuple(items), run.rules.macro_env).attributes - _NO_LDAP
    except ValueError as error:
        raise RequestError(str(error)) from None


def look_up(run: Run, wanted: Wanted, view: DirectoryView) -> Outside:
    """Read what lies outside the directory; a system that cannot be read is said to be so, and holds up no other."""
    if not wanted.systems:
        return Outside()
    with run.ports.systems() as systems:
        outside = systems.look_up(wanted, {account.guid: account for account in view.accounts})
    for system, why in outside.unread.items():
        run.ports.warn(f"{system.value} could not be read: {why}")
    return outside


def _planned(run: Run, draft: Draft, read: DirectoryRead) -> Plan:
    return draft.finished(look_up(run, draft.wanted, read.view))
