"""Deleting, restoring, resetting: killed anywhere, the next run ends it; what the store knew goes and comes along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from lifecycle.actions.change import Listed
from lifecycle.config.automation import Limit, Limits, PerOu
from lifecycle.directory import dn
from lifecycle.directory.operation import DeleteUser, RestoreUser, SetPassword
from lifecycle.directory.snapshot import AccountSnapshot
from lifecycle.planning.limits import breaches
from lifecycle.planning.plan import Plan
from lifecycle.store.lease import Lease
from tests.support.memory_directory import User
from tests.support.world import ALL_STAFF, LEAVERS, STAFF, World, actions, gone, new_account, person, told, with_lists

Die = Callable[..., None]
Killed = type[BaseException]

DELETE: list[dict[str, object]] = [{"action": "delete-user"}]
HOOKS = ("before_send", "after_send")
RESTORED = ["restore-user", "reset-password", "modify-user", "modify-user", "add-to-group", "modify-user"]
GIVEN_ANEW = ("pwdLastSet",)


def _leaver(world: World) -> tuple[str, str, str]:
    """A disabled account with a manager, a group, and somebody who reports to it: its GUID and theirs."""
    boss = new_account(world.directory, person("1", "Bea"))
    guid = new_account(world.directory, person("2", "Ann", title="Clerk"), enabled=False, ou=LEAVERS, manager=boss)
    report = new_account(world.directory, person("3", "Cid"), manager=guid)
    world.directory.members[world.directory.group_called(ALL_STAFF)].add(guid)
    return guid, boss, report


def _everything(world: World) -> dict[str, object]:
    """The directory, without what a restored account gets anew."""
    for user in world.directory.users.values():
        user.attributes = {name: value for name, value in user.attributes.items() if name not in GIVEN_ANEW}
    return world.directory.everything()


def _carried_out(world: World, plan: Plan) -> str:
    plan_id = world.save(plan)
    assert world.apply(plan, plan_id).failures == []
    return plan_id


def test_restored_account_is_what_it_was_and_so_are_the_others(world: World) -> None:
    guid, _, _ = _leaver(world)
    before = _everything(world)
    plan_id = _carried_out(world, world.request(DELETE, guid))
    assert guid not in world.directory.users

    undone = world.undo(plan_id)

    assert actions(undone) == RESTORED
    assert world.directory.users[guid].password.startswith("Not-A-Secret")
    assert _everything(world) == before
    assert told(undone) == set()


def test_the_whole_account_is_durable_before_the_delete_is_sent(world: World, die: Die, killed: Killed) -> None:
    guid, boss, report = _leaver(world)
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
    guid, _, _ = _leaver(world)
    before = _everything(world)
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
    assert _everything(world) == before


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("window", range(len(RESTORED)))
def test_a_restoring_that_was_killed_is_ended_by_the_next(
    world: World, hook: str, window: int, die: Die, killed: Killed
) -> None:
    guid, _, _ = _leaver(world)
    before = _everything(world)
    plan_id = _carried_out(world, world.request(DELETE, guid))
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

    assert _everything(world) == before
    assert world.directory.users[guid].password, "it never stays without a password"
    assert world.undo(plan_id).changes == ()


def test_nobody_is_let_in_without_a_password(world: World) -> None:
    """The enabling waits for it, and is held back when it cannot be set."""
    guid, _, _ = _leaver(world)
    world.directory.users[guid].bits = 512
    plan_id = _carried_out(world, world.request([{"action": "delete-user", "require_disabled": False}], guid))
    assert [type(one) for one in world.directory.sent[-1:]] == [DeleteUser]
    assert world.directory.deleted_users[guid].bits == 514

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.support.memory_directory.SHORTEST_PASSWORD", 10_000)
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
    before = world.memory()
    assert set(before.departures) == {user.guid}
    plan_id = _carried_out(world, world.request(DELETE, user.guid))
    assert not world.memory().departures
    assert not world.memory().grants

    world.undo(plan_id)

    after = world.memory()
    assert (after.grants, set(after.departures)) == (before.grants, set(before.departures))
    assert world.directory.groups_of(user.guid) == {by_hand, ruled}


def test_names_of_a_deleted_account_are_remembered_also_when_others_gave_them(world: World) -> None:
    guid, _, _ = _leaver(world)
    _carried_out(world, world.request(DELETE, guid))

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

    assert world.steps() == [("delete-user", "done"), ("modify-user", "cancelled")]
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
    assert world.steps() == [("delete-user", "done")]


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
    guid, _, _ = _leaver(world)
    plan = world.request(DELETE, guid)
    user = world.directory.users[guid]
    for name, value in change.items():
        setattr(user, name, value)

    (failure,) = world.apply(plan).failures

    assert (failure.why, guid in world.directory.users) == (why, True)


def test_other_accounts_below_are_never_taken_along(world: World) -> None:
    """They would go without a snapshot, and whether they are protected or not."""
    guid, boss, _ = _leaver(world)
    world.directory.users[guid].children = (boss,)

    (failure,) = world.apply(world.request([{"action": "delete-user", "tree": True}], guid)).failures

    assert (failure.why, guid in world.directory.users) == ("protected", True)


def test_bosses_and_those_who_report_to_them_come_back_together(world: World) -> None:
    """Whichever went first: one is restored by its own reference, the other by what the boss's snapshot says."""
    guid, boss, report = _leaver(world)
    for one in (boss, report):
        world.directory.users[one].bits = 514
    before = _everything(world)
    plan_id = _carried_out(world, world.request(DELETE, guid, boss, report))
    assert world.directory.users == {}

    undone = world.undo(plan_id)

    assert told(undone) == set()
    assert _everything(world) == before


def test_who_has_another_manager_by_now_keeps_that_one(world: World) -> None:
    guid, boss, report = _leaver(world)
    plan_id = _carried_out(world, world.request(DELETE, guid))
    world.directory.users[report].attributes["manager"] = boss

    world.undo(plan_id)

    assert world.directory.users[report].attributes["manager"] == boss


def test_who_was_restored_by_hand_keeps_the_password_and_gets_what_is_lacking(world: World) -> None:
    guid, boss, _ = _leaver(world)
    plan_id = _carried_out(world, world.request(DELETE, guid))
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
    guid, _, _ = _leaver(world)
    plan_id = _carried_out(world, world.request(DELETE, guid))
    obstacle(world, guid)

    undone = world.undo(plan_id)

    assert (undone.changes, told(undone)) == ((), {(guid, "undo-impossible")})


def test_an_account_on_the_exclusion_list_is_not_restored(world: World) -> None:
    guid, _, _ = _leaver(world)
    plan_id = _carried_out(world, world.request(DELETE, guid))
    world = replace(world, policy=replace(world.policy, excluded=frozenset({guid})))

    assert told(world.undo(plan_id)) == {(guid, "account-protected")}
    assert guid not in world.directory.users


def test_a_group_that_has_become_privileged_is_not_joined_again(world: World) -> None:
    guid, _, _ = _leaver(world)
    plan_id = _carried_out(world, world.request(DELETE, guid))
    group = world.directory.group_called(ALL_STAFF)
    world.directory.group_objects[group] = replace(world.directory.group_objects[group], privileged=True)

    assert told(world.undo(plan_id)) == {(guid, "restored-in-part")}
    assert world.directory.groups_of(guid) == frozenset()


def test_undo_of_an_undo_deletes_again_and_may_be_taken_back(world: World) -> None:
    guid, _, _ = _leaver(world)
    before = _everything(world)
    plan_id = _carried_out(world, world.request(DELETE, guid))
    world.undo(plan_id)

    world.undo(world.newest())
    assert guid not in world.directory.users
    world.undo(world.newest())

    assert _everything(world) == before


def test_undo_of_joiners_takes_back_memberships_references_and_accounts(world: World) -> None:
    new_account(world.directory, person("9", "Zoe"))
    before = _everything(world)
    plan = world.plan(
        person("1", groups={ALL_STAFF: "groups.0"}, manager="2"), person("2", "Bob", manager="1"), person("9", "Zoe")
    )
    plan_id = _carried_out(world, plan)

    undone = world.undo(plan_id)

    assert set(actions(undone)) == {"modify-user", "remove-from-group", "disable-user", "delete-user"}
    assert "delete: 2" in {str(breach).partition(" (")[0] for breach in breaches(undone, Limits())}
    assert _everything(world) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda user: user.attributes.update(pwdLastSet="134401072180459830"),
        lambda user: user.attributes.update(employeeID="2"),
        lambda user: user.attributes.update(sAMAccountName="other"),
    ],
)
def test_a_joiner_who_is_at_work_by_now_stays(world: World, change: Callable[[User], None]) -> None:
    plan_id = _carried_out(world, world.plan(person("1")))
    (user,) = world.directory.users.values()
    change(user)

    undone = world.undo(plan_id)

    assert (undone.changes, told(undone)) == ((), {("1", "undo-drifted")})


def test_a_joiner_who_is_gone_by_now_is_nothing_to_take_back(world: World) -> None:
    plan_id = _carried_out(world, world.plan(person("1")))
    world.directory.users.clear()

    undone = world.undo(plan_id)

    assert (undone.changes, undone.notices) == ((), ())


RESET: dict[str, object] = {"action": "reset-password"}


def test_deletions_wait_for_approval_unless_the_limits_say_otherwise(world: World) -> None:
    guid, _, _ = _leaver(world)
    plan = world.request(DELETE, guid)

    assert [breach.kind for breach in breaches(plan, Limits())] == ["delete"]
    assert breaches(plan, Limits(delete=Limit(count=1))) == ()
    per_ou = Limits(delete=Limit(count=1), per_ou=PerOu(delete=Limit(count=0)))
    assert [(breach.kind, breach.place) for breach in breaches(plan, per_ou)] == [("delete", dn.key(LEAVERS))]


def test_a_secret_is_read_once_and_written_to_everybody(world: World) -> None:
    guids = [new_account(world.directory, person(key, f"Ann{key}")) for key in "12"]
    plan = world.request([{**RESET, "password": {"secret": "first-day"}, "must_change": False, "unlock": True}], *guids)

    world.apply(plan)

    assert world.directory.sent == [
        SetPassword(guid, "Not-A-Secret-1-first-day", must_change=False, unlock=True) for guid in sorted(guids)
    ]
    assert "Not-A-Secret" not in plan.model_dump_json()


@pytest.mark.parametrize(
    ("hook", "before", "must_change", "state", "step"),
    [
        ("before_send", "13", True, "failed", "waiting"),
        ("after_send", "13", True, "done", "done"),
        ("after_send", "13", False, "done", "done"),
        ("after_send", None, False, "done", "done"),
        ("before_send", None, False, "failed", "waiting"),
        ("before_send", "0", True, "unknown", "failed"),
        ("after_send", "0", True, "unknown", "failed"),
    ],
)
def test_a_password_whose_answer_was_lost_is_not_set_twice(
    world: World, hook: str, before: str | None, must_change: bool, state: str, step: str, die: Die, killed: Killed
) -> None:
    new_account(world.directory, person("1"), pwdLastSet=before)
    later = [{"action": "disable-user"}, {**RESET, "must_change": must_change, "after": "1d"}]
    world = replace(world, policy=with_lists(leavers=later))
    world.run(gone("1"))
    world.now += timedelta(days=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.directory, hook, die)
        with pytest.raises(killed):
            world.due()

    world.recover()

    assert list(world.journal(world.newest()).values()) == [state]
    assert world.steps() == [("reset-password", step)]


def test_a_change_that_is_lost_before_its_intent_leaves_everything(world: World, die: Die, killed: Killed) -> None:
    guid, _, _ = _leaver(world)
    before = _everything(world)
    plan = world.request([{"action": "delete-user"}], guid)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lease, "renew", die)
        with pytest.raises(killed):
            world.apply(plan)

    assert world.recover() == 0
    assert _everything(world) == before
    assert plan.changes[0].listed == Listed(rule="request", item=0)
