"""There is one run: a rule of it that is changed is changed for flows, for worlds and for benches alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from lifecycle.errors import ApprovalError, LimitExceededError
from lifecycle.planning.selection import Accounts
from lifecycle.store import PlanStatus, Store
from tests.support.action_bench import ActionBench
from tests.support.memory_directory import MemoryDirectory
from tests.support.pipeline import ENABLED, Pipeline
from tests.support.world import World, new_account, new_directory, person

DISABLE = {"action": "disable-user"}


@dataclass(frozen=True)
class Way:
    """A way to have one account disabled by hand.

    Args:
        ask: Ask for it; returns the identifier of the plan that the gate has kept.
        status: How that plan stands.
        approve: Have it carried out, as by its hash.
        is_enabled: Whether the account still is.
    """

    ask: Callable[[], str]
    status: Callable[[str], PlanStatus]
    approve: Callable[[str], object]
    is_enabled: Callable[[], bool]


def _status(store: Store, plan_id: str) -> PlanStatus:
    with store.begin() as unit:
        stored = unit.plans.load(plan_id)
    assert stored is not None
    return PlanStatus(stored.status)


@contextmanager
def _flow(pipeline: Pipeline) -> Iterator[Way]:
    key = min(int(entry["employeeid"][0]) for entry in pipeline.find(ENABLED, "employeeID"))
    hashes: dict[str, str] = {}

    def ask() -> str:
        try:
            return str(pipeline.request(Accounts(names=(str(key),)), DISABLE)["plan_id"])
        except LimitExceededError as stopped:
            hashes[stopped.plan_id] = stopped.plan_hash
            return stopped.plan_id

    def status(plan_id: str) -> PlanStatus:
        with Store.open(pipeline.store_url) as store:
            return _status(store, plan_id)

    yield Way(ask, status, lambda plan_id: pipeline.approve(plan_id, hashes[plan_id]), lambda: bool(
        pipeline.find(f"(&(employeeID={key})(!(userAccountControl:1.2.840.113556.1.4.803:=2)))")
    ))  # fmt: skip
    for plan_id in hashes:
        pipeline.undo(plan_id)


@contextmanager
def _world(folder: Path) -> Iterator[Way]:
    with Store.open(f"sqlite:///{folder}/world.db") as store:
        directory: MemoryDirectory = new_directory()
        guid, world = new_account(directory, person("1")), World(directory, store)
        plan = world.request([DISABLE], guid)
        yield Way(
            lambda: world.save(plan),
            lambda plan_id: _status(store, plan_id),
            lambda plan_id: world.apply(plan, plan_id),
            lambda: directory.accounts([guid], ())[guid].enabled,
        )


@contextmanager
def _bench(pipeline: Pipeline, folder: Path) -> Iterator[Way]:
    with ActionBench.on(pipeline.sandbox, folder) as bench:
        guid = bench.account()
        plan = bench.request([DISABLE], [guid])
        yield Way(
            lambda: bench.save(plan),
            lambda plan_id: _status(bench.store, plan_id),
            lambda plan_id: bench.apply(plan, plan_id),
            lambda: bench.entry(guid)["useraccountcontrol"] == ["512"],
        )
        bench.samba_tool("user", "delete", bench.account_name(guid))


@pytest.fixture(params=["flow", "world", "bench"])
def way(request: pytest.FixtureRequest, loaded: Pipeline, tmp_path: Path) -> Iterator[Way]:
    """Each of them."""
    ways = {"flow": _flow(loaded), "world": _world(tmp_path), "bench": _bench(loaded, tmp_path)}
    with ways[request.param] as found:
        yield found


def test_what_the_gate_stops_and_what_may_be_applied_is_one_rule_for_all(way, monkeypatch):
    monkeypatch.setattr("lifecycle.runs.gate.breaches", lambda *_asked: ("nothing may be done today",))

    plan_id = way.ask()

    assert way.status(plan_id) is PlanStatus.WAITING
    assert way.is_enabled()

    monkeypatch.setattr("lifecycle.runs.applying.APPLICABLE", frozenset({PlanStatus.PROPOSED}))
    with pytest.raises(ApprovalError, match="no longer open"):
        way.approve(plan_id)
    assert way.is_enabled()

    monkeypatch.undo()
    way.approve(plan_id)
    assert way.status(plan_id) is PlanStatus.APPLIED
    assert not way.is_enabled()
