"""A user-modification: attributes, references and memberships of accounts that exist, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lifecycle.config.category import Category
from lifecycle.people.person import Person, Standing
from lifecycle.planning.prior_state import PriorState
from tests.support.memory_directory import MemoryDirectory
from tests.support.world import (
    ALL_STAFF,
    LAB,
    LEAVERS,
    NOW,
    POLICY,
    WARD_GROUP,
    actions,
    gone,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
    told,
)

PHONES = replace(POLICY, automation="phones", category=Category.MODIFICATION, bundles=(), leavers_ou="", absent_runs=1)


def phone(key: str, **said: object) -> Person:
    """What a telephone system knows of somebody."""
    texts = {"employeeID": key, "title": "ext. 7"}
    return Person(key, Standing.EMPLOYED, key, create=texts, update=texts, fields={"u.first": "", "u.last": ""}, **said)


def staffed(*keys: str, **changes: object) -> MemoryDirectory:
    directory = new_directory()
    for key in keys:
        new_account(directory, person(key, f"Ann{key}"), **changes)
    return directory


def test_attributes_are_changed_and_nothing_else() -> None:
    directory = staffed("1", ou=LAB)

    plan = plan_of(people(phone("1")), directory, PHONES)

    assert [(change.action, dict(change.after)) for change in plan.changes] == [("modify-user", {"title": "ext. 7"})]
    assert plan.notices == ()


def test_nobody_gets_an_account() -> None:
    plan = plan_of(people(phone("1", groups={ALL_STAFF: "groups.0"}), phone("2")), staffed("2"), PHONES)

    assert actions(plan) == ["modify-user"]
    assert told(plan) == {("1", "no-account")}


@pytest.mark.parametrize("standing", [*Standing])
def test_nobody_is_disabled_moved_or_enabled(standing: Standing) -> None:
    for changes in ({}, {"enabled": False}, {"ou": LEAVERS, "enabled": False}):
        directory = staffed("1", **changes)
        (guid,) = directory.users

        plan = plan_of(
            people(replace(phone("1"), standing=standing)), directory, PHONES, PriorState(departures={guid: NOW})
        )

        assert actions(plan) == (["modify-user"] if standing is Standing.EMPLOYED else [])
        assert plan.notices == ()


@pytest.mark.parametrize("persons", [(), (phone("1"),), (gone("1"),)])
def test_absence_means_nothing(persons: tuple[Person, ...]) -> None:
    directory = staffed("1", "2", "3")

    plan = plan_of(people(*persons), directory, PHONES, PriorState(absences={"1": 9, "2": 9, "3": 9}))

    assert set(actions(plan)) <= {"modify-user"}
    assert (plan.absent, plan.notices) == ((), ())


def test_the_anchor_finds_the_account_and_is_never_written() -> None:
    directory = staffed("1", employeeID=None)
    staffed_guid = next(iter(directory.users))
    directory.users[staffed_guid].attributes["mail"] = "ann@x"

    plan = plan_of(people(phone("1", correlate=(("mail", "ann@x"),))), directory, PHONES)

    assert [dict(change.after) for change in plan.changes] == [{"title": "ext. 7"}]


def test_memberships_by_rule_come_and_go() -> None:
    directory = staffed("1", "2", "3")
    groups = {group.dn: guid for guid, group in directory.group_objects.items()}
    granted = {}
    for guid in directory.users:
        directory.members[groups[WARD_GROUP]].add(guid)
        granted[guid] = frozenset({groups[WARD_GROUP]})

    plan = plan_of(
        people(phone("1", groups={ALL_STAFF: "groups.0"}), gone("2")), directory, PHONES, PriorState(grants=granted)
    )

    (removed,) = (change for change in plan.changes if change.action == "remove-from-group")
    assert {member.account for member in removed.members} == {
        user.guid for key in "12" for user in directory.by_anchor(key)
    }
    assert [change.group for change in plan.changes if change.action == "add-to-group"] == [groups[ALL_STAFF]]


def test_a_reference_is_set_to_an_account_that_exists() -> None:
    directory = staffed("1", "2")
    (boss,) = directory.by_anchor("2")

    plan = plan_of(people(phone("1", references={"manager": "2"}), phone("2")), directory, PHONES)

    assert {change.person: change.after.get("manager") for change in plan.changes} == {"1": boss.guid, "2": None}
