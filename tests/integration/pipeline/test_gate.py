"""When people vanish from HaloITSM: absence must be proven twice, then the gate stops, then a hash approves."""

from __future__ import annotations

from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import FlowRunSort

from lifecycle.errors import ApprovalError, LimitExceededError
from lifecycle.store import PlanStatus
from tests.support.pipeline import ENABLED, Pipeline


@pytest.fixture(scope="module")
def vanished(loaded: Pipeline) -> dict[str, Any]:
    """30 % of people vanish; one run that only notes it, then one that the gate stops."""
    before = loaded.stamps()
    gone = loaded.halo.vanish(fraction=0.3)
    first = loaded.sync()
    pending = [notice for notice in loaded.newest_plan()[1].notices if notice.reason == "absent-pending"]
    after_first = loaded.stamps()
    with pytest.raises(LimitExceededError) as stopped:
        loaded.sync()
    return {
        "before": before, "gone": gone, "first": first, "pending": pending, "after_first": after_first,
        "error": stopped.value, "after_second": loaded.stamps(),
    }  # fmt: skip


def test_gate_first_absence_disables_nobody(vanished):
    assert vanished["first"]["changes"] == {}
    assert len(vanished["pending"]) > 60
    assert vanished["after_first"] == vanished["before"]


def test_gate_stops_mass_leaving_with_nothing_written(loaded, vanished):
    assert vanished["after_second"] == vanished["before"]
    assert "disable: " in str(vanished["error"])
    assert "nothing was written" in str(vanished["error"])
    stored, plan = loaded.newest_plan()
    assert stored.status == PlanStatus.WAITING
    assert (stored.plan_id, stored.plan_hash) == (vanished["error"].plan_id, vanished["error"].plan_hash)
    assert plan.counts["disable-user"] == len(vanished["pending"])


def test_gate_leaves_the_run_waiting_for_approval_in_prefect(vanished):
    with get_client(sync_client=True) as client:
        (newest,) = client.read_flow_runs(limit=1, sort=FlowRunSort.START_TIME_DESC)
    assert newest.state is not None
    assert newest.state.name == "Waiting for approval"
    assert vanished["error"].plan_hash in (newest.state.message or "")


@pytest.mark.parametrize("wrong", ["0" * 64, "", "not a hash"])
def test_gate_refuses_a_wrong_hash(loaded, vanished, wrong):
    with pytest.raises(ApprovalError, match="hash"):
        loaded.approve(vanished["error"].plan_id, wrong)
    assert loaded.stamps() == vanished["before"]


def test_gate_refuses_an_unknown_plan(loaded, vanished):
    with pytest.raises(ApprovalError, match="there is no plan"):
        loaded.approve("people-to-ad-00000000", vanished["error"].plan_hash)


def test_gate_right_hash_goes_on_once(loaded, vanished):
    enabled = len(loaded.find(ENABLED, "cn"))
    outcome = loaded.approve(vanished["error"].plan_id, vanished["error"].plan_hash)
    assert outcome["carried_out"]["disable-user"] == len(vanished["pending"])
    assert outcome["not_carried_out"] == 0
    assert len(loaded.find(ENABLED, "cn")) == enabled - len(vanished["pending"])
    with pytest.raises(ApprovalError, match="applied"):
        loaded.approve(vanished["error"].plan_id, vanished["error"].plan_hash)
    loaded.is_loaded = False
