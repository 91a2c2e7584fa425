"""The gate: count and per cent, for each kind and each OU; a breach is never silent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings

from lifecycle.config.automation import Limit, Limits, PerOu
from lifecycle.planning.limits import Breach, breaches
from lifecycle.planning.plan import Plan
from lifecycle.planning.prior_state import PriorState
from tests.support.memory_directory import MemoryDirectory
from tests.support.scenarios import Scenario, scenarios
from tests.support.world import (
    ALL_STAFF,
    LAB,
    LEAVERS,
    NOW,
    POLICY,
    WARD,
    gone,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
)

NO_LIMIT = Limit(percent=100, percent_from=10_000)
OPEN = Limits(
    create=NO_LIMIT, disable=NO_LIMIT, delete=NO_LIMIT, enable=NO_LIMIT, move=NO_LIMIT, group_removal=NO_LIMIT,
    attribute=NO_LIMIT, per_ou=PerOu(),
)  # fmt: skip


def _told(plan: Plan, **limits: object) -> list[str]:
    return [str(breach) for breach in breaches(plan, OPEN.model_copy(update=limits))]


def _staffed(**changes: object) -> tuple[MemoryDirectory, list[str]]:
    """Four accounts on the ward, one in the laboratory."""
    directory = new_directory()
    guids = [new_account(directory, person(str(n), f"Ann{n}"), **changes) for n in range(4)]
    guids.append(new_account(directory, person("4", "Ann4"), **({"ou": LAB} | changes)))
    return directory, guids


def _everybody(change: Callable[[int], dict[str, object]]) -> list:
    return [person(str(n), f"Ann{n}", **({"ou": LAB} if n == 4 else {}) | change(n)) for n in range(5)]


def _joiners() -> Plan:
    directory, _ = _staffed()
    joiners = [person(str(10 + n), f"Bob{n}") for n in range(3)]
    return plan_of(people(*_everybody(lambda _n: {}), *joiners), directory)


def _leavers() -> Plan:
    directory, _ = _staffed()
    return plan_of(people(*_everybody(lambda _n: {})[3:], *map(gone, "012")), directory)


def _returners() -> Plan:
    directory, guids = _staffed(enabled=False)
    return plan_of(
        people(*_everybody(lambda _n: {})), directory, prior=PriorState(departures=dict.fromkeys(guids, NOW))
    )


def _movers() -> Plan:
    directory, _ = _staffed()
    return plan_of(people(*_everybody(lambda _n: {"ou": LAB})), directory)


def _renamed() -> Plan:
    directory, _ = _staffed()
    return plan_of(people(*_everybody(lambda n: {"fields": {"u.first": "New", "u.last": f"Name{n}"}})), directory)


def _promoted() -> Plan:
    directory, _ = _staffed()
    return plan_of(people(*_everybody(lambda n: {"title": "Head"} if n < 3 else {})), directory)


def _ungrouped() -> Plan:
    directory, guids = _staffed()
    group = next(iter(directory.members))
    directory.members[group] = set(guids)
    grants = dict.fromkeys(guids, frozenset({group}))
    kept = _everybody(lambda n: {"groups": {ALL_STAFF: "groups.0"}} if n < 2 else {})
    return plan_of(people(*kept), directory, prior=PriorState(grants=grants))


def _managed() -> Plan:
    directory, _ = _staffed()
    boss = person("9", "Boss")
    return plan_of(people(boss, *_everybody(lambda n: {"manager": "9"} if n < 3 else {})), directory)


@pytest.mark.parametrize(
    ("plan", "kind", "message"),
    [
        (_joiners, "create", "create: 3 (60.0 % of 5), allowed 2"),
        (_leavers, "disable", "disable: 3 (60.0 % of 5), allowed 2"),
        (_leavers, "move", "move: 3 (60.0 % of 5), allowed 2"),
        (_returners, "enable", "enable: 5 (100.0 % of 5), allowed 2"),
        (_movers, "move", "move: 4 (80.0 % of 5), allowed 2"),
        (_ungrouped, "group_removal", "group_removal: 3 (60.0 % of 5), allowed 2"),
        (_promoted, "attribute", "change of title: 3 (60.0 % of 5), allowed 2"),
        (_renamed, "attribute", "change of cn: 5 (100.0 % of 5), allowed 2"),
        (_managed, "attribute", "change of manager: 3 (60.0 % of 5), allowed 2"),
    ],
)
def test_each_kind_of_change_is_counted(plan: Callable[[], Plan], kind: str, message: str) -> None:
    made = plan()

    assert _told(made) == []
    assert _told(made, **{kind: Limit(count=2)}) == [message]
    assert _told(made, **{kind: Limit(count=5)}) == []


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        (Limit(count=3), None),
        (Limit(count=2), "disable: 3 (60.0 % of 5), allowed 2"),
        (Limit(count=0), "disable: 3 (60.0 % of 5), allowed 0"),
        (Limit(percent=60, percent_from=0), None),
        (Limit(percent=59.9, percent_from=0), "disable: 3 (60.0 % of 5), allowed 59.9 %"),
        (Limit(percent=10, percent_from=3), "disable: 3 (60.0 % of 5), allowed 10 %"),
        (Limit(percent=10, percent_from=4), None),
        (Limit(count=100, percent=10, percent_from=1), "disable: 3 (60.0 % of 5), allowed 100 and 10 %"),
        (Limit(count=1, percent=100), "disable: 3 (60.0 % of 5), allowed 1 and 100 %"),
    ],
)
def test_count_and_per_cent_are_both_looked_at(limit: Limit, message: str | None) -> None:
    assert _told(_leavers(), disable=limit) == ([message] if message else [])


def test_a_share_of_nobody_is_a_breach_from_percent_from_on() -> None:
    """The first run creates everybody: what that is a share of, nobody can say."""
    plan = plan_of(people(*(person(str(n), f"Ann{n}") for n in range(5))), new_directory())

    assert _told(plan, create=Limit(percent=100, percent_from=6)) == []
    assert _told(plan, create=Limit(percent=100, percent_from=5)) == ["create: 5, allowed 100 %"]


def test_no_change_is_no_breach_even_where_the_share_is_looked_at_from_the_first() -> None:
    plan = plan_of(people(), new_directory())

    nothing = Limit(count=0, percent=0, percent_from=0)
    kinds = ("create", "disable", "delete", "enable", "move", "group_removal", "attribute")
    assert _told(plan, **dict.fromkeys(kinds, nothing), per_ou=PerOu(disable=nothing)) == []


def test_each_ou_is_counted_by_itself() -> None:
    directory, _ = _staffed()
    plan = plan_of(people(*map(gone, "0124"), person("3", "Ann3")), directory)

    limit = Limit(count=9, percent=80, percent_from=1)

    lab, ward = (f"ou={name},ou=staff,dc=corp,dc=example,dc=test" for name in ("lab", "ward"))
    assert _told(plan, per_ou=PerOu(disable=limit)) == [f"disable in {lab}: 1 (100.0 % of 1), allowed 9 and 80 %"]
    assert _told(plan, per_ou=PerOu(disable=Limit(count=2))) == [f"disable in {ward}: 3 (75.0 % of 4), allowed 2"]
    assert _told(plan, per_ou=PerOu(move=Limit(count=0)))[1] == f"move in {ward}: 3 (75.0 % of 4), allowed 0"


def test_a_joiner_counts_in_the_ou_where_the_account_will_stand() -> None:
    assert _told(_joiners(), per_ou=PerOu(create=Limit(count=2))) == [
        "create in ou=ward,ou=staff,dc=corp,dc=example,dc=test: 3 (75.0 % of 4), allowed 2"
    ]


def test_one_attribute_may_have_a_limit_of_its_own() -> None:
    plan = _promoted()

    assert _told(plan, attribute=Limit(count=0), attributes={"title": NO_LIMIT}) == []
    assert _told(plan, attributes={"title": Limit(count=2)}) == ["change of title: 3 (60.0 % of 5), allowed 2"]


def test_breaches_of_single_attributes_stand_in_the_order_of_their_names() -> None:
    directory, _ = _staffed()
    said = person("1", "Ann1")
    changed = replace(said, update={**said.update, "givenName": "Anna"})
    plan = plan_of(people(person("0", "Ann0", title="Head"), changed, *_everybody(lambda _n: {})[2:]), directory)

    assert [line.partition(":")[0] for line in _told(plan, attribute=Limit(count=0))] == [
        "change of givenName",
        "change of title",
    ]


def test_the_disabled_are_no_part_of_those_who_can_be_disabled() -> None:
    directory, _ = _staffed()
    new_account(directory, person("7", "Old"), enabled=False, ou=LEAVERS)
    plan = plan_of(people(*_everybody(lambda _n: {})[1:], gone("0"), gone("7")), directory)

    assert _told(plan, disable=Limit(count=0)) == ["disable: 1 (20.0 % of 5), allowed 0"]


def test_a_breach_speaks_of_what_is_limited() -> None:
    assert str(Breach("create", "", 3, 0, Limit(count=2, percent=12.5))) == "create: 3, allowed 2 and 12.5 %"


@settings(max_examples=max(150, settings.default.max_examples))
@given(scenario=scenarios())
def test_a_plan_without_a_breach_is_within_every_limit(scenario: Scenario) -> None:
    """Counted anew, from what the plan says of itself."""
    limits = OPEN.model_copy(
        update={
            "create": Limit(count=1), "disable": Limit(count=1), "enable": Limit(count=0),
            "move": Limit(count=1), "group_removal": Limit(count=1),
        }
    )  # fmt: skip
    plan = plan_of(scenario.people, scenario.directory, scenario.policy, scenario.prior)

    counts = plan.counts
    counts["move-user"] = sum(change.action == "move-user" and change.changes_ou for change in plan.changes)
    over = {
        kind
        for kind, action in (
            ("create", "create-user"),
            ("disable", "disable-user"),
            ("enable", "enable-user"),
            ("move", "move-user"),
            ("group_removal", "remove-from-group"),
        )
        if counts.get(action, 0) > getattr(limits, kind).count
    }
    assert {breach.kind for breach in breaches(plan, limits)} == over


def test_the_default_limits_stop_a_run_that_disables_everybody() -> None:
    directory = new_directory()
    for n in range(25):
        new_account(directory, person(str(n), f"Ann{n}"))

    plan = plan_of(people(), directory, replace(POLICY, absent_runs=1))

    assert {breach.kind for breach in breaches(plan, Limits())} == {"disable", "move"}
    assert {breach.place for breach in breaches(plan, Limits())} == {"", WARD.lower()}


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ({}, []),
        ({"create-user": 2}, []),
        ({"create-user": 3}, ["create: 6 (120.0 % of 5), allowed 5"]),
        ({"disable-user": 90, "create": 90}, []),
    ],
)
def test_what_runs_of_its_kind_did_lately_counts_along(before: dict[str, int], told: list[str]) -> None:
    limits = OPEN.model_copy(update={"create": Limit(count=5), "disable": Limit(count=1)})
    assert [str(breach) for breach in breaches(_joiners(), limits, before)] == told


def test_what_was_done_lately_stops_no_plan_that_does_nothing_of_it() -> None:
    directory, _ = _staffed()
    nothing = plan_of(people(*_everybody(lambda _n: {})), directory)
    limits = OPEN.model_copy(update={"create": Limit(count=1)})
    assert breaches(nothing, limits, {"create-user": 99}) == ()
