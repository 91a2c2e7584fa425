"""Deleting: the whole account is kept first, what must not go stays, and killed anywhere it is done once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lifecycle.actions.change import Listed
from lifecycle.config.automation import Limit, Limits, PerOu
from lifecycle.directory import dn
from lifecycle.directory.snapshot import AccountSnapshot
from lifecycle.planning.limits import breaches
from lifecycle.store.lease import Lease
from tests.support.deletions import DELETE, HOOKS, Die, Killed, carried_out, everything_of, leaver_with_ties
from tests.support.world import LEAVERS, World, actions, gone, new_account, person, with_lists


def test_the_whole_account_is_durable_before_the_delete_is_sent(world: World, die: Die, killed: Killed) -> None:
    guid, boss, report = leaver_with_ties(world)
    plan = world.request(DELETE, guid)
    plan_id = world.save(plan)
    world.directory.before_send = die
    with pytest.raises(killed):
        world.apply(plan, plan_id)

    with world.store.begin() as unit:
        (entry,) = unit.journal.of_plan(plan_id)
    assert (entry.state, guid in world.directory.users) == ("intended", True)
    kept = AccountSnapshot.from_json(entry.before["account.snapshot"])
    assert (kept.guid, kept.direct_report_guids) == (guid, (report,))
    assert kept.restorable(world.directory.schema(kept.attributes))["manager"] == boss


@pytest.mark.parametrize("hook", HOOKS)
def test_a_deletion_that_was_killed_is_told_and_done_once(world: World, hook: str, die: Die, killed: Killed) -> None:
    guid, _, _ = leaver_with_ties(world)
    before = everything_of(world)
    plan = world.request(DELETE, guid)
    plan_id = world.save(plan)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.directory, hook, die)
        with pytest.raises(killed):
            world.apply(plan, plan_id)

    assert world.recover() == 1

    arrived = hook == "after_send"
    assert world.journal(plan_id) == {0: "done" if arrived else "failed"}
    if arrived:
        world.undo(plan_id)
    assert everything_of(world) == before


def test_names_of_a_deleted_account_are_remembered_also_when_others_gave_them(world: World) -> None:
    guid, _, _ = leaver_with_ties(world)
    carried_out(world, world.request(DELETE, guid))

    with world.store.begin() as unit:
        names = unit.names.load(world.directory.identity())

    assert names["sAMAccountName", "aexample"] == {guid}
    assert names["address", "ann.example@corp.example.test"] == {guid}


def test_deleting_ends_what_waits_for_the_account_and_nothing_else(world: World) -> None:
    new_account(world.directory, person("1"))
    later = [
        {"action": "disable-user"},
        {"action": "move-user", "ou": LEAVERS},
        {"action": "delete-user", "after": "30d"},
        {"action": "modify-user", "set": {"title": "Gone"}, "after": "60d"},
    ]
    world = replace(world, policy=with_lists(leavers=later))
    world.run(gone("1"))
    world.now += timedelta(days=31)

    assert actions(world.due()) == ["delete-user"]

    assert world.steps()[2:] == [("delete-user", "done"), ("modify-user", "cancelled")]
    assert world.directory.users == {}


@pytest.mark.parametrize("hook", HOOKS)
def test_a_step_that_was_killed_is_settled(world: World, hook: str, die: Die, killed: Killed) -> None:
    new_account(world.directory, person("1"))
    later = [{"action": "disable-user"}, {"action": "move-user", "ou": LEAVERS}, {**DELETE[0], "after": "30d"}]
    world = replace(world, policy=with_lists(leavers=later))
    world.run(gone("1"))
    world.now += timedelta(days=31)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.directory, hook, die)
        with pytest.raises(killed):
            world.due()
    world.recover()

    again = world.due()

    assert actions(again) == ([] if hook == "after_send" else ["delete-user"])
    assert world.steps()[2:] == [("delete-user", "done")]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"bits": 512}, "drifted"),
        ({"admin_count": 1}, "protected"),
        ({"protected": True}, "protected"),
        ({"dn": "CN=Ann,DC=corp,DC=example,DC=test"}, "protected"),
        ({"children": ("other",)}, "notAllowedOnNonLeaf (66)"),
    ],
)
def test_an_account_that_must_not_go_stays(world: World, change: dict[str, object], why: str) -> None:
    guid, _, _ = leaver_with_ties(world)
    plan = world.request(DELETE, guid)
    user = world.directory.users[guid]
    for name, value in change.items():
        setattr(user, name, value)

    (failure,) = world.apply(plan).failures

    assert (failure.why, guid in world.directory.users) == (why, True)


def test_other_accounts_below_are_never_taken_along(world: World) -> None:
    """They would go without a snapshot, and whether they are protected or not."""
    guid, boss, _ = leaver_with_ties(world)
    world.directory.users[guid].children = (boss,)

    (failure,) = world.apply(world.request([{"action": "delete-user", "tree": True}], guid)).failures

    assert (failure.why, guid in world.directory.users) == ("protected", True)


def test_deletions_wait_for_approval_unless_the_limits_say_otherwise(world: World) -> None:
    guid, _, _ = leaver_with_ties(world)
    plan = world.request(DELETE, guid)

    assert [breach.kind for breach in breaches(plan, Limits())] == ["delete"]
    assert breaches(plan, Limits(delete=Limit(count=1))) == ()
    per_ou = Limits(delete=Limit(count=1), per_ou=PerOu(delete=Limit(count=0)))
    assert [(breach.kind, breach.place) for breach in breaches(plan, per_ou)] == [("delete", dn.key(LEAVERS))]


def test_a_change_that_is_lost_before_its_intent_leaveseverything_of(world: World, die: Die, killed: Killed) -> None:
    guid, _, _ = leaver_with_ties(world)
    before = everything_of(world)
    plan = world.request([{"action": "delete-user"}], guid)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lease, "renew", die)
        with pytest.raises(killed):
            world.apply(plan)

    assert world.recover() == 0
    assert everything_of(world) == before
    assert plan.changes[0].listed == Listed(rule="request", item=0)
