"""Somebody no longer works here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lifecycle.people.person import Standing
from lifecycle.planning.prior_state import PriorState
from tests.support.world import (
    ALL_STAFF,
    LAB,
    LAB_GROUP,
    LEAVERS,
    POLICY,
    STAFF,
    WARD,
    actions,
    gone,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
    told,
)


@pytest.mark.parametrize(
    ("standing", "cause"),
    [
        (Standing.INACTIVE, "leaver-inactive"),
        (Standing.ENDED, "leaver-ended"),
        (Standing.OUT_OF_SCOPE, "leaver-out-of-scope"),
    ],
)
def test_a_leaver_is_disabled_and_moved(standing: Standing, cause: str) -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))

    disable, move = plan_of(people(gone("1", standing)), directory).changes

    assert (disable.action, disable.account, disable.cause, disable.ou) == ("disable-user", guid, cause, WARD)
    assert (dict(disable.before), dict(disable.after)) == ({"enabled": True}, {"enabled": False})
    assert (move.action, move.account, move.cause) == ("move-user", guid, cause)
    assert dict(move.after) == {"distinguishedName": f"CN=Ann Example,{LEAVERS}"}


@pytest.mark.parametrize(
    ("enabled", "ou", "expected"),
    [
        (True, LEAVERS, ["disable-user"]),
        (False, WARD, ["move-user"]),
        (False, LEAVERS, []),
        (False, f"OU=2030,{LEAVERS}", []),
    ],
)
def test_only_what_is_not_so_already_is_planned(enabled: bool, ou: str, expected: list[str]) -> None:
    directory = new_directory()
    new_account(directory, person("1"), enabled=enabled, ou=ou)

    assert actions(plan_of(people(gone("1")), directory)) == expected


def test_two_leavers_of_one_name_get_two_places() -> None:
    directory = new_directory()
    one, two = new_account(directory, person("1")), new_account(directory, person("2"), ou=LAB)

    plan = plan_of(people(gone("1"), gone("2")), directory)

    moves = {change.account: change.after for change in plan.changes if change.action == "move-user"}
    assert moves == {
        one: {"distinguishedName": f"CN=Ann Example,{LEAVERS}"},
        two: {"distinguishedName": f"CN=Ann Example {two},{LEAVERS}"},
    }


def test_a_long_name_that_is_taken_is_cut_before_the_guid() -> None:
    directory = new_directory()
    new_account(directory, person("1"), cn="A" * 64)
    guid = new_account(directory, person("2"), cn="A" * 64, ou=LAB)

    plan = plan_of(people(gone("1"), gone("2")), directory)

    assert plan.changes[-1].after == {"distinguishedName": f"CN={'A' * 27} {guid},{LEAVERS}"}


def test_a_leaver_loses_what_rules_gave_and_keeps_what_was_given_by_hand() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))
    by_rule, by_hand, _ = directory.members
    directory.members[by_rule].add(guid)
    directory.members[by_hand].add(guid)

    prior = PriorState(grants={guid: frozenset({by_rule})})
    plan = plan_of(people(gone("1")), directory, prior=prior)

    assert actions(plan) == ["disable-user", "remove-from-group", "move-user"]
    assert (plan.changes[1].group, plan.changes[1].group_dn) == (by_rule, ALL_STAFF)
    assert LAB_GROUP not in {getattr(change, "group_dn", "") for change in plan.changes}


@pytest.mark.parametrize(("managed", "leavers"), [((STAFF,), LEAVERS), (POLICY.managed_ous, f"OU=No Such,{LEAVERS}")])
def test_without_a_leavers_ou_that_is_managed_the_account_is_disabled_where_it_is(
    managed: tuple[str, ...], leavers: str
) -> None:
    directory = new_directory()
    new_account(directory, person("A1"))
    new_account(directory, person("A2"), ou=LAB)
    policy = replace(POLICY, managed_ous=managed, leavers_ou=leavers, absent_runs=1)

    plan = plan_of(people(replace(gone("1"), anchor="A1")), directory, policy)

    assert actions(plan) == ["disable-user"] * 2
    assert told(plan) == {("1", "place-missing"), ("A2", "place-missing")}, "who is absent is named by the anchor"


def test_a_protected_leaver_is_reported() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))
    directory.users[guid].admin_count = 1

    plan = plan_of(people(gone("1")), directory)

    assert plan.changes == ()
    assert told(plan) == {("1", "leaver-protected")}
