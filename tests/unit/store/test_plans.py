"""Plans."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lifecycle.errors import StoreError
from lifecycle.store import PlanStatus, Store, StoredPlan

NOW = datetime(2031, 3, 1, 8, 0, tzinfo=UTC)


def test_load_gives_what_was_saved(filled: Store, plan: Callable[..., StoredPlan]) -> None:
    whole = replace(plan("plan-2", "waiting"), intent='{"changes": ["Zoë \\u0000"]}')
    with filled.begin() as unit:
        unit.plans.save(whole)
    with filled.begin() as unit:
        assert unit.plans.load("plan-2") == whole
        assert unit.plans.load("plan-3") is None


@pytest.mark.parametrize("text", ["intent", "context"])
def test_what_a_plan_says_is_not_shown(plan: Callable[..., StoredPlan], text: str) -> None:
    assert "Zoë" not in repr(replace(plan(), **{text: "Zoë"}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "stored already"),
        ({"plan_id": "plan-2", "run_id": "run-9"}, "a run or a plan that is not stored"),
        ({"plan_id": "plan-2", "status": "hoped for"}, "not one of those allowed"),
        ({"plan_id": "plan-2", "plan_hash": None}, "refused"),
    ],
)
def test_save_refuses(filled: Store, plan: Callable[..., StoredPlan], change: dict[str, object], message: str) -> None:
    with filled.begin() as unit, pytest.raises(StoreError, match=message):
        unit.plans.save(replace(plan(), **change))


def test_move_is_a_compare_and_set(filled: Store) -> None:
    with filled.begin() as unit:
        assert not unit.plans.move("plan-1", ["waiting"], "applying", NOW)
        assert unit.plans.move("plan-1", {PlanStatus.PROPOSED, PlanStatus.WAITING}, PlanStatus.APPLYING, NOW)
        assert not unit.plans.move("plan-1", ["proposed"], "applying", NOW)
        assert not unit.plans.move("plan-9", ["proposed"], "applying", NOW)
        assert unit.plans.load("plan-1").status is PlanStatus.APPLYING


def test_move_lets_one_of_many_through(filled: Store) -> None:
    def move(_: int) -> bool:
        with filled.begin() as unit:
            return unit.plans.move("plan-1", ["proposed"], "applying", NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(move, range(8))) == [False] * 7 + [True]


@pytest.mark.parametrize(("origin", "goal"), [(["proposed"], "perfect"), (["perfect"], "applied")])
def test_move_refuses_unknown_statuses(filled: Store, origin: list[str], goal: str) -> None:
    with filled.begin() as unit, pytest.raises(StoreError, match="not one of those allowed"):
        unit.plans.move("plan-1", origin, goal, NOW)


def test_waiting_lists_the_oldest_first(filled: Store, plan: Callable[..., StoredPlan]) -> None:
    with filled.begin() as unit:
        for minutes, plan_id in ((2, "b"), (1, "c"), (2, "a")):
            unit.plans.save(replace(plan(plan_id, "waiting"), created_at=NOW + timedelta(minutes=minutes)))
        unit.plans.save(plan("other", "waiting", "guests"))
        assert [each.plan_id for each in unit.plans.waiting("staff")] == ["c", "a", "b"]


def test_supersede_takes_back_what_is_not_begun(filled: Store, plan: Callable[..., StoredPlan]) -> None:
    with filled.begin() as unit:
        for status in PlanStatus:
            unit.plans.save(plan(status, status))
        unit.plans.save(plan("other", "waiting", "guests"))
        assert unit.plans.supersede("staff", NOW) == 3  # two of these, and plan-1
        after = {status: unit.plans.load(status).status for status in PlanStatus}
        assert after == {status: status for status in PlanStatus} | {
            "proposed": PlanStatus.SUPERSEDED,
            "waiting": PlanStatus.SUPERSEDED,
        }
        assert unit.plans.load("other").status is PlanStatus.WAITING
        assert unit.plans.supersede("staff", NOW) == 0
