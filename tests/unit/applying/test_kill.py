"""A run that is killed anywhere: the next one finishes or plans again, nothing is done twice, nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lifecycle.applying import apply as applying
from lifecycle.applying.apply import apply_plan
from lifecycle.planning.plan import Plan
from lifecycle.store import Lease, PlanStatus
from lifecycle.store.journal import Journal
from tests.support.announcing import act_of, announcer
from tests.support.world import ALL_STAFF, LEAVERS, World, gone, new_account, person

EVERYBODY = {ALL_STAFF: "groups.0"}
WANTED = (
    person("1", "Ann", "Married", groups=EVERYBODY, manager="2"),
    person("2", "Bob", groups=EVERYBODY, manager="1"),
    person("3", "Cid", groups=EVERYBODY, manager="2"),
    gone("4"),
    person("5", "Eve", groups=EVERYBODY),
    person("6", "Fay"),
)
"""A change of name, two joiners who are each other's manager's, a leaver, a rehire, and one who leaves a group."""
POINTS = ("before intent", "after intent", "after send", "before settling", "after settling")


def _settled_before(world: World) -> None:
    """What there was: a run of ours made 1, 4, 5 and 6, and disabled 5."""
    names = {"1": "Ann", "4": "Dan", "5": "Eve", "6": "Fay"}
    hired = [person(key, name, groups=EVERYBODY) for key, name in names.items()]
    world.run(*hired)
    world.run(hired[0], hired[1], gone("5"), hired[3])


@contextmanager
def _dying(world: World, point: str, window: int, die: Callable[..., None]) -> Iterator[None]:
    """Kill in the n-th window (from 0) at one point."""
    seen = {"renew": -2, "send": -1, "settle": -1, "progress": -1}  # the lease is renewed once before any window

    def counted(name: str) -> bool:
        seen[name] += 1
        return seen[name] == window

    with pytest.MonkeyPatch.context() as patch:
        renew, settle = Lease.renew, Journal.settle
        if point == "before intent":
            patch.setattr(Lease, "renew", lambda self: die() if counted("renew") else renew(self))
        elif point == "after intent":
            patch.setattr(world.directory, "before_send", lambda: die() if counted("send") else None)
        elif point == "after send":
            patch.setattr(world.directory, "after_send", lambda: die() if counted("send") else None)
        elif point == "before settling":
            patch.setattr(
                Journal,
                "settle",
                lambda self, outcomes, now: die() if counted("settle") else settle(self, outcomes, now),
            )
        else:
            patch.setattr(world, "on_progress", lambda *_: die() if counted("progress") else None)
        yield


def _windows(plan: Plan) -> int:
    return len({change.phase for change in plan.changes})


def _everything_is_as_wanted(world: World) -> None:
    directory = world.directory
    assert {key: len(directory.by_anchor(key)) for key in "123456"} == dict.fromkeys("123456", 1)
    users = {key: directory.by_anchor(key)[0] for key in "123456"}
    group = next(iter(directory.members))
    assert {key for key, user in users.items() if user.guid in directory.members[group]} == {"1", "2", "3", "5"}
    assert {key for key, user in users.items() if user.bits & 2} == {"4"}
    assert users["4"].dn.endswith(LEAVERS)
    assert users["1"].dn.startswith("CN=Ann Married,")
    assert [users[key].attributes.get("manager") for key in "123"] == [users[key].guid for key in "212"]
    prior = world.prior()
    assert set(prior.grants) == {users[key].guid for key in "1235"}
    assert set(prior.departures) == {users["4"].guid}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("window", range(8))
def test_a_run_killed_at_any_point_is_finished_by_the_next(
    world: World, point: str, window: int, die: Callable[..., None], killed: type[BaseException]
) -> None:
    _settled_before(world)
    world.announcer = announcer({"events": ["done"]})
    plan = world.plan(*WANTED)
    assert _windows(plan) == 8, "every phase has a window to be killed in"
    plan_id = world.save(plan)

    with _dying(world, point, window, die), pytest.raises(killed):
        world.apply(plan, plan_id)

    world.recover()
    states = world.journal(plan_id)
    assert set(states.values()) <= {"done", "failed"}
    with world.store.begin() as unit:
        assert unit.plans.load(plan_id).status == "interrupted"
    again = world.run(*WANTED)
    done = [plan.changes[number] for number, state in states.items() if state == "done"]
    assert not [change for change in done if change in again.changes], "nothing is done twice"
    _everything_is_as_wanted(world)
    assert world.run(*WANTED).changes == ()
    _everything_is_told_once(world, plan)


def _everything_is_told_once(world: World, plan: Plan) -> None:
    """Each change, and each member of one, is told of once, whichever run or recovery settled it."""
    guids = {person: world.directory.by_anchor(person)[0].guid for person in "123456"}
    meant = Counter[tuple[str, str]]()
    for change in plan.changes:
        members = getattr(change, "members", None)
        whom = [(one.account, one.person) for one in members] if members else [(change.account, change.person)]
        meant.update((change.action, account or guids[person]) for account, person in whom)
    told = Counter((act_of(call)["action"], call.call.account_guid) for call in world.told())
    alike = {"set-reference", "modify-user"}
    assert {count for one, count in told.items() if one[0] not in alike} == {1}
    # planned again, what a reference lacked is one more attribute
    assert {one for one in told if one[0] not in alike} == {one for one in meant if one[0] not in alike}
    assert {guid for action, guid in told if action in alike} == {guid for action, guid in meant if action in alike}


@pytest.mark.parametrize("point", POINTS)
def test_a_run_may_be_killed_again_and_again(
    world: World, point: str, die: Callable[..., None], killed: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try gets one change further, or says what it could not tell; in the end all is as wanted."""
    monkeypatch.setattr(applying, "WINDOW", 1)
    _settled_before(world)
    deaths = 0
    for _ in range(40):
        world.recover()
        plan = world.plan(*WANTED)
        with _dying(world, point, 1, die):
            try:
                world.apply(plan)
            except killed:
                deaths += 1
            else:
                break

    world.run(*WANTED)
    assert deaths >= 5
    _everything_is_as_wanted(world)


@pytest.mark.parametrize("window", range(3))
def test_a_plan_that_is_applied_again_goes_on_where_it_stopped(
    world: World, window: int, die: Callable[..., None], killed: type[BaseException]
) -> None:
    """Accounts that the first try made are found by their anchor, in whatever case."""
    plan = world.plan(
        person("Ab1", groups=EVERYBODY, manager="Cd2"), person("Cd2", "Bob", groups=EVERYBODY, manager="Ab1")
    )
    plan_id = world.save(plan)
    with _dying(world, "after settling", window, die), pytest.raises(killed), world.session() as session:
        apply_plan(session, plan, plan_id, world.on_progress)

    with world.session() as session:
        applied = apply_plan(session, plan, plan_id)

    (ann,), (bob,) = world.directory.by_anchor("Ab1"), world.directory.by_anchor("Cd2")
    assert applied.failures == []
    assert (ann.attributes["manager"], bob.attributes["manager"]) == (bob.guid, ann.guid)
    assert next(iter(world.directory.members.values())) == {ann.guid, bob.guid}
    assert set(world.journal(plan_id).values()) == {"done"}


def test_the_journal_tells_what_arrived_from_what_did_not(
    world: World, die: Callable[..., None], killed: type[BaseException]
) -> None:
    plan = world.plan(person("1"), person("2", "Bob"))
    plan_id = world.save(plan)
    world.directory.before_send = lambda: new_account(world.directory, person("1")) and die()
    with pytest.raises(killed):
        world.apply(plan, plan_id)

    assert world.recover() == 2

    assert world.journal(plan_id) == {0: "done", 1: "failed"}
    with world.store.begin() as unit:
        entries = unit.journal.of_plan(plan_id)
    assert [(entry.target_guid, entry.error) for entry in entries] == [
        (world.directory.by_anchor("1")[0].guid, None),
        (None, "not-carried-out"),
    ]


def test_a_plan_killed_before_its_first_intent_is_closed(world: World) -> None:
    plan_id = world.save(world.plan(person("1")))
    with world.store.begin() as unit:
        assert unit.plans.move(plan_id, {PlanStatus.PROPOSED}, PlanStatus.APPLYING, world.clock())

    assert world.recover() == 0

    with world.store.begin() as unit:
        assert unit.plans.load(plan_id).status == "interrupted"


def test_recovery_a_second_time_has_nothing_to_do(
    world: World, die: Callable[..., None], killed: type[BaseException]
) -> None:
    world.directory.after_send = die
    with pytest.raises(killed):
        world.apply(world.plan(person("1")))

    assert [world.recover(), world.recover()] == [1, 0]


@pytest.mark.parametrize(("now", "state"), [("boss", "done"), (None, "failed"), ("somebody", "unknown")])
def test_an_open_manager_is_told_from_somebody_elses(
    world: World, now: str | None, state: str, die: Callable[..., None], killed: type[BaseException]
) -> None:
    plan = world.plan(person("1", manager="2"), person("2", "Bob"), person("3", "Cid"))
    plan_id = world.save(plan)
    with _dying(world, "after intent", 1, die), pytest.raises(killed):
        world.apply(plan, plan_id)
    (user,), (boss,), (somebody,) = map(world.directory.by_anchor, "123")
    user.attributes |= {} if now is None else {"manager": {"boss": boss.guid, "somebody": somebody.guid}[now]}

    world.recover()

    assert world.journal(plan_id)[3] == state


def test_a_rehire_killed_between_the_move_and_the_enabling_is_finished(
    world: World, die: Callable[..., None], killed: type[BaseException]
) -> None:
    """Out of the leavers' OU nothing but the store says that the account may be enabled."""
    guid = new_account(world.directory, person("1"), enabled=False, ou=LEAVERS)
    plan = world.plan(person("1"))
    with _dying(world, "before intent", 1, die), pytest.raises(killed):
        world.apply(plan)
    assert world.directory.users[guid].bits == 0x202

    world.run(person("1"))

    assert world.directory.users[guid].bits == 0x200
    assert world.prior().departures == {}
