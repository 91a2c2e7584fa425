"""Somebody works here and has no account."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lifecycle.actions.create_user import CreateUser
from lifecycle.directory import dn
from lifecycle.people.person import Person, Standing
from lifecycle.planning.plan import Plan
from tests.support.world import (
    LAB,
    NAMES,
    OUTSIDE,
    POLICY,
    STAFF,
    WARD,
    actions,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
    told,
)


def _created(plan: Plan) -> dict[str, CreateUser]:
    return {change.person: change for change in plan.changes if isinstance(change, CreateUser)}


def test_a_joiner_gets_an_account_with_names_place_and_attributes() -> None:
    plan = plan_of(people(person("1", "Zoë", "O'Neil, Jr", title="Head")), new_directory())

    assert actions(plan) == ["create-user"]
    assert _created(plan)["1"].model_dump(mode="json") == {
        "action": "create-user",
        "person": "1",
        "account": "",
        "cause": "joiner",
        "rule": "placement",
        "ou": WARD,
        "listed": None,
        "must_change": True,
        "before": {},
        "after": {
            "employeeID": "1",
            "givenName": "Zoë",
            "sn": "O'Neil, Jr",
            "displayName": "Zoë O'Neil, Jr",
            "title": "Head",
            "sAMAccountName": "zoneiljr",
            "userPrincipalName": "zoe.oneiljr@corp.example.test",
            "mail": "zoe.oneiljr@corp.example.test",
            "distinguishedName": f"CN=Zoë O'Neil\\, Jr,{WARD}",
        },
    }


@pytest.mark.parametrize("name", ["#1", "A, B", 'Q "q" q', "A=B+C", "Back\\slash", "<Ann>", "Ærø;", "José"])
def test_any_name_becomes_a_distinguished_name_that_is_read_back(name: str) -> None:
    (change,) = plan_of(people(person("1", name, "Example")), new_directory()).changes

    assert isinstance(change, CreateUser)
    assert change.cn == f"{name} Example"
    assert dn.key(dn.parent(change.dn)) == dn.key(WARD)


def test_two_joiners_of_one_name_never_collide() -> None:
    plan = plan_of(people(person("2"), person("1"), person("3", ou=LAB)), new_directory())

    created = _created(plan)
    assert [created[key].after["sAMAccountName"] for key in "123"] == ["aexample", "annexample", "annexample2"]
    assert [created[key].after["mail"] for key in "123"] == [
        "ann.example@corp.example.test",
        "ann.example2@corp.example.test",
        "ann.example3@corp.example.test",
    ]
    assert [created[key].cn for key in "123"] == ["Ann Example", "Ann Example 2", "Ann Example"]


@pytest.mark.parametrize(
    ("standing", "ou", "reason"),
    [
        (Standing.NOT_STARTED, WARD, "not-started"),
        (Standing.EMPLOYED, f"OU=Missing,{STAFF}", "place-missing"),
        (Standing.EMPLOYED, OUTSIDE, "place-missing"),
    ],
)
def test_who_cannot_join_yet_is_reported_and_nothing_is_planned(standing: Standing, ou: str, reason: str) -> None:
    plan = plan_of(people(person("1", standing=standing, ou=ou)), new_directory())

    assert plan.changes == ()
    assert told(plan) == {("1", reason)}


def test_a_leaver_without_an_account_gets_none() -> None:
    assert plan_of(people(Person("1", Standing.INACTIVE, "1")), new_directory()).changes == ()


def test_a_person_whose_fields_give_no_name_is_reported() -> None:
    plan = plan_of(people(person("1", "", "")), new_directory())

    assert plan.changes == ()
    assert told(plan) == {("1", "name-exhausted")}


def test_an_address_from_the_source_that_another_account_holds_is_not_given_twice() -> None:
    """The source may map mail itself; what no format made must be free all the same."""
    directory = new_directory()
    new_account(directory, person("9", "Bob"), mail="shared@corp.example.test")
    mapped = [
        replace(person(key, first), create=person(key, first).create | {"mail": mail})
        for key, first, mail in (
            ("1", "Ann", "Shared@corp.example.test"),
            ("2", "Cid", "new@corp.example.test"),
            ("3", "Dan", "new@corp.example.test"),
        )
    ]
    formats = {name: one for name, one in NAMES.formats.items() if name != "mail"}
    policy = replace(POLICY, bundles=(replace(NAMES, formats=formats), *POLICY.bundles[1:]))

    plan = plan_of(people(person("9", "Bob"), *mapped), directory, policy)

    assert set(_created(plan)) == {"2"}
    assert told(plan) == {("1", "name-exhausted"), ("3", "name-exhausted")}


def test_without_a_format_for_cn_the_display_name_is_taken_once_in_an_ou() -> None:
    plan = plan_of(
        people(person("1"), person("2"), person("3", ou=LAB)), new_directory(), replace(POLICY, bundles=(NAMES,))
    )

    assert {key: change.dn for key, change in _created(plan).items()} == {
        "1": f"CN=Ann Example,{WARD}",
        "3": f"CN=Ann Example,{LAB}",
    }
    assert told(plan) == {("2", "name-exhausted")}


def test_an_account_without_an_account_name_is_never_created() -> None:
    plan = plan_of(people(person("1")), new_directory(), replace(POLICY, bundles=POLICY.bundles[1:]))

    assert plan.changes == ()
    assert told(plan) == {("1", "name-exhausted")}
