"""Plans that no record asks for: steps that fell due, and actions that somebody asks for by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from lifecycle.actions.change import Cause
from lifecycle.actions.parameters import Parameters
from lifecycle.actions.sight import Subject
from lifecycle.directory.account import Account
from lifecycle.language.moment import Moment
from lifecycle.notice import Notice, Reason
from lifecycle.planning.action_list import FETCHED, LEAVERS, PEOPLE, REHIRES, REQUEST, action_list
from lifecycle.planning.desired_account import SchemaCoercion
from lifecycle.planning.differences import departed
from lifecycle.planning.lists import Draft, Lists
from lifecycle.planning.managed_accounts import Guard, guard_of, population
from lifecycle.planning.names import NameAllocator, remembered_attributes
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.planning_context import PlanningContext


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step whose time has come.

    Args:
        step_id: Names it.
        course: Steps of one list and account share it.
        account: objectGUID.
        key: Primary key of the person; may be empty.
        rule: The list.
        cause: Why the list began.
        item: Its place in the list.
        parameters: As they were approved.
        due_at: When its time came, UTC.
    """

    step_id: str
    course: str
    account: str
    key: str
    rule: str
    cause: Cause
    item: int
    parameters: Parameters
    due_at: datetime


class _Desk:
    """What both kinds of plan need."""

    def __init__(self, inputs: PlanInputs) -> None:
        view, policy = inputs.view, inputs.policy
        self._inputs = inputs
        self.guard = guard_of(inputs)
        names = NameAllocator(view, policy.bundles, inputs.prior.names, Moment(inputs.now, policy.zone))
        self.lists = Lists(PlanningContext(inputs, self.guard, SchemaCoercion(view), names))

    def draft(self, notices: Sequence[Notice], void: Sequence[tuple[str, str]] = (), people: int = 0) -> Draft:
        """The plan so far, with what the lists will make of it."""
        policy = self._inputs.policy
        plan = Plan(
            automation=policy.automation,
            directory=self._inputs.directory,
            created_at=self._inputs.now,
            changes=(),
            notices=tuple(notices),
            population=population(self._inputs, self.guard),
            people=people,
            remembered=remembered_attributes(policy.bundles),
            void_steps=tuple(sorted(void)),
        )
        return Draft(self.lists, plan)


def draft_due(due: Sequence[DueStep], inputs: PlanInputs) -> Draft:
    """A plan of the steps that fell due; whether each still applies is looked at again.

    Args:
        due: The steps; those of one course stand together, in the order of the list.
        inputs: What the run finds.
    """
    desk = _Desk(inputs)
    accounts = {account.guid: account for account in inputs.view.accounts}
    notices, void, people = [], list[tuple[str, str]](), 0
    for _, group in groupby(due, key=lambda step: step.course):
        steps, people = list(group), people + 1
        account = accounts.get(steps[0].account)
        if account is None or (why := _void(steps[0], account, inputs)):
            void += [(step.step_id, "account-gone" if account is None else why) for step in steps]
        elif steps[0].rule == LEAVERS and not _seen_since(max(step.due_at for step in steps), inputs):
            notices.append(Notice(steps[0].key or account.guid, Reason.NOT_SEEN_SINCE))
        elif desk.guard.reason(account):
            notices.append(Notice(steps[0].key or account.guid, Reason.LEAVER_PROTECTED))
        else:
            actions = action_list(steps[0].rule, [step.parameters for step in steps], inputs.macro_env)
            subject = Subject(account, steps[0].key, steps[0].cause, steps[0].rule)
            desk.lists.ask_for(actions, subject, tuple((one.item, one.parameters, one.step_id) for one in steps))
    return desk.draft(notices, void, people)


def _seen_since(due_at: datetime, inputs: PlanInputs) -> bool:
    """Whether a run has looked at everybody since, and acted: else a leaver may be back."""
    return inputs.prior.synced_at is not None and inputs.prior.synced_at >= due_at


def _void(step: DueStep, account: Account, inputs: PlanInputs) -> str:
    """Why the steps of a list do not apply to an account any more; empty when they do.

    That an account is enabled, or disabled, says so only where it was otherwise before: a leaver whose disabling is
    refused has not come back, and a rehire whose enabling is refused has not left again.
    """
    prior = inputs.prior
    if step.rule == LEAVERS:
        last = prior.policy_runs.get((account.guid, LEAVERS))
        if last and last.is_watched and not last.is_over and last.policy_run_id == step.course:
            return "enabled-again" if account.enabled and account.guid in prior.departures else ""
        if account.enabled:
            return "enabled-again"
        return "" if departed(account, inputs.policy, prior) else "not-departed"
    if account.enabled or step.rule in {PEOPLE, FETCHED}:
        return ""
    return "" if step.rule == REHIRES and departed(account, inputs.policy, prior) else "disabled"


def draft_request(items: Sequence[Parameters], accounts: Sequence[Account], inputs: PlanInputs) -> Draft:
    """A plan of what somebody asks for by hand.

    Args:
        items: The actions, in order.
        accounts: To whom; protected ones are left out, and said.
        inputs: What the run finds.

    Raises:
        ValueError: A text of an action is no template.
    """
    desk = _Desk(inputs)
    actions = action_list(REQUEST, items, inputs.macro_env)
    notices = list(_protected(accounts, desk.guard))
    for account in sorted(accounts, key=lambda one: one.guid):
        if not desk.guard.reason(account):
            key = str(account.attributes.get(inputs.policy.anchor, ""))
            subject = Subject(account, "", Cause.REQUEST, REQUEST, called=key or account.guid)
            desk.lists.ask_for(actions, subject, tuple((number, item, "") for number, item in enumerate(items)))
    return desk.draft(notices, people=len(accounts))


def _protected(accounts: Sequence[Account], guard: Guard) -> Iterator[Notice]:
    for account in accounts:
        if why := guard.reason(account):
            yield Notice(account.guid, Reason.ACCOUNT_PROTECTED, why)
