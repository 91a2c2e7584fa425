"""Managers: objects first, references in a second pass, cycles included."""

from __future__ import annotations

from lifecycle.actions.change import Cause, Member
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.set_reference import SetReference
from lifecycle.planning.plan import Plan
from tests.support.world import (
    LEAVERS,
    OUTSIDE,
    actions,
    gone,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
    told,
)


def _set(plan: Plan) -> dict[str, SetReference]:
    return {change.person: change for change in plan.changes if isinstance(change, SetReference)}


def test_a_joiner_gets_a_manager_who_has_an_account_at_once() -> None:
    directory = new_directory()
    boss = new_account(directory, person("2", "Bob"))

    plan = plan_of(people(person("1", manager="2"), person("2", "Bob")), directory)

    assert actions(plan) == ["create-user"]
    assert plan.changes[0].after["manager"] == boss


def test_managers_who_join_too_are_set_after_all_are_there_cycles_included() -> None:
    cycle = (person("1", manager="2"), person("2", "Bob", manager="1"), person("3", "Cid", manager="3"))

    plan = plan_of(people(*cycle), new_directory())

    assert actions(plan) == ["create-user"] * 3 + ["set-reference"] * 3
    assert {key: change.target for key, change in _set(plan).items()} == {
        "1": Member(person="2"),
        "2": Member(person="1"),
        "3": Member(person="3"),
    }
    assert all("manager" not in change.after for change in plan.changes if isinstance(change, CreateUser))
    assert {change.cause for change in _set(plan).values()} == {Cause.JOINER}


def test_an_account_whose_new_manager_joins_keeps_the_old_one_until_then() -> None:
    directory = new_directory()
    old = new_account(directory, person("3", "Cid"))
    guid = new_account(directory, person("1"), manager=old)

    plan = plan_of(people(person("1", manager="2"), person("2", "Bob"), person("3", "Cid")), directory)

    change = _set(plan)["1"]
    assert (change.account, change.cause, change.before) == (guid, Cause.MOVER, {"manager": old})
    assert actions(plan) == ["create-user", "set-reference"]


def test_a_manager_who_changes_is_one_attribute_more() -> None:
    directory = new_directory()
    old, new = new_account(directory, person("2", "Bob")), new_account(directory, person("3", "Cid"))
    new_account(directory, person("1"), manager=old)

    plan = plan_of(people(person("1", manager="3"), person("2", "Bob"), person("3", "Cid")), directory)

    assert [(change.before, change.after) for change in plan.changes] == [({"manager": old}, {"manager": new})]


def test_no_manager_in_the_record_leaves_the_attribute_alone() -> None:
    directory = new_directory()
    boss = new_account(directory, person("2", "Bob"))
    new_account(directory, person("1"), manager=boss)

    assert plan_of(people(person("1"), person("2", "Bob")), directory).changes == ()


def test_a_manager_whom_nobody_knows_is_a_debt() -> None:
    plan = plan_of(people(person("1", manager_unknown=True), person("2", "Bob", manager="9")), new_directory())

    assert actions(plan) == ["create-user", "create-user"]
    assert told(plan) == {("1", "reference-unresolved"), ("2", "reference-unresolved")}


def test_a_manager_who_left_or_is_protected_may_be_referred_to() -> None:
    directory = new_directory()
    left = new_account(directory, person("2", "Bob"), ou=LEAVERS, enabled=False)
    chief = new_account(directory, person("3", "Cid"), ou=OUTSIDE)

    plan = plan_of(
        people(person("1", manager="2"), gone("2"), person("3", "Cid"), person("4", "Dan", manager="3")), directory
    )

    assert {change.person: change.after["manager"] for change in plan.changes} == {"1": left, "4": chief}


def test_a_manager_whose_account_is_somebody_elses_is_a_debt() -> None:
    directory = new_directory()
    new_account(directory, person("9", "Bob"))
    boss = person("2", "Bob", correlate=(("mail", "bob.example@corp.example.test"),))

    plan = plan_of(people(person("1", manager="2"), boss, gone("9")), directory)

    assert told(plan) == {("1", "reference-unresolved"), ("2", "match-conflict")}
    (joined,) = (change for change in plan.changes if isinstance(change, CreateUser))
    assert "manager" not in joined.after
