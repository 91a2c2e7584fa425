"""A list of actions is carried out once for each leaving, coming back or move, whatever is refused meanwhile.

What is done once is a new password here: an operation that leaves its trace in no other way than by being counted.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pytest

from lifecycle.directory import dn, uac
from lifecycle.directory.operation import ChangeMembers, Modify, Move, Operation, SetPassword
from lifecycle.people.person import Person, Standing
from lifecycle.planning.plan import Plan
from lifecycle.store.journal import Journal
from tests.support.world import (
    LAB,
    LEAVERS,
    WARD_GROUP,
    World,
    actions,
    gone,
    new_account,
    person,
    with_lists,
)

DISABLE, MOVE = {"action": "disable-user"}, {"action": "move-user", "ou": LEAVERS}
ONCE = {"action": "reset-password", "must_change": False}
JOIN = {"action": "add-to-groups", "groups": [WARD_GROUP]}
Refuses = Callable[[Operation], bool]


def allow_all(_operation: Operation) -> bool:
    return False


def refuse_moves(operation: Operation) -> bool:
    return isinstance(operation, Move)


def refuse_attributes(operation: Operation) -> bool:
    return isinstance(operation, Modify) and "userAccountControl" not in operation.replace


def refuse_logons(operation: Operation) -> bool:
    """Of disabling and enabling."""
    return isinstance(operation, Modify) and "userAccountControl" in operation.replace


def refuse_memberships(operation: Operation) -> bool:
    return isinstance(operation, ChangeMembers)


@dataclass
class Nights:
    """Nights of one installation: a sync, and what fell due behind it."""

    world: World
    passwords: list[str] = field(default_factory=list)
    """The account of each new password that was set."""
    refuses: Refuses = allow_all

    def __post_init__(self) -> None:
        self.world.directory.refuses = self._looks

    def _looks(self, operation: Operation) -> bool:
        if self.refuses(operation):
            return True
        if isinstance(operation, SetPassword):
            self.passwords.append(operation.guid)
        return False

    def pass_by(self, *persons: Person, count: int = 1) -> list[Plan]:
        """So many nights; answers the plans of their syncs."""
        plans = []
        for _ in range(count):
            plans.append(self.world.run(*persons))
            self.world.due()
        return plans

    @property
    def set(self) -> int:
        """How often the list was carried out."""
        return len(self.passwords)


@pytest.fixture
def begin(world: World) -> Callable[..., Nights]:
    """An organisation with these lists."""

    def with_these(**lists: list[dict[str, object]]) -> Nights:
        return Nights(replace(world, policy=with_lists(**lists)))

    return with_these


Begin = Callable[..., Nights]


@pytest.mark.parametrize(
    ("actions_", "refuses"),
    [
        ([DISABLE, ONCE], allow_all),
        ([DISABLE, ONCE, MOVE], refuse_moves),
        ([DISABLE, {**MOVE, "continue_on_error": True}, ONCE], refuse_moves),
        ([{**DISABLE, "continue_on_error": True}, ONCE, MOVE], refuse_logons),
        ([ONCE, DISABLE], refuse_logons),
        ([ONCE], allow_all),
    ],
)
def test_a_leavers_list_is_carried_out_once_however_many_nights_follow(
    begin: Begin, actions_: list[dict[str, object]], refuses: Refuses
) -> None:
    nights = begin(leavers=actions_)
    new_account(nights.world.directory, person("1"))
    nights.refuses = refuses

    nights.pass_by(gone("1"), count=4)

    assert nights.set == 1


@pytest.mark.parametrize(
    ("actions_", "refuses"),
    [([DISABLE, MOVE, ONCE], refuse_moves), ([DISABLE, ONCE, MOVE], refuse_logons)],
)
def test_what_failed_is_tried_again_by_itself_and_what_depended_on_it_waits(
    begin: Begin, actions_: list[dict[str, object]], refuses: Refuses
) -> None:
    nights = begin(leavers=actions_)
    guid = new_account(nights.world.directory, person("1"))
    nights.refuses = refuses
    nights.pass_by(gone("1"), count=3)
    assert nights.set == 0, "what comes first in the list was refused"

    nights.refuses = allow_all
    nights.pass_by(gone("1"), count=3)

    user = nights.world.directory.users[guid]
    assert (nights.set, uac.is_enabled(user.bits), dn.is_below(user.dn, LEAVERS)) == (1, False, True)
    assert {status for _, status in nights.world.steps()} == {"done"}


def test_a_leavers_state_is_restored_every_night_and_nothing_else(begin: Begin) -> None:
    """Somebody puts a leaver into a group, and moves the account: the list is not carried out for that."""
    nights = begin(leavers=[DISABLE, ONCE, {"action": "remove-from-groups", "groups": "all"}])
    directory = nights.world.directory
    guid = new_account(directory, person("1"))
    nights.pass_by(gone("1"))
    directory.members[directory.group_called(WARD_GROUP)].add(guid)

    (plan,) = nights.pass_by(gone("1"))

    assert actions(plan) == ["remove-from-group"]
    assert (nights.set, directory.groups_of(guid)) == (1, frozenset())


@pytest.mark.parametrize("refuses", [allow_all, refuse_logons])
@pytest.mark.parametrize("back", [person("1"), replace(person("1"), standing=Standing.NOT_STARTED)])
def test_who_leaves_comes_back_and_leaves_again_leaves_twice(begin: Begin, back: Person, refuses: Refuses) -> None:
    nights = begin(leavers=[DISABLE, ONCE, MOVE])
    new_account(nights.world.directory, person("1"))
    nights.pass_by(gone("1"), count=2)
    nights.refuses = refuses
    nights.pass_by(back, count=2)
    nights.pass_by(gone("1"), count=2)

    assert nights.set == 2


def test_what_waits_of_a_leaving_ends_when_the_person_is_back_though_enabling_is_refused(begin: Begin) -> None:
    nights = begin(leavers=[DISABLE, MOVE, {"action": "delete-user", "after": "30d"}])
    guid = new_account(nights.world.directory, person("1"))
    nights.pass_by(gone("1"))
    nights.refuses = refuse_logons
    nights.pass_by(person("1"))

    nights.world.wait(days=31)
    nights.pass_by(person("1"))

    assert guid in nights.world.directory.users
    assert ("delete-user", "cancelled") in nights.world.steps()


def test_a_leaver_whom_somebody_enables_is_set_aside_anew_from_that_day_on(begin: Begin) -> None:
    nights = begin(leavers=[DISABLE, ONCE, {"action": "delete-user", "after": "30d"}])
    guid = new_account(nights.world.directory, person("1"))
    nights.pass_by(gone("1"))
    nights.world.wait(days=20)
    nights.world.directory.users[guid].bits = uac.NORMAL_ACCOUNT
    nights.pass_by(gone("1"), count=2)
    assert (nights.set, uac.is_enabled(nights.world.directory.users[guid].bits)) == (2, False)

    nights.world.wait(days=11)
    nights.pass_by(gone("1"))
    assert guid in nights.world.directory.users, "thirty days count from the day on which it was disabled last"
    nights.world.wait(days=20)
    nights.pass_by(gone("1"))

    assert guid not in nights.world.directory.users


def test_a_leaver_disabled_by_hand_is_a_leaver_all_the_same(begin: Begin) -> None:
    """What was so already is no doing of ours, but the records say that the person has left."""
    nights = begin(leavers=[DISABLE, ONCE, {"action": "delete-user", "after": "30d"}])
    guid = new_account(nights.world.directory, person("1"), enabled=False)
    nights.pass_by(gone("1"), count=3)
    assert nights.set == 1

    nights.world.wait(days=31)
    nights.pass_by(gone("1"))

    assert guid not in nights.world.directory.users


def test_who_left_under_a_list_without_what_is_done_once_does_not_get_it_later(begin: Begin) -> None:
    nights = begin(leavers=[DISABLE])
    new_account(nights.world.directory, person("1"))
    nights.pass_by(gone("1"))
    nights.world.policy = with_lists(leavers=[DISABLE, ONCE])

    nights.pass_by(gone("1"), count=2)

    assert nights.set == 0


MOVERS = [
    (person("1", title="Head"), refuse_attributes),
    (person("1", "Ann", "Married"), refuse_moves),
    (person("1", ou=LAB), refuse_moves),
]


@pytest.mark.parametrize(("moved", "refuses"), MOVERS)
def test_a_movers_list_is_carried_out_once_while_the_change_itself_is_refused(
    begin: Begin, moved: Person, refuses: Refuses
) -> None:
    nights = begin(movers=[ONCE])
    new_account(nights.world.directory, person("1"))
    nights.refuses = refuses

    nights.pass_by(moved, count=5)
    nights.refuses = allow_all
    plans = nights.pass_by(moved, count=2)

    assert nights.set == 1
    assert [len(plan.changes) > 0 for plan in plans] == [True, False], "the change itself was tried again"


def test_each_further_move_is_one_of_its_own(begin: Begin) -> None:
    nights = begin(movers=[ONCE])
    new_account(nights.world.directory, person("1"))
    nights.refuses = refuse_attributes
    counts = []
    for title in ("Head", "Head", "Chief", "Chief", None, "Head", "Head"):
        nights.pass_by(person("1", title=title))
        counts.append(nights.set)

    assert counts == [1, 1, 2, 2, 2, 3, 3]


def test_a_move_of_which_a_part_is_done_is_no_second_one(begin: Begin) -> None:
    nights = begin(movers=[ONCE])
    new_account(nights.world.directory, person("1"))
    nights.refuses = refuse_moves
    moved = person("1", title="Head", ou=LAB)
    nights.pass_by(moved, count=3)
    assert nights.set == 1

    nights.pass_by(replace(moved, ou=person("1").ou), count=2)
    assert nights.set == 1, "there is nothing left to do"
    nights.pass_by(moved, count=2)

    assert nights.set == 2, "moved again"


def test_a_membership_that_a_movers_list_was_refused_is_tried_again_though_nothing_differs(begin: Begin) -> None:
    nights = begin(movers=[JOIN, ONCE])
    directory = nights.world.directory
    guid = new_account(directory, person("1"))
    nights.refuses = refuse_memberships
    nights.pass_by(person("1", title="Head"), count=3)
    assert (nights.set, directory.groups_of(guid)) == (0, frozenset())

    nights.refuses = allow_all
    nights.pass_by(person("1", title="Head"), count=2)

    assert (nights.set, directory.groups_of(guid)) == (1, {directory.group_called(WARD_GROUP)})


@pytest.mark.parametrize("refuses", [allow_all, refuse_logons, refuse_moves, refuse_attributes])
def test_a_rehires_list_is_carried_out_once_for_each_coming_back(begin: Begin, refuses: Refuses) -> None:
    nights = begin(rehires=[ONCE], movers=[ONCE])
    new_account(nights.world.directory, person("1"))
    for expected in (1, 2):
        nights.refuses = allow_all
        nights.pass_by(gone("1"), count=2)
        nights.refuses = refuses
        nights.pass_by(person("1", title=f"Nurse {expected}"), count=3)
        assert nights.set == expected, "the rest of a coming back is no move"


def test_what_a_rehires_list_was_refused_is_tried_again_while_enabling_is_refused_too(begin: Begin) -> None:
    nights = begin(rehires=[JOIN, ONCE])
    new_account(nights.world.directory, person("1"))
    nights.pass_by(gone("1"))
    nights.refuses = lambda operation: refuse_logons(operation) or refuse_memberships(operation)
    nights.pass_by(person("1"), count=2)
    assert nights.set == 0

    nights.refuses = refuse_logons
    nights.pass_by(person("1"), count=2)

    assert nights.set == 1


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
