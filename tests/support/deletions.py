"""A leaver whose deletion is seen elsewhere: in a manager, a group, and somebody who reported to them."""

from __future__ import annotations

from collections.abc import Callable

from lifecycle.planning.plan import Plan
from tests.support.world import ALL_STAFF, LEAVERS, World, new_account, person

Die = Callable[..., None]
Killed = type[BaseException]

DELETE: list[dict[str, object]] = [{"action": "delete-user"}]
HOOKS = ("before_send", "after_send")
_GIVEN_ANEW = ("pwdLastSet",)


def leaver_with_ties(world: World) -> tuple[str, str, str]:
    """A disabled account with a manager, a group, and somebody who reports to it: its GUID and theirs."""
    boss = new_account(world.directory, person("1", "Bea"))
    guid = new_account(world.directory, person("2", "Ann", title="Clerk"), enabled=False, ou=LEAVERS, manager=boss)
    report = new_account(world.directory, person("3", "Cid"), manager=guid)
    world.directory.members[world.directory.group_called(ALL_STAFF)].add(guid)
    return guid, boss, report


def everything_of(world: World) -> dict[str, object]:
    """The directory, without what a restored account gets anew."""
    for user in world.directory.users.values():
        user.attributes = {name: value for name, value in user.attributes.items() if name not in _GIVEN_ANEW}
    return world.directory.everything()


def carried_out(world: World, plan: Plan) -> str:
    """The plan, applied without a failure; answers its identifier."""
    plan_id = world.save(plan)
    assert world.apply(plan, plan_id).failures == []
    return plan_id
