"""The centre: ``plan_changes(people, inputs) -> Plan``. Pure, deterministic, independent of row order.

Planning the result of a plan gives an empty plan.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Cause, Member
from lifecycle.actions.outside import RefusalError
from lifecycle.actions.set_reference import SetReference
from lifecycle.actions.sight import Subject
from lifecycle.config.category import Category
from lifecycle.directory import dn
from lifecycle.directory.account import Account
from lifecycle.language.moment import Moment
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import LEAVING, People, Person, Standing
from lifecycle.planning.action_list import JOINERS, LEAVERS, PEOPLE
from lifecycle.planning.correlate import Correlated, correlate
from lifecycle.planning.desired_account import (
    CoercionError,
    DesiredAccount,
    DesiredAccounts,
    NameExhaustedError,
    SchemaCoercion,
    account_to_be,
)
from lifecycle.planning.differences import DesiredGroups, creation, differences, membership_differences
from lifecycle.planning.lists import Draft, Lists
from lifecycle.planning.managed_accounts import Guard, guard_of, population
from lifecycle.planning.names import NameAllocator, UnreadableNameError, remembered_attributes
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.planning_context import PlanningContext
from lifecycle.planning.policy_starts import PolicyStarts

_CAUSES = {
    Standing.INACTIVE: Cause.LEAVER_INACTIVE,
    Standing.ENDED: Cause.LEAVER_ENDED,
    Standing.OUT_OF_SCOPE: Cause.LEAVER_OUT_OF_SCOPE,
}


def plan_changes(people: People, inputs: PlanInputs) -> Plan:
    """List every change that makes the directory true to the people.

    Args:
        people: A complete, validated, mapped read; or some people, and said so: nobody is taken for gone then, no
            account is adopted, and references stay as they are. What is incomplete otherwise must never come here.
        inputs: Everything else.
    """
    return draft_plan(people, inputs).finished()


def draft_plan(people: People, inputs: PlanInputs) -> Draft:
    """The first half of :func:`plan_changes`: after it, what lists of actions look up elsewhere is known."""
    view, policy, prior = inputs.view, inputs.policy, inputs.prior
    persons = sorted(people.persons, key=lambda person: person.key)
    guard = guard_of(inputs)
    matched = correlate(persons, view.accounts, policy, guard, people.quarantined, is_partial=people.is_partial)
    starts = PolicyStarts(inputs, is_partial=people.is_partial)
    planner = _Planner(inputs, guard, matched, starts)
    if people.is_partial:  # whom a reference names cannot be told from some people
        persons = [replace(person, references={}, unknown=frozenset()) for person in persons]
    for person in persons:
        if person.key not in matched.untouchable:
            planner.person(person)
    absent = planner.gone(persons, people) if policy.category is Category.LIFECYCLE else set[str]()
    planner.second_pass()
    return Draft(
        planner.lists,
        Plan(
            automation=policy.automation,
            directory=inputs.directory,
            created_at=inputs.now,
            changes=tuple(planner.changes),
            notices=tuple({*people.notices, *matched.notices, *planner.notices}),
            population=population(inputs, guard),
            absent=tuple(sorted(absent)),
            people=len(persons),
            returned=tuple(
                sorted(
                    one.guid
                    for one in view.accounts
                    if one.enabled and (one.guid in prior.departures or one.guid in prior.held)
                )
            ),
            lapsed=tuple(
                sorted(
                    (one.guid, group)
                    for one in view.accounts
                    for group in prior.grants.get(one.guid, frozenset()) - one.group_guids
                )
            ),
            remembered=remembered_attributes(policy.bundles),
            released=tuple(sorted(planner.released(persons, people))),
            lifted=tuple(sorted(planner.lifted)),
            tickets=tuple(planner.tickets(persons, people)) if policy.tickets else (),
            policies_ended=tuple(sorted(starts.ended)),
            policy_triggers=tuple(sorted(starts.remaining.items())),
        ),
    )


class _Planner:
    """Holds what grows while people are walked in the order of their keys."""

    def __init__(self, inputs: PlanInputs, guard: Guard, matched: Correlated, starts: PolicyStarts) -> None:
        view, policy = inputs.view, inputs.policy
        self._inputs, self._view, self._policy, self._prior = inputs, view, policy, inputs.prior
        self._guard, self._matched, self._starts = guard, matched, starts
        self._coercion = SchemaCoercion(view)
        names = NameAllocator(view, policy.bundles, inputs.prior.names, Moment(inputs.now, policy.zone))
        context = PlanningContext(inputs, guard, self._coercion, names)
        self._desired = DesiredAccounts(inputs, self._coercion, names, matched.references, context.fill_template)
        self.lists = Lists(context)
        self._created: set[str] = set()
        self._groups: list[DesiredGroups] = []
        self._debts: list[tuple[Person, Account | None, str]] = []
        self.changes: list[AnyChange] = []
        self.notices: list[Notice] = []
        self.lifted: set[str] = set()
        self.meant: set[str] = set()
        """Accounts whose person is in the source, for a user-actions."""

    def person(self, person: Person) -> None:
        """Plan for one person who may be touched: all that their record asks for, or nothing."""
        account = self._matched.accounts.get(person.key)
        try:
            match self._policy.category:
                case Category.LIFECYCLE:
                    self._lived(person, account)
                case Category.CREATION:
                    self._made(person, account)
                case Category.MODIFICATION:
                    self._modified(person, account)
                case Category.ACTIONS:
                    self._served(person, account)
        except (CoercionError, RefusalError) as error:
            self.notices.append(Notice(person.key, error.reason, error.about))
        except NameExhaustedError as error:
            self.notices.append(Notice(person.key, Reason.NAME_EXHAUSTED, error.about))
        except UnreadableNameError as error:
            self.notices.append(Notice(person.key, Reason.FIELD_UNREADABLE, error.about))

    def _made(self, person: Person, account: Account | None) -> None:
        """For somebody who needs an account; one that is there is left as it is."""
        if account is None and person.standing not in LEAVING:
            self._lived(person, None)

    def _served(self, person: Person, account: Account | None) -> None:
        """For somebody whose account gets a list of actions, once for as long as the record is in the source."""
        if account and person.standing not in LEAVING:
            self.meant.add(account.guid)
        if person.standing is Standing.NOT_STARTED:
            self.notices.append(Notice(person.key, Reason.NOT_STARTED))
        elif person.standing is Standing.EMPLOYED and account is None:
            self.notices.append(Notice(person.key, Reason.NO_ACCOUNT))
        elif person.standing is Standing.EMPLOYED and account:
            subject = Subject(account, person.key, Cause.LISTED, PEOPLE)
            self.lists.ask(self._policy.lists[PEOPLE], subject, begins=self._starts.is_listed(account))

    def _modified(self, person: Person, account: Account | None) -> None:
        """For somebody whose account another automation makes and sets aside."""
        if person.standing is Standing.EMPLOYED and account is None:
            self.notices.append(Notice(person.key, Reason.NO_ACCOUNT))
        elif person.standing is Standing.EMPLOYED and account:
            self._mover(person, account)
        elif person.standing in LEAVING and account:
            self._starts.has_left(account)
            self._groups.append(DesiredGroups(person.key, account, {}))

    def _lived(self, person: Person, account: Account | None) -> None:
        if account and person.standing not in LEAVING:
            self._starts.works_here(account)
        if person.standing in LEAVING:
            if account:
                self._leaver(account, person.key, _CAUSES[person.standing])
        elif person.standing is Standing.NOT_STARTED:
            self.notices.append(Notice(person.key, Reason.NOT_STARTED))
        elif not self._place_exists(person.ou):
            self.notices.append(Notice(person.key, Reason.PLACE_MISSING, "no such OU, or not managed"))
        elif account is None:
            self._joiner(person)
        else:
            self._mover(person, account)

    def gone(self, persons: list[Person], people: People) -> set[str]:
        """Plan for accounts whose person is in no record; answers the anchors that are absent.

        A record without a primary key or an anchor may be anybody: while there is one, absence proves nothing, and
        this run is none of those in a row that count. Where only some people were asked for, nobody is absent at all.
        """
        if people.is_partial:
            return set()
        known = {person.anchor.casefold() for person in persons} | {one.casefold() for one in people.quarantined}
        nameless = any(notice.reason is Reason.KEY_EMPTY for notice in people.notices)
        anchored = [(str(one.attributes.get(self._policy.anchor, "")), one) for one in self._view.accounts]
        holders = Counter(anchor.casefold() for anchor, _ in anchored)
        absent = set()
        for anchor, account in sorted(anchored, key=lambda pair: (pair[0], pair[1].guid)):
            if not anchor or anchor.casefold() in known or self._guard.reason(account):
                continue
            absent.add(anchor)
            runs, enough = self._prior.absences.get(anchor, 0) + 1, self._policy.absent_runs
            if holders[anchor.casefold()] > 1:
                about = f"{self._policy.anchor}: {holders[anchor.casefold()]} accounts"
                self.notices.append(Notice(anchor, Reason.MATCH_AMBIGUOUS, about))
            elif runs >= enough and not nameless:
                self._leaver(account, "", Cause.LEAVER_ABSENT)
            elif account.enabled or not dn.is_below(account.dn, self._policy.leavers_ou):
                about = "a record without a key may be this person" if nameless else f"{runs} of {enough} complete runs"
                self.notices.append(Notice(anchor, Reason.ABSENT_PENDING, about))
        return set() if nameless else absent

    def tickets(self, persons: list[Person], people: People) -> list[tuple[str, str]]:
        """Every ticket in hand, with the account that it is about."""
        keys = {person.key for person in persons if person.standing is Standing.EMPLOYED}
        keys |= {notice.key for notice in people.notices if notice.key}
        accounts = self._matched.accounts
        return [(key, accounts[key].guid if key in accounts else "") for key in sorted(keys)]

    def released(self, persons: list[Person], people: People) -> set[str]:
        """Accounts that had been served and that no record is about any more: who comes again is served again.

        A record that was quarantined may be about an account without an anchor; one without a key, about any.
        """
        uncertain = people.is_partial or self._policy.tickets
        if uncertain or any(notice.reason is Reason.KEY_EMPTY for notice in people.notices):
            return set()
        staying = {person.anchor.casefold() for person in persons if person.standing not in LEAVING}
        staying |= {anchor.casefold() for anchor in people.quarantined}
        doubtful = bool(people.quarantined or self._matched.untouchable)
        kept = set(self.meant)
        for account in self._view.accounts:
            anchor = str(account.attributes.get(self._policy.anchor, "")).casefold()
            if anchor in staying or (not anchor and doubtful):
                kept.add(account.guid)
        return set(self._prior.served) - kept

    def second_pass(self) -> None:
        """References to accounts that the plan creates, and memberships."""
        for person, account, attribute in self._debts:
            target = person.references.get(attribute, "")
            if target in self._created:
                self.changes.append(
                    SetReference(
                        person=person.key, account=account.guid if account else "",
                        cause=Cause.MOVER if account else Cause.JOINER,
                        rule=attribute, attribute=attribute, target=Member(person=target), ou=person.ou,
                        before={attribute: account.attributes.get(attribute) if account else None},
                    )
                )  # fmt: skip
            else:
                self.notices.append(Notice(person.key, Reason.REFERENCE_UNRESOLVED, attribute))
        changes, notices = membership_differences(self._groups, self._inputs, self._guard)
        self.changes += changes
        self.notices += notices

    def _joiner(self, person: Person) -> None:
        desired = self._desired.of_new(person)
        self.changes.append(creation(person, desired, self._policy))
        for group in desired.groups:
            self.lists.join(group, person.key)
        if (joiners := self._policy.lists.get(JOINERS)) and self._starts.joins(person.key):
            account = account_to_be(str(desired.dn), desired.values)
            self.lists.begin(joiners, Subject(account, person.key, Cause.JOINER, JOINERS))
        self._created.add(person.key)
        self._follow(person, None, desired)

    def _mover(self, person: Person, account: Account) -> None:
        desired = self._desired.of_present(person, account)
        is_adopted = person.key in self._matched.adopted
        found = differences(person, account, desired, self._coercion, self._inputs, is_adopted=is_adopted)
        changes = [one for one in found if not isinstance(one, Notice)]
        self.changes += changes
        self.notices += [one for one in found if isinstance(one, Notice)]
        start = self._starts.differs(account, changes)
        if start and (actions := self._policy.lists.get(start.rule)):
            subject = Subject(account, person.key, start.cause, start.rule)
            self.lists.ask(actions, subject, begins=True, triggers=start.triggers)
        self._follow(person, account, desired)

    def _follow(self, person: Person, account: Account | None, desired: DesiredAccount) -> None:
        """Note what is looked at when everybody has been planned for."""
        self._groups.append(DesiredGroups(person.key, account, person.groups))
        self._debts += [(person, account, attribute) for attribute in desired.unresolved]

    def _leaver(self, account: Account, key: str, cause: Cause) -> None:
        if account.guid in self._prior.held:
            self.lifted.add(account.guid)
        anchor = str(account.attributes.get(self._policy.anchor, ""))
        subject = Subject(account, key, cause, LEAVERS, called=key or anchor)
        self.lists.ask(self._policy.leavers, subject, begins=self._starts.has_left(account))

    def _place_exists(self, ou: str) -> bool:
        return dn.key(ou) in self._view.containers and self._guard.manages(ou)
