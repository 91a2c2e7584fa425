"""What happened between planning and applying: drift, protection, names that were taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lifecycle.applying.apply import Failure
from lifecycle.store.status import EntryState
from tests.support.world import (
    ALL_STAFF,
    LAB,
    LEAVERS,
    OUTSIDE,
    POLICY,
    STAFF,
    WARD,
    World,
    gone,
    new_account,
    person,
)

EVERYBODY = {ALL_STAFF: "groups.0"}

Meanwhile = Callable[[World, str], object]


def _set(**changes: object) -> Meanwhile:
    return lambda world, guid: [setattr(world.directory.users[guid], name, value) for name, value in changes.items()]


def _attributes(**changes: str) -> Meanwhile:
    return lambda world, guid: world.directory.users[guid].attributes.update(changes)


def _delete(world: World, guid: str) -> None:
    del world.directory.users[guid]


def _promote(world: World, guid: str) -> None:
    world.directory.members[world.directory.new_group(f"CN=Admins,{OUTSIDE}", rid=512)].add(guid)


@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [
        (_attributes(title="Other"), "drifted"),
        (_delete, "gone"),
        (_set(admin_count=1), "protected"),
        (_set(critical=True), "protected"),
        (_set(dn=f"CN=Ann Example,{OUTSIDE}"), "protected"),
        (_attributes(sAMAccountName="svc-backup"), "protected"),
        (_promote, "protected"),
        (lambda world, guid: setattr(world.directory, "_own", guid), "protected"),
    ],
)
def test_what_is_not_as_planned_is_stale_and_untouched(world: World, meanwhile: Meanwhile, why: str) -> None:
    guid = new_account(world.directory, person("1", title="Clerk"))
    plan = world.plan(person("1", title="Head"))
    plan_id = world.save(plan)
    meanwhile(world, guid)

    applied = world.apply(plan, plan_id)

    assert world.directory.sent == []
    assert applied.failures == [Failure(0, "modify-user", "1", EntryState.STALE, why)]
    assert world.journal(plan_id) == {0: "stale"}


@pytest.mark.parametrize("meanwhile", [_set(admin_count=1), _promote])
def test_every_kind_of_change_spares_who_became_protected(world: World, meanwhile: Meanwhile) -> None:
    world.run(person("1", groups=EVERYBODY), person("2", "Bob"))
    (user,) = world.directory.by_anchor("1")
    leaving = world.plan(gone("1"), person("2", "Bob"))
    moving = world.plan(person("1", "Ann", "Married", ou=LAB, manager="3"), person("2", "Bob"), person("3", "Cid"))
    meanwhile(world, user.guid)
    before = (user.dn, user.bits, dict(user.attributes), world.directory.groups_of(user.guid))

    applied = [world.apply(leaving), world.apply(moving)]

    assert (user.dn, user.bits, dict(user.attributes), world.directory.groups_of(user.guid)) == before
    assert [failure.why for one in applied for failure in one.failures] == ["protected"] * 7


@pytest.mark.parametrize(
    ("person_", "meanwhile"),
    [
        (person("1", title="Head"), _attributes(title="Head")),
        (gone("1"), _set(bits=0x202, dn=f"CN=Ann Example,{LEAVERS}")),
        (person("1", ou=LAB, title="Clerk"), _set(dn=f"CN=Ann Example,{LAB}")),
    ],
)
def test_what_is_so_already_is_done_and_not_sent(world: World, person_: object, meanwhile: Meanwhile) -> None:
    guid = new_account(world.directory, person("1", title="Clerk"))
    plan = world.plan(person_)
    meanwhile(world, guid)

    applied = world.apply(plan)

    assert world.directory.sent == []
    assert (applied.already, applied.writes, applied.failures) == (len(plan.changes), 0, [])


def test_who_was_disabled_by_somebody_else_is_not_noted_as_our_departure(world: World) -> None:
    guid = new_account(world.directory, person("1"))
    plan = world.plan(gone("1"))
    world.directory.users[guid].bits = 0x202

    world.apply(plan)

    assert world.prior().departures == {}


def test_a_manager_set_by_somebody_else_is_drift(world: World) -> None:
    guid = new_account(world.directory, person("1"))
    other = new_account(world.directory, person("3", "Cid"))
    plan = world.plan(person("1", manager="2"), person("2", "Bob"), person("3", "Cid"))
    world.directory.users[guid].attributes["manager"] = other

    applied = world.apply(plan)

    assert [(failure.action, failure.why) for failure in applied.failures] == [("set-reference", "drifted")]
    assert world.directory.users[guid].attributes["manager"] == other


def test_a_manager_who_could_not_be_created_is_not_set(world: World) -> None:
    new_account(world.directory, person("1"))
    plan = world.plan(person("1", manager="2"), person("2", "Bob", ou=LAB))
    world.directory.containers.remove(LAB)

    applied = world.apply(plan)

    assert [(one.action, one.why) for one in applied.failures] == [
        ("create-user", "noSuchObject (32)"),
        ("set-reference", "unresolved"),
    ]


def test_a_manager_who_is_set_already_is_not_sent(world: World) -> None:
    guid = new_account(world.directory, person("1"))
    plan = world.plan(person("1", manager="2"), person("2", "Bob"))

    def somebody_sets_it(_done: int, _total: int) -> None:
        (boss,) = world.directory.by_anchor("2")
        world.directory.users[guid].attributes["manager"] = boss.guid

    world.on_progress = somebody_sets_it
    applied = world.apply(plan)

    assert (applied.already, applied.writes, applied.failures) == (1, 1, [])


def test_a_group_that_is_gone_is_reported(world: World) -> None:
    new_account(world.directory, person("1"))
    plan = world.plan(person("1", groups=EVERYBODY))
    group = next(iter(world.directory.members))
    del world.directory.group_objects[group], world.directory.members[group]

    applied = world.apply(plan)

    assert applied.failures == [Failure(0, "add-to-group", group, EntryState.STALE, "gone")]


@pytest.mark.parametrize("attribute", ["sAMAccountName", "userPrincipalName", "mail"])
def test_a_name_that_was_taken_meanwhile_makes_no_account(world: World, attribute: str) -> None:
    plan = world.plan(person("1", manager="1", groups=EVERYBODY))
    taken = {attribute: str(plan.changes[0].after[attribute]).upper()}
    world.directory.new_user(f"CN=Other,{WARD}", **taken)

    applied = world.apply(plan)

    assert [(one.action, one.why) for one in applied.failures] == [
        ("create-user", "name-taken"),
        ("set-reference", "unresolved"),
        ("add-to-group", "unresolved"),
    ]
    assert world.directory.sent == []


def test_an_account_with_the_anchor_that_appeared_meanwhile_is_not_made_again(world: World) -> None:
    plan = world.plan(person("1", groups=EVERYBODY))
    guid = new_account(world.directory, person("1"))

    applied = world.apply(plan)

    assert (applied.already, applied.failures) == (1, [])
    assert [user.guid for user in world.directory.by_anchor("1")] == [guid]
    assert world.directory.groups_of(guid)


def test_two_accounts_with_the_anchor_that_appeared_meanwhile_are_a_doubt(world: World) -> None:
    plan = world.plan(person("1"))
    new_account(world.directory, person("1"))
    new_account(world.directory, person("1"), cn="Second", sAMAccountName="second", userPrincipalName="s@x")

    applied = world.apply(plan)

    assert [failure.why for failure in applied.failures] == ["drifted"]
    assert world.directory.sent == []


def test_what_the_directory_refuses_fails_alone(world: World) -> None:
    """The OU went away after planning."""
    plan = world.plan(person("1"), person("2", "Bob", ou=LAB))
    plan_id = world.save(plan)
    world.directory.containers.remove(WARD)

    applied = world.apply(plan, plan_id)

    assert applied.failures == [Failure(0, "create-user", "1", EntryState.FAILED, "noSuchObject (32)")]
    assert world.journal(plan_id) == {0: "failed", 1: "done"}
    assert len(world.directory.by_anchor("2")) == 1


@pytest.mark.parametrize(
    "policy", [replace(POLICY, managed_ous=(STAFF.replace("Staff", "Other"),)), replace(POLICY, managed_ous=())]
)
def test_a_place_that_is_no_longer_managed_is_not_written(world: World, policy: object) -> None:
    new_account(world.directory, person("2", "Bob"), ou=LAB)
    plan = world.plan(person("1"), person("2", "Bob"), person("3", "Cid", groups=EVERYBODY))
    world.policy = policy

    applied = world.apply(plan)

    assert [failure.why for failure in applied.failures] == ["protected"] * len(plan.changes)
    assert world.directory.sent == []
