"""Undoing a creation: whoever has not begun goes again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lifecycle.config.automation import Limits
from lifecycle.planning.limits import breaches
from tests.support.deletions import carried_out, everything_of
from tests.support.memory_objects import User
from tests.support.world import ALL_STAFF, World, actions, new_account, person, told


def test_undo_of_joiners_takes_back_memberships_references_and_accounts(world: World) -> None:
    new_account(world.directory, person("9", "Zoe"))
    before = everything_of(world)
    plan = world.plan(
        person("1", groups={ALL_STAFF: "groups.0"}, manager="2"), person("2", "Bob", manager="1"), person("9", "Zoe")
    )
    plan_id = carried_out(world, plan)

    undone = world.undo(plan_id)

    assert set(actions(undone)) == {"modify-user", "remove-from-group", "disable-user", "delete-user"}
    assert "delete: 2" in {str(breach).partition(" (")[0] for breach in breaches(undone, Limits())}
    assert everything_of(world) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda user: user.attributes.update(pwdLastSet="134401072180459830"),
        lambda user: user.attributes.update(employeeID="2"),
        lambda user: user.attributes.update(sAMAccountName="other"),
    ],
)
def test_a_joiner_who_is_at_work_by_now_stays(world: World, change: Callable[[User], None]) -> None:
    plan_id = carried_out(world, world.plan(person("1")))
    (user,) = world.directory.users.values()
    change(user)

    undone = world.undo(plan_id)

    assert (undone.changes, told(undone)) == ((), {("1", "undo-drifted")})


def test_a_joiner_who_is_gone_by_now_is_nothing_to_take_back(world: World) -> None:
    plan_id = carried_out(world, world.plan(person("1")))
    world.directory.users.clear()

    undone = world.undo(plan_id)

    assert (undone.changes, undone.notices) == ((), ())
