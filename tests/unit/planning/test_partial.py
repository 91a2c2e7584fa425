"""Some people alone: what the full plan has for them, and nothing about anybody else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.actions.change import Change
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.actions.set_reference import SetReference
from lifecycle.config.category import Category
from lifecycle.directory.account import DirectoryView
from lifecycle.people.person import People, Person, Standing
from lifecycle.planning.plan import Plan
from lifecycle.planning.prior_state import PriorState
from tests.support.scenarios import KEYS, Scenario, scenarios
from tests.support.world import (
    ALL_STAFF,
    POLICY,
    actions,
    gone,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
    told,
    view_of,
    with_lists,
)

UNDECIDED = {
    "match-unproven",
    "match-conflict",
    "match-ambiguous",
    "match-protected",
    "exists-already",
    "exists-refused",
}
"""Where a rule finds an account, a run for some people leaves it, and the person, to one for all."""


def some(*persons: Person, quarantined: Iterable[str] = ()) -> People:
    """A read of these people alone."""
    return replace(people(*persons, quarantined=quarantined), is_partial=True)


def _told_apart(scenario: Scenario) -> People:
    """The scenario's people, each with a name and an anchor that nobody else has."""
    return replace(
        scenario.people,
        persons=tuple(
            replace(
                one,
                anchor=one.key,
                fields={**one.fields, "u.last": f"Only{one.key}"},
                **{
                    kind: {**getattr(one, kind), "employeeID": one.key}
                    for kind in ("create", "update")
                    if getattr(one, kind)
                },
            )
            for one in scenario.people.persons
        ),
    )


def _only(everybody: People, keys: Collection[str]) -> People:
    return replace(everybody, persons=tuple(one for one in everybody.persons if one.key in keys), is_partial=True)


def _of(plan: Plan, keys: Collection[str], view: DirectoryView) -> set[str]:
    """What a plan has for some people, without references; memberships one by one."""
    theirs = {one.guid for one in view.accounts if one.attributes.get("employeeID") in keys}
    return {text for change in plan.changes for text in _said(change, keys, theirs)}


def _said(change: Change, keys: Collection[str], theirs: set[str]) -> Iterator[str]:
    if isinstance(change, SetReference):
        return
    if isinstance(change, AddToGroup | RemoveFromGroup):
        for member in change.members:
            if member.person in keys or member.account in theirs:
                yield f"{change.action} {change.group} {change.rule} {change.cause} {member!r}"
    elif change.person in keys:
        before, after = ({k: v for k, v in part.items() if k != "manager"} for part in (change.before, change.after))
        if after:
            yield f"{change.model_copy(update={'before': before, 'after': after})!r}"


@given(scenario=scenarios(), data=st.data())
def test_some_people_get_what_the_full_plan_has_for_them(scenario: Scenario, data: st.DataObject) -> None:
    everybody = _told_apart(scenario)
    chosen = data.draw(st.sets(st.sampled_from(KEYS)))
    partial = _only(everybody, chosen)
    view = view_of(scenario.directory, scenario.policy)

    whole = plan_of(everybody, scenario.directory, scenario.policy, scenario.prior)
    plan = plan_of(partial, scenario.directory, scenario.policy, scenario.prior)

    undecided = {notice.key for notice in plan.notices if notice.reason.value in UNDECIDED}
    shared = {notice.key for notice in whole.notices if notice.reason.value == "match-shared"}
    keys = chosen & {one.key for one in everybody.persons} - undecided - shared
    assert _of(plan, keys, view) == _of(whole, keys, view)
    assert not [change for change in plan.changes if change.person in undecided]


@given(scenario=scenarios(), data=st.data())
def test_nobody_else_is_touched_or_missed(scenario: Scenario, data: st.DataObject) -> None:
    everybody = _told_apart(scenario)
    keys = data.draw(st.sets(st.sampled_from(KEYS)))
    view = view_of(scenario.directory, scenario.policy)
    theirs = {one.guid for one in view.accounts if one.attributes.get("employeeID") in keys}

    plan = plan_of(_only(everybody, keys), scenario.directory, scenario.policy, scenario.prior)

    touched = {change.account for change in plan.changes if change.account}
    touched |= {member.account for change in plan.changes for member in getattr(change, "members", ())}
    assert touched <= theirs | {""}
    assert {change.person for change in plan.changes} <= keys | {""}
    assert not plan.absent
    assert not plan.released
    assert not {code for _, code in told(plan)} & {"absent-pending", "reference-unresolved"}


@pytest.mark.parametrize("asked", [(), (person("2", "Bob"),)])
def test_who_was_not_asked_for_is_not_gone_however_often_they_were_missed(asked: tuple[Person, ...]) -> None:
    directory = new_directory()
    new_account(directory, person("1"))

    plan = plan_of(some(*asked), directory, replace(POLICY, absent_runs=1), PriorState(absences={"1": 9}))

    assert actions(plan) == ["create-user"] * len(asked)
    assert plan.absent == ()


@pytest.mark.parametrize("standing", [Standing.INACTIVE, Standing.ENDED, Standing.OUT_OF_SCOPE])
def test_who_left_by_their_record_is_a_leaver(standing: Standing) -> None:
    directory = new_directory()
    new_account(directory, person("1"))

    assert actions(plan_of(some(gone("1", standing)), directory)) == ["disable-user", "move-user"]


@pytest.mark.parametrize("reference", [{"manager": "2"}, {"manager_unknown": True}, {}])
def test_a_manager_stays_whatever_the_record_says(reference: dict[str, object]) -> None:
    directory = new_directory()
    boss = new_account(directory, person("9", "Bea"))
    guid = new_account(directory, person("1"), manager=boss)

    plan = plan_of(some(person("1", title="Clerk", **reference), person("2", "Bob")), directory)

    assert [(change.account, dict(change.after)) for change in plan.changes if change.account] == [
        (guid, {"title": "Clerk"})
    ]
    assert told(plan) == set()


def test_an_account_without_an_anchor_is_left_to_a_run_for_all() -> None:
    """Somebody else may have the same address in HaloITSM: a run for all would see both and leave it."""
    directory = new_directory()
    new_account(directory, person("1"), employeeID=None)
    one = person("1", correlate=(("mail", "ann.example@corp.example.test"),))

    assert actions(plan_of(people(one), directory)) == ["modify-user"]
    plan = plan_of(some(one), directory)

    assert (actions(plan), told(plan)) == ([], {("1", "match-unproven")})


def test_names_are_unique_in_the_whole_directory() -> None:
    directory = new_directory()
    new_account(directory, person("1"))

    (made,) = plan_of(some(person("2")), directory).changes

    assert (made.after["sAMAccountName"], made.after["userPrincipalName"]) == (
        "annexample",
        "ann.example2@corp.example.test",
    )


def test_memberships_of_others_stay() -> None:
    directory = new_directory()
    mine, others = new_account(directory, person("1")), new_account(directory, person("2", "Bob"))
    for members in directory.members.values():
        members |= {mine, others}
    given = frozenset(directory.members)

    plan = plan_of(
        some(person("1", groups={ALL_STAFF: "groups.0"})),
        directory,
        prior=PriorState(grants={mine: given, others: given}),
    )

    assert actions(plan) == ["remove-from-group"] * 2
    assert {member.account for change in plan.changes for member in change.members} == {mine}


def test_who_was_served_stays_served() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))
    policy = replace(with_lists(people=[{"action": "disable-user"}]), category=Category.ACTIONS)
    prior = PriorState(served=frozenset({guid}))

    assert plan_of(people(person("2", "Bob")), directory, policy, prior).released == (guid,)
    assert plan_of(some(person("2", "Bob")), directory, policy, prior).released == ()
