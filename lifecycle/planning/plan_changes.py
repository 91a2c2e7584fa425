"""The centre: ``plan_changes(people, inputs) -> Plan``. Pure, deterministic, independent of row order.

Planning the result of a plan gives an empty plan.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Cause, Member
from lifecycle.actions.set_reference import SetReference
from lifecycle.actions.sight import Subject
from lifecycle.config.category import Category
from lifecycle.directory import dn
from lifecycle.directory.account import Account, Value
from lifecycle.language.moment import Moment
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import LEAVING, People, Person, Standing
from lifecycle.planning.action_list import JOINERS, LEAVERS, MOVERS, PEOPLE, REHIRES
from lifecycle.planning.correlate import Correlated, correlate
from lifecycle.planning.draft import Draft
from lifecycle.planning.fitting import Fitting, UnfitError
from lifecycle.planning.joiner import create
from lifecycle.planning.late import Late
from lifecycle.planning.lists import Lists
from lifecycle.planning.membership import Memberships
from lifecycle.planning.mover import differences
from lifecycle.planning.names import NameAllocator, UnreadableNameError, remembered_attributes
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.policy_starts import PolicyStarts, triggers_of
from lifecycle.planning.population import population
from lifecycle.planning.protected import Guard
from lifecycle.planning.sight import PlanSight

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
    guard = Guard(policy.managed_ous, view.privileged_guids, view.own_guid, policy.excluded)
    matched = correlate(persons, view.accounts, policy, guard, people.quarantined, is_partial=people.is_partial)
    starts = PolicyStarts(prior, is_partial=people.is_partial)
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
            population=population(view, policy, prior, guard),
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
            policies_ended=starts.ended,
            policy_triggers=starts.remaining,
        ),
    )


class _Planner:
    """Holds what grows while people are walked in the order of their keys."""

    def __init__(self, inputs: PlanInputs, guard: Guard, matched: Correlated, starts: PolicyStarts) -> None:
        view, policy, prior, now = inputs.view, inputs.policy, inputs.prior, inputs.now
        self._view, self._policy, self._prior, self._guard, self._matched = view, policy, prior, guard, matched
        self._starts = starts
        self._fitting = Fitting(view)
        self._late = Late(policy, self._fitting, now)
        self._book = NameAllocator(view, policy.bundles, prior.names, Moment(now, policy.zone))
        self._memberships = Memberships(view.groups, guard, prior)
        self._sight = PlanSight(view, policy, prior, guard, self._fitting, self._book, now)
        self.lists = Lists(self._sight, prior, inputs.directory, policy.automation)
        self._created: set[str] = set()
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
        except UnfitError as error:
            self.notices.append(Notice(person.key, error.reason, error.about))
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
            begins = self._policy.tickets or account.guid not in self._prior.served
            begins = begins and not self._prior.is_under_way(account.guid, PEOPLE)
            self.lists.ask(self._policy.lists[PEOPLE], subject, begins=begins)

    def _modified(self, person: Person, account: Account | None) -> None:
        """For somebody whose account another automation makes and sets aside."""
        if person.standing is Standing.EMPLOYED and account is None:
            self.notices.append(Notice(person.key, Reason.NO_ACCOUNT))
        elif person.standing is Standing.EMPLOYED and account:
            self._mover(person, account)
        elif person.standing in LEAVING and account:
            self._starts.has_left(account)
            self._memberships.unwant(account)

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
        self.changes += self._memberships.changes()
        self.notices += self._memberships.notices()

    def _joiner(self, person: Person) -> None:
        outcome = create(
            person, self._references(person), self._policy, self._book, self._fitting, self._late, self._sight
        )
        if isinstance(outcome, Notice):
            self.notices.append(outcome)
            return
        made, groups = outcome
        self.changes.append(made)
        for group in groups:
            self.lists.join(group, person.key)
        if (joiners := self._policy.lists.get(JOINERS)) and not self._prior.is_under_way(person.key, JOINERS):
            facts = {"person": person.key, "cause": Cause.JOINER, "rule": JOINERS, "ou": person.ou}
            self.changes.append(self.lists.beginning(joiners, list(enumerate(joiners.items)), facts, person.key))
        self._created.add(person.key)
        self._memberships.want(person.groups, person.key, None)
        self._note_debt(person, None)

    def _mover(self, person: Person, account: Account) -> None:
        found = differences(
            person, account, self._references(person), self._policy, self._prior, self._book, self._fitting,
            self._late, adopted=person.key in self._matched.adopted,
        )  # fmt: skip
        for one in found:
            if isinstance(one, Notice):
                self.notices.append(one)
            else:
                self.changes.append(one)
        changes = [one for one in found if not isinstance(one, Notice)]
        triggers = triggers_of(changes, {recipe.attribute for recipe in self._policy.late})
        self._starts.differs(account, triggers)
        if changes:
            self._begin_for(account, person.key, {one.cause for one in changes}, triggers)
        self._memberships.want(person.groups, person.key, account)
        self._note_debt(person, account)

    def _begin_for(self, account: Account, key: str, causes: set[Cause], triggers: frozenset[str]) -> None:
        """Begin the list of rehires or movers, unless it has begun for this coming back, or for all that differs."""
        is_back = Cause.REHIRE in causes
        rule, cause = (REHIRES, Cause.REHIRE) if is_back else (MOVERS, min(causes))
        starts = self._starts
        begins = starts.rehire_begins(account) if is_back else starts.mover_begins(account, triggers)
        if begins and (actions := self._policy.lists.get(rule)):
            subject = Subject(account, key, cause, rule)
            self.lists.ask(actions, subject, begins=True, triggers=starts.triggers(account, triggers))

    def _leaver(self, account: Account, key: str, cause: Cause) -> None:
        if account.guid in self._prior.held:
            self.lifted.add(account.guid)
        self._starts.has_left(account)
        is_in_place = not account.enabled and dn.is_below(account.dn, self._policy.leavers_ou)
        begins = self._starts.leaver_begins(account, is_in_place=is_in_place)
        anchor = str(account.attributes.get(self._policy.anchor, ""))
        subject = Subject(account, key, cause, LEAVERS, called=key or anchor)
        self.lists.ask(self._policy.leavers, subject, begins=begins)

    def _references(self, person: Person) -> dict[str, Value]:
        """Attribute → object, of those whom the person's references name and who have an account already."""
        found = {attribute: self._matched.references.get(key) for attribute, key in person.references.items()}
        return {attribute: self._fitting.reference(attribute, one.guid) for attribute, one in found.items() if one}

    def _note_debt(self, person: Person, account: Account | None) -> None:
        for attribute in sorted({*person.references, *person.unknown} - self._references(person).keys()):
            self._debts.append((person, account, attribute))

    def _place_exists(self, ou: str) -> bool:
        return dn.key(ou) in self._view.containers and self._guard.manages(ou)
