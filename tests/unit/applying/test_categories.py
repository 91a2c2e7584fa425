"""Automations of one category: accounts are only made, or only get a list of actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lifecycle.config.category import Category
from lifecycle.directory import uac
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import People, Person, Standing
from lifecycle.planning.policy import Policy
from lifecycle.store import Store
from tests.support.memory_directory import MemoryDirectory
from tests.support.world import (
    ALL_STAFF,
    LEAVERS,
    POLICY,
    World,
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

CREATION = replace(POLICY, automation="starters", category=Category.CREATION, leavers_ou="", absent_runs=1)
SET_ASIDE = [{"action": "disable-user"}, {"action": "add-to-groups", "groups": [ALL_STAFF]}]


def listing(*items: dict[str, object]) -> Policy:
    """A policy that begins a list for everybody in the source."""
    lists = with_lists(people=list(items or SET_ASIDE)).lists
    return replace(POLICY, automation="tickets", category=Category.ACTIONS, bundles=(), leavers_ou="", lists=lists)


def asked(key: str, standing: Standing = Standing.EMPLOYED) -> Person:
    """A record that is about somebody."""
    return Person(key, standing, key)


def run(world: World, everybody: People) -> list[str]:
    """Plan and carry out, as a flow does; answers the actions."""
    plan = plan_of(everybody, world.directory, world.policy, world.prior())
    world.apply(plan)
    return actions(plan)


@pytest.fixture
def staff() -> MemoryDirectory:
    directory = new_directory()
    for key, first in (("1", "Ann"), ("2", "Bob")):
        new_account(directory, person(key, first))
    return directory


def test_accounts_are_made_and_those_that_exist_are_left(staff: MemoryDirectory) -> None:
    everybody = people(
        person("1", "Ann", title="Surgeon"), gone("2"), person("3", "Cleo", groups={ALL_STAFF: "groups.0"})
    )

    plan = plan_of(everybody, staff, CREATION)

    assert [(change.action, change.person) for change in plan.changes][:1] == [("create-user", "3")]
    assert actions(plan) == ["create-user", "add-to-group"]
    assert plan.absent == plan.notices == ()


def test_nobody_is_created_who_has_left_or_has_not_begun(staff: MemoryDirectory) -> None:
    plan = plan_of(people(gone("3"), gone("4", Standing.NOT_STARTED)), staff, CREATION)

    assert (actions(plan), told(plan)) == ([], {("4", "not-started")})


def test_a_list_is_begun_once_for_as_long_as_the_record_is_there(staff: MemoryDirectory, store: Store) -> None:
    world = World(staff, store, listing({"action": "reset-password"}))

    assert run(world, people(asked("1"))) == ["begin-policy", "reset-password"]
    assert run(world, people(asked("1"))) == []
    assert run(world, people(asked("2"))) == ["begin-policy", "reset-password"]
    assert run(world, people(asked("1"))) == ["begin-policy", "reset-password"]


@pytest.mark.parametrize(
    "doubtful",
    [
        people(quarantined=["1"]),
        people(asked("1", Standing.NOT_STARTED)),
        people(notices=[Notice("", Reason.KEY_EMPTY)]),
    ],
)  # fmt: skip
def test_a_record_that_may_be_there_still_releases_nobody(
    staff: MemoryDirectory, store: Store, doubtful: People
) -> None:
    world = World(staff, store, listing({"action": "reset-password"}))
    run(world, people(asked("1")))

    run(world, doubtful)

    assert run(world, people(asked("1"))) == []


@pytest.mark.parametrize("standing", [Standing.INACTIVE, Standing.ENDED, Standing.OUT_OF_SCOPE])
def test_who_is_not_meant_any_more_may_be_meant_again(staff: MemoryDirectory, store: Store, standing: Standing) -> None:
    world = World(staff, store, listing({"action": "reset-password"}))
    run(world, people(asked("1")))

    assert run(world, people(asked("1", standing))) == []
    assert run(world, people(asked("1"))) == ["begin-policy", "reset-password"]


def test_only_those_with_an_account_are_served_and_absence_means_nothing(staff: MemoryDirectory) -> None:
    plan = plan_of(people(asked("2"), asked("3")), staff, listing())

    assert (actions(plan), told(plan)) == (["disable-user", "add-to-group"], {("3", "no-account")})
    assert plan.absent == ()


def test_what_is_left_for_later_is_done_though_the_record_has_gone(staff: MemoryDirectory, store: Store) -> None:
    later = {"action": "delete-user", "after": "30d"}
    world = World(staff, store, listing({"action": "disable-user"}, later))
    run(world, people(asked("1")))
    run(world, people())
    world.now += timedelta(days=31)

    assert actions(world.due()) == ["delete-user"]
    assert not staff.by_anchor("1")


def lived(world: World, *persons: Person) -> list[str]:
    """A run of the user-lifecycle on the same directory and store."""
    return run(World(world.directory, world.store, POLICY, now=world.now, numbers=world.numbers), people(*persons))


def test_who_is_set_aside_on_somebodys_word_is_not_enabled_by_a_record(staff: MemoryDirectory, store: Store) -> None:
    leave = [{"action": "disable-user"}, {"action": "move-user", "ou": LEAVERS}]
    world = World(staff, store, listing(*leave))
    ann, bob = person("1"), person("2", "Bob")
    run(world, people(asked("1")))

    assert "enable-user" not in lived(world, ann, bob)
    assert not uac.is_enabled(staff.by_anchor("1")[0].bits)
    lived(world, gone("1"), bob)
    assert "enable-user" in lived(world, ann, bob)
    assert uac.is_enabled(staff.by_anchor("1")[0].bits)


def test_who_was_enabled_by_hand_is_held_no_more(staff: MemoryDirectory, store: Store) -> None:
    world = World(staff, store, listing({"action": "disable-user"}))
    run(world, people(asked("1")))
    staff.by_anchor("1")[0].bits = uac.NORMAL_ACCOUNT

    lived(world, person("1"), person("2", "Bob"))

    assert world.prior().held == frozenset()


def test_who_is_enabled_again_by_a_run_is_spared(staff: MemoryDirectory, store: Store) -> None:
    later = {"action": "delete-user", "after": "30d", "require_disabled": False}
    world = World(staff, store, listing({"action": "disable-user"}, later))
    run(world, people(asked("1")))
    lived(world, gone("1"), person("2", "Bob"))
    lived(world, person("1"), person("2", "Bob"))
    world.now += timedelta(days=31)

    assert actions(world.due()) == []
    assert uac.is_enabled(staff.by_anchor("1")[0].bits)
