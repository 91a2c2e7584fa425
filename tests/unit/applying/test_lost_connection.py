"""A connection that breaks while a plan is applied: what is known is kept, what is not is looked up."""

from __future__ import annotations

import pytest

from lifecycle.errors import DirectoryUnavailableError
from tests.support.world import ALL_STAFF, World, gone, new_account, person

EVERYBODY = {ALL_STAFF: "groups.0"}


@pytest.mark.parametrize(("answered", "carried_out"), [(0, 0), (0, 1), (1, 1), (1, 2), (2, 3), (3, 3), (0, 3)])
def test_joiners_are_made_once_whatever_was_answered(world: World, answered: int, carried_out: int) -> None:
    wanted = [person(key, f"Ann{key}", groups=EVERYBODY, manager="1") for key in "123"]
    plan = world.plan(*wanted)
    plan_id = world.save(plan)
    world.directory.break_connection(answered, carried_out)

    with pytest.raises(DirectoryUnavailableError):
        world.apply(plan, plan_id)
    assert set(world.journal(plan_id).values()) == {"intended"}, "no GUID is known yet: each is looked up"

    world.directory.reconnect()
    assert world.recover() == 3
    assert list(world.journal(plan_id).values()) == ["done"] * carried_out + ["failed"] * (3 - carried_out)
    assert len(world.directory.users) == carried_out
    world.run(*wanted)
    assert [len(world.directory.by_anchor(key)) for key in "123"] == [1, 1, 1]
    assert world.run(*wanted).changes == ()


@pytest.mark.parametrize(("answered", "carried_out"), [(0, 0), (0, 2), (1, 1), (1, 2), (2, 2)])
def test_answers_that_came_are_settled_and_remembered(world: World, answered: int, carried_out: int) -> None:
    guids = [new_account(world.directory, person(key, f"Ann{key}")) for key in "12"]
    plan = world.plan(gone("1"), gone("2"))
    plan_id = world.save(plan)
    world.directory.break_connection(answered, carried_out)

    with pytest.raises(DirectoryUnavailableError):
        world.apply(plan, plan_id)

    assert list(world.journal(plan_id).values()) == ["done"] * answered + ["intended"] * (2 - answered)
    assert set(world.prior().departures) == set(guids[:answered])
    world.directory.reconnect()
    world.recover()
    assert set(world.prior().departures) == set(guids[:carried_out])


def test_a_refusal_that_was_answered_before_the_break_is_kept(world: World) -> None:
    plan = world.plan(person("1"), person("2", "Bob"))
    plan_id = world.save(plan)
    world.directory.containers.clear()
    world.directory.break_connection(answered=1, carried_out=1)

    with pytest.raises(DirectoryUnavailableError):
        world.apply(plan, plan_id)

    assert world.journal(plan_id) == {0: "failed", 1: "intended"}


def test_group_members_whose_answer_was_lost_are_remembered_once_looked_up(world: World) -> None:
    guids = [new_account(world.directory, person(key, f"Ann{key}")) for key in "12"]
    plan = world.plan(*(person(key, f"Ann{key}", groups=EVERYBODY) for key in "12"))
    world.directory.break_connection(answered=0, carried_out=1)
    with pytest.raises(DirectoryUnavailableError):
        world.apply(plan)
    assert world.prior().grants == {}

    world.directory.reconnect()
    world.recover()

    group = next(iter(world.directory.members))
    assert world.prior().grants == dict.fromkeys(guids, frozenset({group}))
