"""Lists of actions: their order, their conditions, what they begin."""

from __future__ import annotations

from tests.support.world import (
    ALL_STAFF,
    LAB,
    LAB_GROUP,
    LEAVERS,
    WARD_GROUP,
    actions,
    gone,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
    told,
    with_lists,
)

LEAVER_LIST = [
    {"action": "disable-user"},
    {
        "action": "modify-user",
        "set": {"title": "Left (was %ad.title%)"},
        "when": {"field": "title", "operator": "not_empty"},
    },
    {"action": "remove-from-groups", "groups": "all", "except": [ALL_STAFF]},
    {"action": "move-user", "ou": LEAVERS},
]  # fmt: skip


def test_a_list_is_done_in_its_order_each_action_for_all_before_the_next() -> None:
    directory = new_directory()
    for key in "12":
        one = new_account(directory, person(key, f"Ann{key}", title="Nurse"))
        for group in (ALL_STAFF, WARD_GROUP):
            directory.members[directory.group_called(group)].add(one)

    plan = plan_of(people(gone("1"), gone("2")), directory, with_lists(leavers=LEAVER_LIST))

    begun = ["begin-policy"] * 2  # a text with macros is written once
    assert actions(plan) == [
        *begun,
        *["disable-user"] * 2,
        *["modify-user"] * 2,
        "remove-from-group",
        *["move-user"] * 2,
    ]
    assert {change.after["title"] for change in plan.changes if change.action == "modify-user"} == {"Left (was Nurse)"}
    (removal,) = (change for change in plan.changes if change.action == "remove-from-group")
    assert (removal.group_dn, removal.size()) == (WARD_GROUP, 2), "one group for both, and none that is kept"


def test_an_action_is_done_only_where_its_condition_holds() -> None:
    directory = new_directory()
    new_account(directory, person("1"))

    plan = plan_of(people(gone("1")), directory, with_lists(leavers=LEAVER_LIST))

    assert "modify-user" not in actions(plan)


def test_a_list_whose_action_cannot_be_planned_ends_there_and_says_so() -> None:
    directory = new_directory()
    new_account(directory, person("1"))
    items = [{"action": "add-to-groups", "groups": [f"CN=No Such,{LAB}"]}, {"action": "disable-user"}]

    stops = plan_of(people(gone("1")), directory, with_lists(leavers=items))
    goes_on = plan_of(
        people(gone("1")), directory, with_lists(leavers=[{**items[0], "continue_on_error": True}, items[1]])
    )

    assert actions(stops) == []
    assert told(stops) == {("1", "group-missing")} == told(goes_on)
    assert actions(goes_on) == ["disable-user"]


def test_what_waits_is_begun_before_anything_else_and_not_done_yet() -> None:
    directory = new_directory()
    new_account(directory, person("1"))
    items = [{"action": "disable-user"}, {"action": "move-user", "ou": LAB, "after": "30d"}]

    plan = plan_of(people(gone("1")), directory, with_lists(leavers=items))

    assert actions(plan) == ["begin-policy", "disable-user"]
    assert [(one.item, one.action, one.after) for one in plan.changes[0].waiting] == [
        (0, "disable-user", ""),
        (1, "move-user", "30d"),
    ]


def test_a_mover_list_is_for_those_whom_a_record_changes() -> None:
    directory = new_directory()
    new_account(directory, person("1"), ou=LAB)
    new_account(directory, person("2", "Bob"))
    items = [{"action": "move-across-groups", "from": [WARD_GROUP], "to": [LAB_GROUP]}]
    for account in directory.users:
        directory.members[directory.group_called(WARD_GROUP)].add(account)

    plan = plan_of(people(person("1"), person("2", "Bob")), directory, with_lists(movers=items))

    assert actions(plan) == ["begin-policy", "move-user", "add-to-group", "remove-from-group"]
    assert [change.size() for change in plan.changes[2:]] == [1, 1]
