"""Lists of actions become changes: in the order of the list, each for all its accounts before the next begins.

A list is begun in the store first (:class:`lifecycle.actions.begin_policy.BeginPolicy`), so that a run that is killed
in between, or whose writes are refused, leaves the rest to the next. What is plain state of the directory is looked at
in every run besides, as long as a leavers' list applies, or that of a user-actions.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from lifecycle.actions.begin_policy import BeginPolicy, Waiting, step_id
from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Cause, Change, Listed, Member
from lifecycle.actions.group_members import BATCH, AddToGroup, RemoveFromGroup
from lifecycle.actions.outside import Need, Outside, RefusalError, Wanted
from lifecycle.actions.parameters import Parameters
from lifecycle.actions.sight import Membership, Sight, Subject
from lifecycle.actions.stored_parameters import parameters_text
from lifecycle.directory import dn
from lifecycle.directory.account import Group
from lifecycle.notice import Notice
from lifecycle.planning.action_list import LEAVERS, NIGHTLY, ActionList
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.planning_context import PlanningContext

_Place = tuple[str, int, int]
"""Rule, item and turn."""


TEMPLATE = "template"
"""The list that memberships of new accounts come from."""
_NOTHING = Outside()


class Lists:
    """Collects whom lists are for, and makes their changes when all that they need was read.

    Args:
        context: What planner halves may look at.
    """

    def __init__(self, context: PlanningContext) -> None:
        self._context, self._prior = context, context.inputs.prior
        self._asked: list[tuple[ActionList, Subject, tuple[tuple[int, Parameters, str], ...]]] = []
        self._members: dict[tuple[_Place, Group, bool, bool], list[Member]] = defaultdict(list)
        self.changes: list[AnyChange] = []
        self.notices: list[Notice] = []

    def ask(
        self, actions: ActionList, subject: Subject, *, begins: bool, triggers: frozenset[str] = frozenset()
    ) -> None:
        """Ask for a list to be done to an account.

        Args:
            actions: The list.
            subject: The account.
            begins: Whether all of it is to be done, now or later; else only what every run looks at.
            triggers: Digests of the differences that it begins for.
        """
        nightly = actions.rule in NIGHTLY
        now = [(number, item, "") for number, item in actions.standing] if nightly else []
        if begins and (actions.once or not nightly):
            whole = list(enumerate(actions.items))
            begun = policy_start(actions, whole, subject, self._context.inputs, triggers)
            self.changes.append(begun)
            now = [(number, item, step_id(begun.course, number)) for number, item in whole if not item.delay]
        self._asked.append((actions, subject, tuple(now)))

    def ask_for(self, actions: ActionList, subject: Subject, due: tuple[tuple[int, Parameters, str], ...]) -> None:
        """Ask for some actions of a list: place, action, and the step that they settle."""
        self._asked.append((actions, subject, due))

    def begin(self, actions: ActionList, subject: Subject) -> None:
        """Begin a list for an account that the plan creates: all of it is done when the account is there."""
        self.changes.append(policy_start(actions, list(enumerate(actions.items)), subject, self._context.inputs))

    def join(self, group: Group, person: str) -> None:
        """Ask for a membership that the template gives an account which the plan creates."""
        self._members[(TEMPLATE, 0, 0), group, True, True].append(Member(person=person))

    def wanted(self) -> Wanted:
        """What has to be looked up, and for which accounts, before the changes can be made."""
        accounts: dict[Need, set[str]] = defaultdict(set)
        paths, scripts, photos = set[str](), set[str](), set[str]()
        for actions, subject, items in self._asked:
            for _, item, _ in items:
                for need in item.looks_up():
                    accounts[need].add(subject.account.guid)
                self._context.look(item.action, actions.templates)
                paths |= self._named(item.paths, subject)
                photos |= self._named(item.photos, subject)
                scripts |= set(item.scripts())
        return Wanted(
            {need: frozenset(guids) for need, guids in accounts.items()},
            frozenset(paths),
            frozenset(scripts),
            lost_mailboxes={
                guid: (lost.exchange_guid, lost.database)
                for guid in accounts.get(Need.LOST_MAILBOX, ())
                if (lost := self._prior.mailboxes.get(guid))
            },
            photos=frozenset(photos),
        )

    def _named(self, names: Callable[[Subject, Sight], tuple[str, ...]], subject: Subject) -> set[str]:
        """Folders or photos that planning an action looks at; a fault in their texts is told when it is planned."""
        try:
            return set(names(subject, self._context))
        except RefusalError:
            return set()

    def expand(self, outside: Outside) -> frozenset[str]:
        """Make all changes; answers the steps for which nothing is left to do."""
        self._context.outside = outside
        idle: set[str] = set()
        for actions, subject, items in self._asked:
            for number, item, step in items:
                self._context.look(item.action, actions.templates)
                try:
                    planned = self._planned(item, subject)
                except RefusalError as error:
                    self.notices.append(Notice(subject.name, error.reason, error.about))
                    if item.continue_on_error:
                        continue
                    break
                if step and all(isinstance(one, Notice) for one in planned):
                    idle.add(step)
                self._keep(planned, (actions.rule, number), subject, item, step)
        self.changes += self._group_changes()
        return frozenset(idle)

    def _planned(self, item: Parameters, subject: Subject) -> list[Change | Membership | Notice]:
        return list(item.changes(subject, self._context)) if self._context.applies(item, subject) else []

    def _keep(
        self,
        planned: list[Change | Membership | Notice],
        place: tuple[str, int],
        subject: Subject,
        item: Parameters,
        step: str,
    ) -> None:
        for turn, one in enumerate(planned):
            if isinstance(one, Notice):
                self.notices.append(one)
            elif isinstance(one, Membership):
                key = ((*place, one.turn), one.group, one.joins, item.continue_on_error)
                granted = not one.joins and one.group.guid in self._context.granted(subject.account)
                self._members[key].append(Member(account=subject.account.guid, step=step, granted=granted))
            else:
                rule, number = place
                listed = Listed(
                    rule=rule, item=number, turn=turn, continue_on_error=item.continue_on_error, step=step
                )  # fmt: skip
                self.changes.append(cast("AnyChange", one.model_copy(update={"listed": listed})))

    def _group_changes(self) -> Iterator[AnyChange]:
        """One change a group and batch of an item."""
        for (place, group, joins, goes_on), members in self._members.items():
            rule, item, turn = place
            kind = AddToGroup if joins else RemoveFromGroup
            ordered = sorted(members, key=lambda member: (member.account, member.person))
            for start in range(0, len(ordered), BATCH):
                yield kind(
                    cause=Cause.GROUP_RULE, rule=rule,
                    listed=Listed(rule=rule, item=item, turn=turn, continue_on_error=goes_on),
                    group=group.guid, group_dn=group.dn,
                    members=tuple(ordered[start : start + BATCH]),
                )  # fmt: skip


def policy_start(
    actions: ActionList, items: Sequence[tuple[int, Parameters]], subject: Subject, inputs: PlanInputs,
    triggers: frozenset[str] = frozenset(),
) -> BeginPolicy:  # fmt: skip
    """The change that notes what waits of a list.

    Args:
        actions: The list.
        items: What waits, by its place in it.
        subject: The account; one that the plan creates has no GUID, and counts by its person.
        inputs: Whose lists they are, and how often this one has begun.
        triggers: Digests of the differences that it begins for.
    """
    who = subject.account.guid or subject.key
    count = inputs.prior.courses.get((who, actions.rule), 0)
    name = f"{inputs.directory} {inputs.policy.automation} {who} {actions.rule} {count}"
    return BeginPolicy(
        **subject.told(),
        listed=Listed(rule=actions.rule, item=0),
        course=hashlib.sha256(name.encode()).hexdigest()[:24],
        waiting=tuple(
            Waiting(item=number, action=item.action, after=item.after or "", parameters=parameters_text(item))
            for number, item in items
        ),
        triggers=tuple(sorted(triggers)),
    )


@dataclass(slots=True)
class Draft:
    """A plan whose lists of actions are still to be made into changes: what they look up elsewhere is known.

    Args:
        lists: Whom they are for.
        plan: Everything else, in no order yet.
    """

    lists: Lists
    plan: Plan

    @property
    def wanted(self) -> Wanted:
        """What has to be looked up, and for which accounts."""
        return self.lists.wanted()

    def finished(self, outside: Outside = _NOTHING) -> Plan:
        """The plan; to be asked once, when all that the lists need was read."""
        idle = self.lists.expand(outside)
        return self.plan.model_copy(
            update={
                "changes": tuple(sorted((*self.plan.changes, *self.lists.changes), key=order)),
                "notices": tuple(sorted({*self.plan.notices, *self.lists.notices})),
                "idle_steps": tuple(sorted(idle)),
            }
        )


def order(change: Change) -> tuple[int, int, int, int, str, str, str]:
    """Where a change stands in a plan: those who leave first, then what records ask for, then the other lists.

    Inside a list the order is the list's own, each action for all accounts; else that of the phases. That a list begins
    comes before the changes that it begins for: a run that is killed behind those finds no reason to begin it any more.
    """
    group = dn.key(change.group_dn) if isinstance(change, AddToGroup | RemoveFromGroup) else ""
    listed = change.listed
    if listed is None:
        return 1, 0, 0, change.phase, group, change.person, change.account
    block = 0 if listed.rule == LEAVERS else 2
    item = listed.item
    if isinstance(change, BeginPolicy):
        block, item = (min(block, 1) if change.account else block), -1
    return block, item, listed.turn, change.phase, group, change.person, change.account
