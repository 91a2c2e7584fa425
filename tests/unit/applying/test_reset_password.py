"""Resetting passwords: a secret goes to everybody, and none is set twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lifecycle.directory.operation import SetPassword
from tests.support.deletions import Die, Killed
from tests.support.world import World, gone, new_account, person, with_lists

RESET: dict[str, object] = {"action": "reset-password"}


def test_a_secret_is_read_once_and_written_to_everybody(world: World) -> None:
    guids = [new_account(world.directory, person(key, f"Ann{key}")) for key in "12"]
    plan = world.request([{**RESET, "password": {"secret": "first-day"}, "must_change": False, "unlock": True}], *guids)

    world.apply(plan)

    assert world.directory.sent == [
        SetPassword(guid, "Not-A-Secret-1-first-day", must_change=False, unlock=True) for guid in sorted(guids)
    ]
    assert "Not-A-Secret" not in plan.model_dump_json()


@pytest.mark.parametrize(
    ("hook", "before", "must_change", "ends"),
    [
        ("before_send", "13", True, ("failed", "waiting")),
        ("after_send", "13", True, ("done", "done")),
        ("after_send", "13", False, ("done", "done")),
        ("after_send", None, False, ("done", "done")),
        ("before_send", None, False, ("failed", "waiting")),
        ("before_send", "0", True, ("unknown", "failed")),
        ("after_send", "0", True, ("unknown", "failed")),
    ],
)
def test_a_password_whose_answer_was_lost_is_not_set_twice(
    world: World, hook: str, before: str | None, must_change: bool, ends: tuple[str, str], die: Die, killed: Killed
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

    assert list(world.journal(world.newest()).values()) == [ends[0]]
    assert world.steps() == [("disable-user", "done"), ("reset-password", ends[1])]
