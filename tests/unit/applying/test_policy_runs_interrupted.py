"""A list of actions is carried out once where runs are undone, stopped, overtaken by another one, partial or killed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from lifecycle.people.person import Person
from lifecycle.store.journal import Journal
from tests.support.nights import DISABLE, MOVE, ONCE, Begin, refuse_attributes
from tests.support.world import LAB, World, gone, new_account, person


@pytest.mark.parametrize("moved", [gone("1"), person("1", title="Head")])
def test_a_list_that_was_undone_may_begin_again(begin: Begin, moved: Person) -> None:
    nights = begin(leavers=[DISABLE, ONCE], movers=[ONCE])
    new_account(nights.world.directory, person("1"))
    world = nights.world
    world.run(moved)
    world.undo(world.newest())

    nights.pass_by(moved, count=2)

    assert nights.set == 2


def test_a_plan_that_was_not_applied_leaves_nothing_to_be_remembered(begin: Begin) -> None:
    nights = begin(leavers=[DISABLE, ONCE])
    new_account(nights.world.directory, person("1"))
    stopped = nights.world.plan(gone("1"))

    (plan,) = nights.pass_by(gone("1"))

    assert (plan.changes, nights.set) == (stopped.changes, 1)


@pytest.mark.parametrize("moved", [gone("1"), person("1", title="Head")])
def test_a_plan_that_is_approved_after_another_run_has_carried_the_list_out_does_not_do_it_twice(
    begin: Begin, moved: Person
) -> None:
    nights = begin(leavers=[DISABLE, ONCE, MOVE], movers=[ONCE])
    world = nights.world
    new_account(world.directory, person("1"))
    waiting = world.plan(moved)
    world.apply(world.plan_some(moved))
    assert nights.set == 1

    applied = world.apply(waiting)

    assert nights.set == 1
    assert {failure.why for failure in applied.failures} <= {"drifted"}, "all that there is to do was done"


def test_a_run_for_some_people_sees_no_reference_and_ends_no_move(begin: Begin) -> None:
    nights = begin(movers=[ONCE])
    world = nights.world
    for key in "12":
        new_account(world.directory, person(key, f"Ann{key}"))
    nights.refuses = refuse_attributes
    everybody = (person("1", "Ann1", manager="2"), person("2", "Ann2"))
    nights.pass_by(*everybody)
    for expected, one in ((1, everybody[0]), (2, replace(everybody[0], ou=LAB))):
        world.apply(world.plan_some(one))

        nights.pass_by(one, everybody[1])

        assert nights.set == expected


class _Killed(BaseException):
    """Nothing catches it."""


@pytest.mark.parametrize(
    ("before", "moved"),
    [
        ([], person("1")),
        ([person("1")], gone("1")),
        ([person("1")], person("1", title="Head", ou=LAB)),
        ([person("1"), gone("1")], person("1", title="Head")),
    ],
    ids=["joiner", "leaver", "mover", "rehire"],
)
@pytest.mark.parametrize("point", range(24))
def test_a_run_that_is_killed_anywhere_leaves_the_list_to_be_carried_out_once(
    begin: Begin, before: list[Person], moved: Person, point: int
) -> None:
    """Killed at the n-th time that it writes to the journal or sends; then the nights go on."""
    lists = {"joiners": [ONCE], "leavers": [DISABLE, ONCE, MOVE], "movers": [ONCE], "rehires": [ONCE]}
    nights = begin(**lists)
    for one in before:
        nights.pass_by(one)
    nights.passwords.clear()
    for user in nights.world.directory.users.values():
        user.attributes["pwdLastSet"] = "13"  # long ago: recovery tells by it whether the new one arrived
    with suppress(_Killed), pytest.MonkeyPatch.context() as patch:
        _kill_at(patch, nights.world, point)
        nights.pass_by(moved)

    nights.pass_by(moved, count=3)

    assert nights.set == 1


def _kill_at(patch: pytest.MonkeyPatch, world: World, point: int) -> None:
    count = iter(range(10_000))

    def tick() -> None:
        if next(count) == point:
            raise _Killed

    for name in ("intend", "settle"):
        wrapped = getattr(Journal, name)

        def ticking(self: Journal, *arguments: object, _wrapped: Callable[..., None] = wrapped) -> None:
            tick()
            _wrapped(self, *arguments)

        patch.setattr(Journal, name, ticking)
    patch.setattr(world.directory, "before_send", tick)
    patch.setattr(world.directory, "after_send", tick)
