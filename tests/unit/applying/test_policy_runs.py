"""A list of actions is carried out once for each leaving, coming back or move, whatever is refused meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lifecycle.directory import dn, uac
from lifecycle.people.person import Person, Standing
from tests.support.nights import (
    DISABLE,
    MOVE,
    ONCE,
    Begin,
    Refuses,
    allow_all,
    refuse_attributes,
    refuse_logons,
    refuse_memberships,
    refuse_moves,
)
from tests.support.world import LAB, LEAVERS, WARD_GROUP, actions, gone, new_account, person, with_lists

JOIN = {"action": "add-to-groups", "groups": [WARD_GROUP]}


@pytest.mark.parametrize(
    ("actions_", "refuses"),
    [
        ([DISABLE, ONCE], allow_all),
        ([DISABLE, ONCE, MOVE], refuse_moves),
        ([DISABLE, {**MOVE, "continue_on_error": True}, ONCE], refuse_moves),
        ([{**DISABLE, "continue_on_error": True}, ONCE, MOVE], refuse_logons),
        ([ONCE, DISABLE], refuse_logons),
        ([ONCE], allow_all),
    ],
)
def test_a_leavers_list_is_carried_out_once_however_many_nights_follow(
    begin: Begin, actions_: list[dict[str, object]], refuses: Refuses
) -> None:
    nights = begin(leavers=actions_)
    new_account(nights.world.directory, person("1"))
    nights.refuses = refuses

    nights.pass_by(gone("1"), count=4)

    assert nights.set == 1


@pytest.mark.parametrize(
    ("actions_", "refuses"),
    [([DISABLE, MOVE, ONCE], refuse_moves), ([DISABLE, ONCE, MOVE], refuse_logons)],
)
def test_what_failed_is_tried_again_by_itself_and_what_depended_on_it_waits(
    begin: Begin, actions_: list[dict[str, object]], refuses: Refuses
) -> None:
    nights = begin(leavers=actions_)
    guid = new_account(nights.world.directory, person("1"))
    nights.refuses = refuses
    nights.pass_by(gone("1"), count=3)
    assert nights.set == 0, "what comes first in the list was refused"

    nights.refuses = allow_all
    nights.pass_by(gone("1"), count=3)

    user = nights.world.directory.users[guid]
    assert (nights.set, uac.is_enabled(user.bits), dn.is_below(user.dn, LEAVERS)) == (1, False, True)
    assert {status for _, status in nights.world.steps()} == {"done"}


def test_a_leavers_state_is_restored_every_night_and_nothing_else(begin: Begin) -> None:
    """Somebody puts a leaver into a group, and moves the account: the list is not carried out for that."""
    nights = begin(leavers=[DISABLE, ONCE, {"action": "remove-from-groups", "groups": "all"}])
    directory = nights.world.directory
    guid = new_account(directory, person("1"))
    nights.pass_by(gone("1"))
    directory.members[directory.group_called(WARD_GROUP)].add(guid)

    (plan,) = nights.pass_by(gone("1"))

    assert actions(plan) == ["remove-from-group"]
    assert (nights.set, directory.groups_of(guid)) == (1, frozenset())


@pytest.mark.parametrize("refuses", [allow_all, refuse_logons])
@pytest.mark.parametrize("back", [person("1"), replace(person("1"), standing=Standing.NOT_STARTED)])
def test_who_leaves_comes_back_and_leaves_again_leaves_twice(begin: Begin, back: Person, refuses: Refuses) -> None:
    nights = begin(leavers=[DISABLE, ONCE, MOVE])
    new_account(nights.world.directory, person("1"))
    nights.pass_by(gone("1"), count=2)
    nights.refuses = refuses
    nights.pass_by(back, count=2)
    nights.pass_by(gone("1"), count=2)

    assert nights.set == 2


def test_what_waits_of_a_leaving_ends_when_the_person_is_back_though_enabling_is_refused(begin: Begin) -> None:
    nights = begin(leavers=[DISABLE, MOVE, {"action": "delete-user", "after": "30d"}])
    guid = new_account(nights.world.directory, person("1"))
    nights.pass_by(gone("1"))
    nights.refuses = refuse_logons
    nights.pass_by(person("1"))

    nights.world.wait(days=31)
    nights.pass_by(person("1"))

    assert guid in nights.world.directory.users
    assert ("delete-user", "cancelled") in nights.world.steps()


def test_a_leaver_whom_somebody_enables_is_set_aside_anew_from_that_day_on(begin: Begin) -> None:
    nights = begin(leavers=[DISABLE, ONCE, {"action": "delete-user", "after": "30d"}])
    guid = new_account(nights.world.directory, person("1"))
    nights.pass_by(gone("1"))
    nights.world.wait(days=20)
    nights.world.directory.users[guid].bits = uac.NORMAL_ACCOUNT
    nights.pass_by(gone("1"), count=2)
    assert (nights.set, uac.is_enabled(nights.world.directory.users[guid].bits)) == (2, False)

    nights.world.wait(days=11)
    nights.pass_by(gone("1"))
    assert guid in nights.world.directory.users, "thirty days count from the day on which it was disabled last"
    nights.world.wait(days=20)
    nights.pass_by(gone("1"))

    assert guid not in nights.world.directory.users


def test_a_leaver_disabled_by_hand_is_a_leaver_all_the_same(begin: Begin) -> None:
    """What was so already is no doing of ours, but the records say that the person has left."""
    nights = begin(leavers=[DISABLE, ONCE, {"action": "delete-user", "after": "30d"}])
    guid = new_account(nights.world.directory, person("1"), enabled=False)
    nights.pass_by(gone("1"), count=3)
    assert nights.set == 1

    nights.world.wait(days=31)
    nights.pass_by(gone("1"))

    assert guid not in nights.world.directory.users


def test_who_left_under_a_list_without_what_is_done_once_does_not_get_it_later(begin: Begin) -> None:
    nights = begin(leavers=[DISABLE])
    new_account(nights.world.directory, person("1"))
    nights.pass_by(gone("1"))
    nights.world.policy = with_lists(leavers=[DISABLE, ONCE])

    nights.pass_by(gone("1"), count=2)

    assert nights.set == 0


MOVERS = [
    (person("1", title="Head"), refuse_attributes),
    (person("1", "Ann", "Married"), refuse_moves),
    (person("1", ou=LAB), refuse_moves),
]


@pytest.mark.parametrize(("moved", "refuses"), MOVERS)
def test_a_movers_list_is_carried_out_once_while_the_change_itself_is_refused(
    begin: Begin, moved: Person, refuses: Refuses
) -> None:
    nights = begin(movers=[ONCE])
    new_account(nights.world.directory, person("1"))
    nights.refuses = refuses

    nights.pass_by(moved, count=5)
    nights.refuses = allow_all
    plans = nights.pass_by(moved, count=2)

    assert nights.set == 1
    assert [len(plan.changes) > 0 for plan in plans] == [True, False], "the change itself was tried again"


def test_each_further_move_is_one_of_its_own(begin: Begin) -> None:
    nights = begin(movers=[ONCE])
    new_account(nights.world.directory, person("1"))
    nights.refuses = refuse_attributes
    counts = []
    for title in ("Head", "Head", "Chief", "Chief", None, "Head", "Head"):
        nights.pass_by(person("1", title=title))
        counts.append(nights.set)

    assert counts == [1, 1, 2, 2, 2, 3, 3]


def test_a_move_of_which_a_part_is_done_is_no_second_one(begin: Begin) -> None:
    nights = begin(movers=[ONCE])
    new_account(nights.world.directory, person("1"))
    nights.refuses = refuse_moves
    moved = person("1", title="Head", ou=LAB)
    nights.pass_by(moved, count=3)
    assert nights.set == 1

    nights.pass_by(replace(moved, ou=person("1").ou), count=2)
    assert nights.set == 1, "there is nothing left to do"
    nights.pass_by(moved, count=2)

    assert nights.set == 2, "moved again"


def test_a_membership_that_a_movers_list_was_refused_is_tried_again_though_nothing_differs(begin: Begin) -> None:
    nights = begin(movers=[JOIN, ONCE])
    directory = nights.world.directory
    guid = new_account(directory, person("1"))
    nights.refuses = refuse_memberships
    nights.pass_by(person("1", title="Head"), count=3)
    assert (nights.set, directory.groups_of(guid)) == (0, frozenset())

    nights.refuses = allow_all
    nights.pass_by(person("1", title="Head"), count=2)

    assert (nights.set, directory.groups_of(guid)) == (1, {directory.group_called(WARD_GROUP)})


@pytest.mark.parametrize("refuses", [allow_all, refuse_logons, refuse_moves, refuse_attributes])
def test_a_rehires_list_is_carried_out_once_for_each_coming_back(begin: Begin, refuses: Refuses) -> None:
    nights = begin(rehires=[ONCE], movers=[ONCE])
    new_account(nights.world.directory, person("1"))
    for expected in (1, 2):
        nights.refuses = allow_all
        nights.pass_by(gone("1"), count=2)
        nights.refuses = refuses
        nights.pass_by(person("1", title=f"Nurse {expected}"), count=3)
        assert nights.set == expected, "the rest of a coming back is no move"


def test_what_a_rehires_list_was_refused_is_tried_again_while_enabling_is_refused_too(begin: Begin) -> None:
    nights = begin(rehires=[JOIN, ONCE])
    new_account(nights.world.directory, person("1"))
    nights.pass_by(gone("1"))
    nights.refuses = lambda operation: refuse_logons(operation) or refuse_memberships(operation)
    nights.pass_by(person("1"), count=2)
    assert nights.set == 0

    nights.refuses = refuse_logons
    nights.pass_by(person("1"), count=2)

    assert nights.set == 1
