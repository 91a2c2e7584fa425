"""An intent without an outcome is looked up: done, failed, or not to be told any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lifecycle.applying.recover import recover
from lifecycle.people.person import Person
from lifecycle.planning.plan import Plan
from tests.support.world import ALL_STAFF, LAB, LEAVERS, World, gone, new_account, person

EVERYBODY = {ALL_STAFF: "groups.0"}


def _open(world: World, plan: Plan, die: Callable[..., None], killed: type[BaseException], *, arrived: bool) -> str:
    """A plan of one change whose outcome nobody wrote down."""
    plan_id = world.save(plan)
    hook = "after_send" if arrived else "before_send"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.directory, hook, die)
        with pytest.raises(killed):
            world.apply(plan, plan_id)
    return plan_id


Change = Callable[[World], Plan]


def _of(*persons: Person, **account: object) -> Change:
    def plan(world: World) -> Plan:
        new_account(world.directory, person("1", title="Clerk"), **account)
        return world.plan(*persons)

    return plan


CHANGES = {
    "modify": _of(person("1", title="Head")),
    "rename": _of(person("1", "Ann", "B, Jr", title="Clerk", create={}, update={})),
    "move": _of(person("1", ou=LAB, title="Clerk")),
    "disable": _of(gone("1"), ou=LEAVERS),
    "join a group": _of(person("1", title="Clerk", groups=EVERYBODY)),
}


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("change", CHANGES)
def test_an_open_change_is_looked_up(
    world: World, change: str, arrived: bool, die: Callable[..., None], killed: type[BaseException]
) -> None:
    plan = CHANGES[change](world)
    assert len(plan.changes) == 1
    plan_id = _open(world, plan, die, killed, arrived=arrived)

    world.recover()

    assert world.journal(plan_id) == {0: "done" if arrived else "failed"}


@pytest.mark.parametrize("change", CHANGES)
def test_an_open_change_of_an_account_that_is_gone_cannot_be_told(
    world: World, change: str, die: Callable[..., None], killed: type[BaseException]
) -> None:
    plan = CHANGES[change](world)
    plan_id = _open(world, plan, die, killed, arrived=True)
    world.directory.users.clear()

    world.recover()

    assert world.journal(plan_id) == {0: "failed" if change == "join a group" else "unknown"}


def test_an_open_change_that_somebody_else_overwrote_cannot_be_told(
    world: World, die: Callable[..., None], killed: type[BaseException]
) -> None:
    plan_id = _open(world, CHANGES["modify"](world), die, killed, arrived=True)
    world.directory.by_anchor("1")[0].attributes["title"] = "Other"
    told = []

    with world.session() as session:
        recover(session, told.append)

    assert world.journal(plan_id) == {0: "unknown"}
    assert [(one.action, one.plan_id, one.number) for one in told] == [("modify-user", plan_id, 0)], "a person looks"


def test_two_accounts_for_one_open_joiner_cannot_be_told(
    world: World, die: Callable[..., None], killed: type[BaseException]
) -> None:
    plan_id = _open(world, world.plan(person("1")), die, killed, arrived=True)
    new_account(world.directory, person("1"), cn="Second")

    world.recover()

    assert world.journal(plan_id) == {0: "unknown"}


def test_a_plan_that_was_made_with_another_anchor_is_settled_all_the_same(
    world: World, die: Callable[..., None], killed: type[BaseException]
) -> None:
    plan_id = _open(world, world.plan(person("1")), die, killed, arrived=True)

    with replace(world, policy=replace(world.policy, anchor="employeeNumber")).session() as session:
        assert recover(session) == 1

    assert world.journal(plan_id) == {0: "unknown"}
