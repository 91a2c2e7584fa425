"""References to other people, whatever the attribute is called and however many values it holds."""

from __future__ import annotations

from dataclasses import replace

from lifecycle.actions.change import Member
from lifecycle.actions.set_reference import SetReference
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import Person
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_changes import plan_changes
from lifecycle.planning.plan_inputs import PlanInputs
from tests.support.memory_directory import MemoryDirectory
from tests.support.world import (
    ATTRIBUTES,
    NOW,
    POLICY,
    PriorState,
    new_account,
    new_directory,
    people,
    person,
)


def planned(directory: MemoryDirectory, *persons: Person) -> Plan:
    view = directory.view((*ATTRIBUTES, "assistant", "secretary"))
    return plan_changes(people(*persons), PlanInputs(view, POLICY, PriorState(), directory.identity(), NOW))


def naming(one: Person, **references: str) -> Person:
    return replace(one, references=references)


def test_each_reference_is_resolved_by_itself() -> None:
    directory = new_directory()
    bob = new_account(directory, person("2", "Bob"))

    plan = planned(
        directory,
        replace(naming(person("1"), manager="2", assistant="3", secretary="2"), unknown=frozenset({"seeAlso"})),
        person("2", "Bob"), person("3", "Cid"),
    )  # fmt: skip

    made = {change.person: change for change in plan.changes if not isinstance(change, SetReference)}
    assert {name: made["1"].after.get(name) for name in ("manager", "assistant", "secretary")} == {
        "manager": bob, "assistant": None, "secretary": (bob,),
    }  # fmt: skip
    (later,) = (change for change in plan.changes if isinstance(change, SetReference))
    assert (later.person, later.attribute, later.target, later.rule) == (
        "1",
        "assistant",
        Member(person="3"),
        "assistant",
    )
    assert plan.notices == (Notice("1", Reason.REFERENCE_UNRESOLVED, "seeAlso"),)


def test_a_reference_of_several_values_that_names_the_person_already_is_left_alone() -> None:
    directory = new_directory()
    bob = new_account(directory, person("2", "Bob"))
    new_account(directory, person("1"), secretary=(bob,))

    assert planned(directory, naming(person("1"), secretary="2"), person("2", "Bob")).changes == ()
