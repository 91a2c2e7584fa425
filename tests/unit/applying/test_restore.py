"""Undoing a deletion: the account is what it was, or it is said why not; killed anywhere, the next undo ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lifecycle.directory.operation import DeleteUser, RestoreUser, SetPassword
from tests.support.deletions import DELETE, HOOKS, Die, Killed, carried_out, everything_of, leaver_with_ties
from tests.support.world import ALL_STAFF, LEAVERS, STAFF, World, actions, gone, new_account, person, told

RESTORED = ["restore-user", "reset-password", "modify-user", "modify-user", "add-to-group", "modify-user"]


def test_restored_account_is_what_it_was_and_so_are_the_others(world: World) -> None:
    guid, _, _ = leaver_with_ties(world)
    before = everything_of(world)
    plan_id = carried_out(world, world.request(DELETE, guid))
    assert guid not in world.directory.users

    undone = world.undo(plan_id)

    assert actions(undone) == RESTORED
    assert world.directory.users[guid].password.startswith("Not-A-Secret")
    assert everything_of(world) == before
    assert told(undone) == set()


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("window", range(len(RESTORED)))
def test_a_restoring_that_was_killed_is_ended_by_the_next(
    world: World, hook: str, window: int, die: Die, killed: Killed
) -> None:
    guid, _, _ = leaver_with_ties(world)
    before = everything_of(world)
    plan_id = carried_out(world, world.request(DELETE, guid))
    seen = -1

    def count() -> None:
        nonlocal seen
        seen += 1
        if seen == window:
            die()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.directory, hook, count)
        try:
            world.undo(plan_id)
        except killed:
            assert guid in world.directory.users or (window == 0 and hook == "before_send")
        else:
            assert window == len(RESTORED) - 1, "values of two stages went in one window"

    world.recover()
    world.undo(plan_id)

    assert everything_of(world) == before
    assert world.directory.users[guid].password, "it never stays without a password"
    assert world.undo(plan_id).changes == ()


def test_nobody_is_let_in_without_a_password(world: World) -> None:
    """The enabling waits for it, and is held back when it cannot be set."""
    guid, _, _ = leaver_with_ties(world)
    world.directory.users[guid].bits = 512
    plan_id = carried_out(world, world.request([{"action": "delete-user", "require_disabled": False}], guid))
    assert [type(one) for one in world.directory.sent[-1:]] == [DeleteUser]
    assert world.directory.deleted_users[guid].bits == 514

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.support.memory_objects.SHORTEST_PASSWORD", 10_000)
        undone = world.undo(plan_id)

    assert actions(undone)[-1] == "enable-user"
    assert world.directory.users[guid].bits == 514
    states = world.journal(world.newest())
    assert list(states.values()) == ["done", "failed", "stale", "stale", "stale", "done", "stale"]
    assert undone.changes[5].account != guid, "who reported to it does again"
    world.undo(plan_id)
    assert (world.directory.users[guid].bits, bool(world.directory.users[guid].password)) == (512, True)


def test_what_the_store_knew_goes_with_the_account_and_comes_back(world: World) -> None:
    hired = [person("1", "Ann", groups={ALL_STAFF: "groups.0"})]
    world.run(*hired)
    (user,) = world.directory.by_anchor("1")
    world.run(gone("1"))
    by_hand = world.directory.new_group(f"CN=By hand,{STAFF}")
    ruled = world.directory.group_called(ALL_STAFF)
    for group in (by_hand, ruled):
        world.directory.members[group].add(user.guid)
    with world.store.begin() as unit:
        unit.grants.add(world.directory.identity(), [(user.guid, ruled)], "groups.0", world.clock())
    before = world.prior()
    assert set(before.departures) == {user.guid}
    plan_id = carried_out(world, world.request(DELETE, user.guid))
    assert not world.prior().departures
    assert not world.prior().grants

    world.undo(plan_id)

    after = world.prior()
    assert (after.grants, set(after.departures)) == (before.grants, set(before.departures))
    assert world.directory.groups_of(user.guid) == {by_hand, ruled}


def test_bosses_and_those_who_report_to_them_come_back_together(world: World) -> None:
    """Whichever went first: one is restored by its own reference, the other by what the boss's snapshot says."""
    guid, boss, report = leaver_with_ties(world)
    for one in (boss, report):
        world.directory.users[one].bits = 514
    before = everything_of(world)
    plan_id = carried_out(world, world.request(DELETE, guid, boss, report))
    assert world.directory.users == {}

    undone = world.undo(plan_id)

    assert told(undone) == set()
    assert everything_of(world) == before


def test_who_has_another_manager_by_now_keeps_that_one(world: World) -> None:
    guid, boss, report = leaver_with_ties(world)
    plan_id = carried_out(world, world.request(DELETE, guid))
    world.directory.users[report].attributes["manager"] = boss

    world.undo(plan_id)

    assert world.directory.users[report].attributes["manager"] == boss


def test_who_was_restored_by_hand_keeps_the_password_and_gets_what_is_lacking(world: World) -> None:
    guid, boss, _ = leaver_with_ties(world)
    plan_id = carried_out(world, world.request(DELETE, guid))
    world.directory.send(
        [RestoreUser(guid, f"CN=Ann Example,{LEAVERS}"), SetPassword(guid, "By-hand-1", must_change=False)]
    )
    world.directory.users[guid].attributes["title"] = "Deputy"

    undone = world.undo(plan_id)

    assert "reset-password" not in actions(undone)
    user = world.directory.users[guid]
    assert (user.password, user.attributes["title"], user.attributes["manager"]) == ("By-hand-1", "Deputy", boss)
    assert [(one.reason.value, one.about) for one in undone.notices] == [("undo-drifted", "title")]


def _nothing_deleted(world: World, guid: str) -> None:
    del world.directory.deleted_users[guid]


def _blind(world: World, _guid: str) -> None:
    world.directory.sees_deleted = False


def _no_place(world: World, _guid: str) -> None:
    world.directory.containers.discard(LEAVERS)


def _name_taken(world: World, _guid: str) -> None:
    new_account(world.directory, person("9", "Abe"), sAMAccountName="aExample", mail=None, userPrincipalName=None)


@pytest.mark.parametrize("obstacle", [_nothing_deleted, _blind, _no_place, _name_taken])
def test_an_account_that_cannot_come_back_is_said(world: World, obstacle: Callable[[World, str], None]) -> None:
    guid, _, _ = leaver_with_ties(world)
    plan_id = carried_out(world, world.request(DELETE, guid))
    obstacle(world, guid)

    undone = world.undo(plan_id)

    assert (undone.changes, told(undone)) == ((), {(guid, "undo-impossible")})


def test_an_account_on_the_exclusion_list_is_not_restored(world: World) -> None:
    guid, _, _ = leaver_with_ties(world)
    plan_id = carried_out(world, world.request(DELETE, guid))
    world = replace(world, policy=replace(world.policy, excluded=frozenset({guid})))

    assert told(world.undo(plan_id)) == {(guid, "account-protected")}
    assert guid not in world.directory.users


def test_a_group_that_has_become_privileged_is_not_joined_again(world: World) -> None:
    guid, _, _ = leaver_with_ties(world)
    plan_id = carried_out(world, world.request(DELETE, guid))
    group = world.directory.group_called(ALL_STAFF)
    world.directory.group_objects[group] = replace(world.directory.group_objects[group], privileged=True)

    assert told(world.undo(plan_id)) == {(guid, "restored-in-part")}
    assert world.directory.groups_of(guid) == frozenset()


def test_undo_of_an_undo_deletes_again_and_may_be_taken_back(world: World) -> None:
    guid, _, _ = leaver_with_ties(world)
    before = everything_of(world)
    plan_id = carried_out(world, world.request(DELETE, guid))
    world.undo(plan_id)

    world.undo(world.newest())
    assert guid not in world.directory.users
    world.undo(world.newest())

    assert everything_of(world) == before
