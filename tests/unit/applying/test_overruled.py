"""What somebody has overruled by hand is forgotten: it is theirs from then on."""

from __future__ import annotations

from dataclasses import replace

from lifecycle.people.person import Standing
from tests.support.world import (
    ALL_STAFF,
    WARD,
    World,
    gone,
    person,
)

EVERYBODY = {ALL_STAFF: "groups.0"}


def test_who_was_enabled_by_hand_and_then_disabled_by_hand_stays_disabled(world: World) -> None:
    world.run(person("1"))
    (user,) = world.directory.by_anchor("1")
    world.run(gone("1"))
    user.bits, user.dn = 0x200, f"CN=Ann Example,{WARD}"
    world.run(person("1"))
    user.bits = 0x202

    plan = world.run(person("1"))

    assert (plan.changes, user.bits) == ((), 0x202)
    assert {notice.reason.value for notice in plan.notices} == {"disabled-by-hand"}


def test_a_membership_taken_away_by_hand_and_given_by_hand_is_kept(world: World) -> None:
    world.run(person("1", groups=EVERYBODY))
    (user,) = world.directory.by_anchor("1")
    group = next(iter(world.directory.members))
    world.directory.members[group].clear()
    world.run(person("1"))
    world.directory.members[group].add(user.guid)

    world.run(person("1"))

    assert world.directory.members[group] == {user.guid}


def test_what_is_overruled_no_more_is_not_forgotten(world: World) -> None:
    """Between planning and applying somebody has put it back."""
    world.run(person("1", groups=EVERYBODY))
    world.run(gone("1"))
    (user,) = world.directory.by_anchor("1")
    user.bits = 0x200
    plan = world.plan(replace(person("1"), standing=Standing.NOT_STARTED))
    assert plan.returned == (user.guid,)
    user.bits = 0x202

    world.apply(plan)

    assert set(world.prior().departures) == {user.guid}
