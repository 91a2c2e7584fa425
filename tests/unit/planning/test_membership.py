"""Groups by rule: given, taken back, and what was given by hand left alone."""

from __future__ import annotations

import pytest

from lifecycle.actions import group_members
from lifecycle.actions.change import Member
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.planning import differences
from lifecycle.planning.plan import Plan
from lifecycle.planning.prior_state import PriorState
from tests.support.memory_directory import MemoryDirectory
from tests.support.world import (
    ALL_STAFF,
    GROUPS,
    LAB_GROUP,
    OUTSIDE,
    WARD_GROUP,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
    told,
)


def _changes(plan: Plan) -> list[tuple[str, str, str, tuple[Member, ...]]]:
    return [
        (change.action, change.group_dn, change.rule, change.members)
        for change in plan.changes
        if isinstance(change, AddToGroup | RemoveFromGroup)
    ]


def _group(directory: MemoryDirectory, name: str) -> str:
    return next(group.guid for group in directory.group_objects.values() if group.dn == name)


def test_members_are_added_in_one_change_a_group() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))
    everybody = {ALL_STAFF: "groups.0"}

    plan = plan_of(
        people(person("1", groups=everybody), person("2", "Bob", groups=everybody | {WARD_GROUP: "groups.1"})),
        directory,
    )

    assert _changes(plan) == [
        ("add-to-group", ALL_STAFF, "groups.0", (Member(person="2"), Member(account=guid))),
        ("add-to-group", WARD_GROUP, "groups.1", (Member(person="2"),)),
    ]


def test_who_is_a_member_already_is_not_added() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))
    directory.members[_group(directory, ALL_STAFF)].add(guid)

    assert plan_of(people(person("1", groups={ALL_STAFF: "groups.0"})), directory).changes == ()


def test_who_has_the_group_as_primary_group_is_a_member_already() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))
    group = directory.group_objects[_group(directory, ALL_STAFF)]
    directory.users[guid].primary_group_rid = group.rid

    assert plan_of(people(person("1", groups={ALL_STAFF: "groups.0"})), directory).changes == ()


def test_a_membership_by_rule_is_taken_back_and_one_by_hand_is_left() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))
    for name in (ALL_STAFF, WARD_GROUP, LAB_GROUP):
        directory.members[_group(directory, name)].add(guid)
    prior = PriorState(grants={guid: frozenset({_group(directory, ALL_STAFF), _group(directory, WARD_GROUP)})})

    plan = plan_of(people(person("1", groups={ALL_STAFF: "groups.0"})), directory, prior=prior)

    assert _changes(plan) == [("remove-from-group", WARD_GROUP, "", (Member(granted=True, account=guid),))]


def test_nothing_is_taken_back_while_a_rule_names_a_group_that_is_not_there() -> None:
    """A group that somebody renamed is missing under its old name: its members are to stay in it."""
    directory = new_directory()
    guid = new_account(directory, person("1"))
    group = _group(directory, WARD_GROUP)
    directory.members[group].add(guid)
    renamed = f"CN=Ward as it was called before,{GROUPS}"
    prior = PriorState(grants={guid: frozenset({group})})

    plan = plan_of(people(person("1", groups={renamed: "groups.1"})), directory, prior=prior)

    assert plan.changes == ()
    assert told(plan) == {("", "group-missing")}


def test_a_membership_that_is_no_more_is_not_taken_back_but_named_as_lapsed() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))
    group = _group(directory, ALL_STAFF)

    plan = plan_of(people(person("1")), directory, prior=PriorState(grants={guid: frozenset({group})}))

    assert plan.changes == ()
    assert plan.lapsed == ((guid, group),)


@pytest.mark.parametrize("second", [ALL_STAFF.lower(), ALL_STAFF.replace(",", ", ")])
def test_two_spellings_of_one_group_give_one_membership(second: str) -> None:
    groups = {ALL_STAFF: "groups.0", second: "groups.1"}

    plan = plan_of(people(person("1", groups=groups)), new_directory())

    assert _changes(plan) == [("add-to-group", ALL_STAFF, "groups.0", (Member(person="1"),))]


def test_two_rules_for_one_group_are_told_apart() -> None:
    plan = plan_of(
        people(
            person("1", groups={ALL_STAFF: "groups.0"}),
            person("2", "Bob", groups={ALL_STAFF: "groups.1"}),
        ),
        new_directory(),
    )

    assert _changes(plan) == [
        ("add-to-group", ALL_STAFF, "groups.0", (Member(person="1"),)),
        ("add-to-group", ALL_STAFF, "groups.1", (Member(person="2"),)),
    ]


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        (f"CN=No Such,{GROUPS}", None),
        (f"CN=Elsewhere,{OUTSIDE}", {}),
        (f"CN=Marked,{GROUPS}", {"admin_count": 1}),
        (f"CN=Critical,{GROUPS}", {"critical": 1}),
        (f"CN=Built In,{GROUPS}", {"rid": 999}),
    ],
)
def test_a_group_that_cannot_be_written_is_reported_once(name: str, marks: dict[str, int] | None) -> None:
    directory = new_directory()
    if marks is not None:
        directory.new_group(name, **marks)

    plan = plan_of(
        people(person("1", groups={name: "groups.3"}), person("2", "Bob", groups={name: "groups.3"})), directory
    )

    assert _changes(plan) == []
    assert [(notice.key, notice.reason.value) for notice in plan.notices] == [("", "group-missing")]
    assert plan.notices[0].about.startswith("groups.3: ")


def test_a_membership_of_a_privileged_group_is_not_taken_back() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))
    group = directory.new_group(f"CN=Marked,{GROUPS}", admin_count=1)
    directory.members[group].add(guid)

    assert plan_of(people(person("1")), directory, prior=PriorState(grants={guid: frozenset({group})})).changes == ()
    assert told(plan_of(people(person("1")), directory)) == set()


def test_many_members_come_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "BATCH", 2)
    assert group_members.BATCH == 500
    joiners = [person(str(key), f"Ann{key}", groups={ALL_STAFF: "groups.0"}) for key in range(5)]

    plan = plan_of(people(*joiners), new_directory())

    assert [len(members) for *_, members in _changes(plan)] == [2, 2, 1]
    assert sorted(member.person for *_, members in _changes(plan) for member in members) == list("01234")
