"""While one operation takes long the lease is kept; once it is lost the operation ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from lifecycle.actions.change import Cause
from lifecycle.actions.home_folder import DIGEST, PATH, DeleteHomeFolder
from lifecycle.actions.outside import Outside, System, Wanted
from lifecycle.answer import Answer
from lifecycle.applying.apply import apply_plan
from lifecycle.applying.systems import Systems
from lifecycle.errors import RunLockedError
from lifecycle.folders.operation import Folder, FolderState
from lifecycle.planning.plan import Plan
from tests.support.world import World, new_account, person

HOURS = 3
HOME = r"\\files\home\ann"
THERE = Folder(3, 10, 0, "d")


class SlowServers(Systems):
    """Takes hours for one folder, with a sign of life a minute; ``between`` happens at each."""

    def __init__(self, world: World, between: Callable[[], None]) -> None:
        super().__init__()
        self._world, self._between = world, between

    def look_up(self, wanted: Wanted, _accounts: object, keep: Callable[[], None] = lambda: None) -> Outside:
        """Listing it takes long, too."""
        self._wait(keep)
        state: FolderState = THERE
        return Outside(folders=dict.fromkeys(wanted.paths, state))

    def send(
        self, _system: System, operations: Sequence[Any], keep: Callable[[], None] = lambda: None,
        permit: Callable[[], None] = lambda: None,
    ) -> list[Answer]:  # fmt: skip
        """So does removing it."""
        permit()
        self._wait(keep)
        return [Answer(0, "deleted")] * len(operations)

    def _wait(self, keep: Callable[[], None]) -> None:
        for _ in range(HOURS * 60):
            self._world.now += timedelta(minutes=1)
            self._between()
            keep()


def plan_in(world: World, *keys: str) -> Plan:
    changes = tuple(
        DeleteHomeFolder(
            account=new_account(world.directory, person(key, f"Ann{key}")), cause=Cause.REQUEST, rule="request",
            before={PATH: f"{HOME}{key}", DIGEST: "d"}, after={PATH: None},
        )
        for key in keys or ("1",)
    )  # fmt: skip
    return Plan(
        automation=world.policy.automation, directory=world.directory.identity(), created_at=world.now,
        changes=changes, notices=(),
    )  # fmt: skip


def apply(world: World, plan: Plan, between: Callable[[], None]) -> None:
    plan_id = world.save(plan)
    with world.session(SlowServers(world, between)) as session:
        apply_plan(session, plan, plan_id)


def test_nobody_takes_the_lease_of_a_run_that_works_for_hours(world: World) -> None:
    plan, refused = plan_in(world), []

    def another_run() -> None:
        with pytest.raises(RunLockedError), world.lease("another"):
            raise AssertionError
        refused.append(world.now)

    apply(world, plan, another_run)

    assert len(refused) == 2 * HOURS * 60


def test_a_run_that_has_lost_its_lease_ends_in_the_middle(world: World) -> None:
    plan, seen = plan_in(world), []

    def taken_over() -> None:
        seen.append(world.now)
        if len(seen) == 200:  # asleep for longer than the lease lasts
            world.now += timedelta(hours=1)
            with world.store.lease(world.directory.identity(), "another", world.clock):
                pass

    with pytest.raises(RunLockedError):
        apply(world, plan, taken_over)

    assert len(seen) == 200
    with world.store.begin() as unit:
        assert len(unit.journal.open_entries(world.directory.identity())) == 1, "the next run looks what became of it"


class Overtaken(Systems):
    """Carries everything out, and is so slow that another run has taken the lease and has settled what was open."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world, self.sent = world, 0

    def look_up(self, wanted: Wanted, _accounts: object, keep: Callable[[], None] = lambda: None) -> Outside:
        """At once."""
        keep()
        return Outside(folders=dict.fromkeys(wanted.paths, THERE))

    def send(
        self, _system: System, operations: Sequence[Any], keep: Callable[[], None] = lambda: None,
        permit: Callable[[], None] = lambda: None,
    ) -> list[Answer]:  # fmt: skip
        """The first operation outlives the lease."""
        keep()
        for _ in operations:
            permit()
            self.sent += 1
            self._world.now += timedelta(hours=1)
            self._world.recover()
        return [Answer(0, "deleted")] * len(operations)


def test_a_run_that_was_overtaken_says_so_and_sends_nothing_more(world: World) -> None:
    plan = plan_in(world, "1", "2")
    plan_id, systems = world.save(plan), Overtaken(world)

    with pytest.raises(RunLockedError, match="another run took it over"), world.session(systems) as session:
        apply_plan(session, plan, plan_id)

    assert systems.sent == 1
    assert "intended" not in world.journal(plan_id).values(), "the other run has settled it"


def test_a_directory_hears_nothing_more_from_a_run_that_was_overtaken(world: World) -> None:
    plan = world.plan(person("1"), person("2", "Bob"))
    plan_id = world.save(plan)

    def overtaken() -> None:
        world.now += timedelta(hours=1)
        with world.store.lease(world.directory.identity(), "another", world.clock):
            pass

    world.directory.before_send = overtaken
    with pytest.raises(RunLockedError):
        world.apply(plan, plan_id)

    assert not world.directory.users
