"""Lists of actions carried out: failures hold back one account alone, steps fall due, a rehire cancels them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lifecycle.directory import dn
from tests.support.world import LEAVERS, World, actions, gone, new_account, person, told, with_lists

SET_ASIDE = [("disable-user", "done"), ("move-user", "done")]
"""Steps of what is done at once."""
LATER = [
    {"action": "disable-user"},
    {"action": "move-user", "ou": LEAVERS},
    {"action": "modify-user", "set": {"title": "Left"}, "after": "30d"},
]


def test_a_failure_holds_back_the_rest_of_the_list_for_that_account_alone(world: World) -> None:
    guids = [new_account(world.directory, person(key, f"Ann{key}")) for key in "12"]
    world = replace(
        world, policy=with_lists(leavers=[{"action": "disable-user"}, {"action": "move-user", "ou": LEAVERS}])
    )
    plan = world.plan(gone("1"), gone("2"))
    world.directory.users[guids[0]].admin_count = 1

    applied = world.apply(plan)

    assert [(one.action, one.why) for one in applied.failures] == [
        ("disable-user", "protected"),
        ("move-user", "held-back"),
    ]
    assert [dn.is_below(world.directory.users[guid].dn, LEAVERS) for guid in guids] == [False, True]


def test_a_step_falls_due_when_its_time_has_come_and_never_before(world: World) -> None:
    guid = new_account(world.directory, person("1"))
    world = replace(world, policy=with_lists(leavers=LATER))
    world.run(gone("1"))

    world.now += timedelta(days=29)
    early = world.due()
    world.now += timedelta(days=1)
    due = world.due()
    again = world.due()

    assert (actions(early), actions(due), actions(again)) == ([], ["modify-user"], [])
    assert world.directory.users[guid].attributes["title"] == "Left"
    assert world.steps() == [*SET_ASIDE, ("modify-user", "done")]


def test_a_leavers_step_waits_until_somebody_has_looked_whether_they_are_back(world: World) -> None:
    new_account(world.directory, person("1"))
    # Named otherwise than every other world: what counts is when this automation has looked.
    world = replace(world, policy=replace(with_lists(leavers=LATER), automation="some-time-ago"))
    world.run(gone("1"))
    world.now += timedelta(days=31)

    unseen = replace(world, is_synced=False).due()
    waits = world.steps()
    seen = world.due()

    assert (actions(unseen), told(unseen), waits) == (
        [],
        {("1", "not-seen-since")},
        [*SET_ASIDE, ("modify-user", "waiting")],
    )
    assert actions(seen) == ["modify-user"]


def test_a_rehire_cancels_what_still_waits(world: World) -> None:
    new_account(world.directory, person("1"))
    world = replace(world, policy=with_lists(leavers=LATER))
    world.run(gone("1"))
    world.run(person("1"))

    world.now += timedelta(days=31)

    assert actions(world.due()) == []
    assert world.steps() == [*SET_ASIDE, ("modify-user", "cancelled")]


def test_who_was_enabled_by_hand_is_left_when_the_step_falls_due(world: World) -> None:
    guid = new_account(world.directory, person("1"))
    world = replace(world, policy=with_lists(leavers=LATER))
    world.run(gone("1"))
    world.directory.users[guid].bits = 512
    world.now += timedelta(days=31)

    plan = world.due()

    assert (actions(plan), [why for _, why in plan.void_steps]) == ([], ["enabled-again"])
    assert world.steps() == [*SET_ASIDE, ("modify-user", "cancelled")]


def test_a_leaver_who_was_set_aside_begins_no_list_again(world: World) -> None:
    new_account(world.directory, person("1"))
    world = replace(world, policy=with_lists(leavers=LATER))

    first, second = world.run(gone("1")), world.run(gone("1"))

    assert actions(first) == ["begin-policy", "disable-user", "move-user"]
    assert actions(second) == []


def test_a_joiner_list_is_done_once_the_account_is_there(world: World) -> None:
    world = replace(
        world,
        policy=with_lists(joiners=[{"action": "modify-user", "set": {"title": "New"}}, {"action": "unlock-user"}]),
    )

    assert actions(world.run(person("1"))) == ["create-user", "begin-policy"]
    assert actions(world.due()) == ["modify-user"]
    assert world.steps() == [("modify-user", "done"), ("unlock-user", "done")]
    assert actions(world.due()) == []


def test_undo_takes_back_a_leaver_and_all_that_still_waits(world: World) -> None:
    guid = new_account(world.directory, person("1"))
    world = replace(world, policy=with_lists(leavers=LATER))
    before = world.directory.everything()
    plan = world.plan(gone("1"))
    plan_id = world.save(plan)
    world.apply(plan, plan_id)

    undone = world.undo(plan_id)

    assert actions(undone) == ["move-user", "enable-user", "end-policy"]
    assert world.directory.everything() == before
    assert world.steps() == [*SET_ASIDE, ("modify-user", "cancelled")]
    assert actions(world.undo(plan_id)) in ([], ["end-policy"]), "there is nothing left to take back"
    assert world.directory.users[guid].bits == 512


def test_undo_leaves_what_somebody_has_changed_since(world: World) -> None:
    guid = new_account(world.directory, person("1"), title="Nurse")
    plan = world.plan(person("1", title="Head"))
    plan_id = world.save(plan)
    world.apply(plan, plan_id)
    world.directory.users[guid].attributes["title"] = "Deputy"

    undone = world.undo(plan_id)

    assert (actions(undone), {notice.reason.value for notice in undone.notices}) == ([], {"undo-drifted"})
    assert world.directory.users[guid].attributes["title"] == "Deputy"
