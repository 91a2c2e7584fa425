"""Names are allocated together, and none twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.move_user import MoveUser
from lifecycle.directory import dn
from lifecycle.directory.account import DirectoryView
from lifecycle.planning.names import IDENTIFIERS, NameAllocator, folded, identifiers
from tests.support.scenarios import Scenario, scenarios
from tests.support.world import (
    ATTRIBUTES,
    BASE,
    COMMON_NAME,
    GROUPS,
    MOMENT,
    NAMES,
    POLICY,
    WARD,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
)

EMPTY = DirectoryView(BASE, (), (), frozenset(), frozenset(), "own")
ANN = person("1")


def an_allocator(view: DirectoryView = EMPTY) -> NameAllocator:
    return NameAllocator(view, POLICY.bundles, {}, MOMENT)


def test_one_name_that_is_taken_burns_the_candidate_for_the_whole_bundle() -> None:
    allocator = an_allocator(replace(EMPTY, other_names=frozenset({"ann.example@corp.example.test"})))

    assert allocator.allocate(NAMES, ANN) == {
        "sAMAccountName": "annexample",
        "userPrincipalName": "ann.example2@corp.example.test",
        "mail": "ann.example2@corp.example.test",
    }


@pytest.mark.parametrize("attribute", ["mail", "userPrincipalName", "proxyAddresses"])
def test_an_address_that_an_account_holds_anywhere_is_taken(attribute: str) -> None:
    directory = new_directory()
    address = "Ann.Example@corp.example.test"
    value = ("SMTP:main@corp.example.test", f"smtp:{address}") if attribute == "proxyAddresses" else address
    directory.new_user(f"CN=Other,{WARD}", **{attribute: value})

    names = an_allocator(directory.view(())).allocate(NAMES, ANN)

    assert names is not None
    assert names["mail"] == "ann.example2@corp.example.test"


def test_names_of_other_objects_are_respected() -> None:
    directory = new_directory()
    directory.new_group(f"CN=aexample,{GROUPS}")
    directory.containers.add(f"CN=Ann Example,{WARD}")

    (change,) = plan_of(people(person("1")), directory).changes

    assert isinstance(change, CreateUser)
    assert (change.after["sAMAccountName"], change.cn) == ("annexample", "Ann Example 2")


@pytest.mark.parametrize(
    ("one", "other"), [("Ann", "ANN"), ("José", "jose"), ("Jose\u0301", "José"), ("Straße", "STRASSE")]
)
def test_names_that_a_directory_takes_for_one_are_one(one: str, other: str) -> None:
    allocator = an_allocator()

    assert allocator.reserve_dn(dn.join("CN", one, WARD))
    assert not allocator.reserve_dn(dn.join("CN", other, WARD))
    assert folded(one) == folded(other)


def test_reserve_takes_all_names_or_none() -> None:
    allocator = an_allocator()

    assert allocator.reserve({"mail": "a", "userPrincipalName": "b"})
    assert not allocator.reserve({"mail": "b", "sAMAccountName": "c"})
    assert allocator.reserve({"sAMAccountName": "c", "mail": "c", "proxyAddresses": ("SMTP:c", "smtp:d", "X500:a")})
    assert not allocator.reserve({"mail": "d"})


def test_an_account_may_keep_what_it_holds_and_nobody_else_may_take_it() -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))
    view = directory.view(ATTRIBUTES)
    (account,) = view.accounts
    allocator = an_allocator(view)

    own = allocator.allocate(NAMES, ANN, account)
    other = allocator.allocate(NAMES, ANN)

    assert guid == account.guid
    assert own is not None
    assert {folded(str(value)) for value in own.values()} == {name for _, name in identifiers(account)}
    assert other is not None
    assert not set(other.values()) & set(own.values())


def test_a_cn_that_is_freed_by_the_same_plan_is_not_given_away() -> None:
    """The order of moves inside a plan is not known to the names."""
    directory = new_directory()
    guid = new_account(directory, person("2"), cn="Ann Example")

    plan = plan_of(people(person("1"), person("2", "Ann", "Married")), directory)

    created = next(change for change in plan.changes if isinstance(change, CreateUser))
    moved = next(change for change in plan.changes if isinstance(change, MoveUser))
    assert (moved.account, moved.after) == (guid, {"distinguishedName": f"CN=Ann Married,{WARD}"})
    assert created.cn == "Ann Example 2"


def test_a_bundle_for_which_nothing_can_be_formed_gives_nothing() -> None:
    assert an_allocator().allocate(COMMON_NAME, person("1", "", "")) is None


@given(scenario=scenarios())
def test_no_two_names_of_a_plan_are_the_same_and_none_is_held_by_another(scenario: Scenario) -> None:
    plan = plan_of(scenario.people, scenario.directory, scenario.policy, scenario.prior)

    view = scenario.directory.view(ATTRIBUTES)
    held = {name: account.guid for account in view.accounts for _, name in identifiers(account)}
    places = {dn.key(account.dn): account.guid for account in view.accounts} | dict.fromkeys(view.other_dns, "other")
    for change in plan.changes:
        who = change.account or f"person {change.person}"
        for value in {folded(str(change.after[name])) for name in IDENTIFIERS if change.after.get(name)}:
            assert held.setdefault(value, who) == who
        if "distinguishedName" in change.after:
            assert places.setdefault(dn.key(str(change.after["distinguishedName"])), who) == who
