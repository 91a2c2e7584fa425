"""Somebody works here and has an account: what differs is planned, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lifecycle.planning.prior_state import PriorState
from tests.support.world import (
    COMMON_NAME,
    LAB,
    LEAVERS,
    NAMES,
    NOW,
    POLICY,
    WARD,
    actions,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
    told,
)

ADDRESS = "ann.example@corp.example.test"


def test_an_account_that_is_as_it_should_be_is_left_alone() -> None:
    directory = new_directory()
    new_account(directory, person("1", title="Head"))

    plan = plan_of(people(person("1", title="Head")), directory)

    assert (plan.changes, plan.notices) == ((), ())


def test_attributes_that_differ_are_replaced_with_their_before_and_after() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1", title="Clerk"))

    (change,) = plan_of(people(person("1", title="Head")), directory).changes

    assert (change.action, change.account, change.cause, change.ou) == ("modify-user", guid, "mover", WARD)
    assert (dict(change.before), dict(change.after)) == ({"title": "Clerk"}, {"title": "Head"})


def test_an_empty_value_clears_an_attribute_only_where_that_is_asked_for() -> None:
    directory = new_directory()
    new_account(directory, person("1", title="Clerk"))
    new_account(directory, person("2", "Bob", title="Clerk"))

    plan = plan_of(people(person("1"), person("2", "Bob", clear=frozenset({"title", "mobile"}))), directory)

    assert [(change.person, change.after) for change in plan.changes] == [("2", {"title": None})]


def test_a_person_who_changes_the_department_is_moved() -> None:
    directory = new_directory()
    new_account(directory, person("1"), ou=LAB)

    (change,) = plan_of(people(person("1")), directory).changes

    assert (change.action, change.rule, change.ou) == ("move-user", "placement", LAB)
    assert dict(change.before) == {"distinguishedName": f"CN=Ann Example,{LAB}"}
    assert dict(change.after) == {"distinguishedName": f"CN=Ann Example,{WARD}"}


def test_the_spelling_of_an_ou_is_no_reason_to_move() -> None:
    directory = new_directory()
    new_account(directory, person("1"), ou=WARD.replace("OU=Ward,", "ou=WARD, "))

    assert plan_of(people(person("1")), directory).changes == ()


@pytest.mark.parametrize("cn", ["ann example", "Ann Example 7"])
def test_a_cn_that_fits_is_kept(cn: str) -> None:
    directory = new_directory()
    new_account(directory, person("1"), cn=cn)

    assert plan_of(people(person("1")), directory).changes == ()


@pytest.mark.parametrize(
    ("last", "target"), [("Married", "Ann Married"), ("Exámple", "Ann Exámple"), ("Example, Jr", "Ann Example\\, Jr")]
)
def test_the_cn_follows_the_name_while_the_addresses_stay(last: str, target: str) -> None:
    directory = new_directory()
    new_account(directory, person("1"))

    plan = plan_of(people(person("1", "Ann", last)), directory)

    assert actions(plan) == ["move-user", "modify-user"]
    assert plan.changes[0].after == {"distinguishedName": f"CN={target},{WARD}"}
    assert set(plan.changes[1].after) == {"sn", "displayName"}


def test_names_that_follow_the_person_change_together() -> None:
    directory = new_directory()
    new_account(directory, person("1", "Ann", "Example"), employeeID="1", sn="Married", displayName="Ann Married")
    policy = replace(POLICY, bundles=(replace(NAMES, refresh="on_change"),))

    (change,) = plan_of(people(person("1", "Ann", "Married")), directory, policy).changes

    assert dict(change.after) == {
        "sAMAccountName": "amarried",
        "userPrincipalName": "ann.married@corp.example.test",
        "mail": "ann.married@corp.example.test",
    }


def test_names_that_cannot_follow_the_person_are_reported_and_kept() -> None:
    directory = new_directory()
    new_account(directory, person("1"))
    policy = replace(POLICY, bundles=(replace(NAMES, refresh="on_change"),))

    plan = plan_of(people(person("1", fields={"u.first": "", "u.last": ""})), directory, policy)

    assert plan.changes == ()
    assert told(plan) == {("1", "name-exhausted")}


def test_an_address_from_the_source_that_another_account_holds_is_not_given_twice() -> None:
    directory = new_directory()
    new_account(directory, person("1"))
    new_account(directory, person("2", "Bob"))
    wanted = person("2", "Bob", title="Head")

    plan = plan_of(people(person("1"), replace(wanted, update={**wanted.update, "mail": ADDRESS})), directory)

    assert [dict(change.after) for change in plan.changes] == [{"title": "Head"}]
    assert told(plan) == {("2", "name-exhausted")}


@pytest.mark.parametrize("refresh", ["never", "on_change"])
def test_a_move_to_an_ou_that_has_the_name_already_takes_the_next_name(refresh: str) -> None:
    directory = new_directory()
    new_account(directory, person("1"))
    new_account(directory, person("2"), ou=LAB)
    policy = replace(POLICY, bundles=(NAMES, replace(COMMON_NAME, refresh=refresh)))

    (change,) = plan_of(people(person("1"), person("2")), directory, policy).changes

    assert change.after == {"distinguishedName": f"CN=Ann Example 2,{WARD}"}


def test_without_a_format_for_cn_a_taken_name_stops_the_move() -> None:
    directory = new_directory()
    new_account(directory, person("1"))
    new_account(directory, person("2"), ou=LAB)

    plan = plan_of(people(person("1"), person("2")), directory, replace(POLICY, bundles=(NAMES,)))

    assert plan.changes == ()
    assert told(plan) == {("2", "name-exhausted")}


def test_an_account_found_by_a_rule_gets_the_anchor() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"), employeeID=None)

    (change,) = plan_of(people(person("1", correlate=(("mail", ADDRESS),))), directory).changes

    assert (change.account, change.cause, dict(change.after)) == (guid, "adopted", {"employeeID": "1"})


def test_an_account_disabled_by_hand_is_kept_up_to_date_and_stays_disabled() -> None:
    directory = new_directory()
    new_account(directory, person("1"), enabled=False)

    plan = plan_of(people(person("1", title="Head")), directory)

    assert actions(plan) == ["modify-user"]
    assert told(plan) == {("1", "disabled-by-hand")}


def test_an_account_that_a_run_disabled_is_enabled_again() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"), enabled=False)

    (change,) = plan_of(people(person("1")), directory, prior=PriorState(departures={guid: NOW})).changes

    assert (change.action, change.cause, change.account) == ("enable-user", "rehire", guid)


def test_a_rehire_comes_back_from_the_leavers_ou_and_is_enabled_last() -> None:
    directory = new_directory()
    new_account(directory, person("1"), enabled=False, ou=LEAVERS)

    plan = plan_of(people(person("1", title="Head")), directory)

    assert actions(plan) == ["move-user", "modify-user", "enable-user"]
    assert {change.cause.value for change in plan.changes} == {"rehire"}


def test_a_plan_names_the_departed_whom_somebody_enabled_since() -> None:
    directory = new_directory()
    enabled = new_account(directory, person("1"))
    disabled = new_account(directory, person("2", "Bob"), enabled=False)

    prior = PriorState(departures={enabled: NOW, disabled: NOW})
    plan = plan_of(people(person("1"), person("2", "Bob")), directory, prior=prior)

    assert plan.returned == (enabled,)
