"""Licences and sessions of Microsoft 365: planned, carried out, found so already, and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.graph.client import SandboxGraph
from tests.support.action_bench import ActionBench

E3, E5, VISIO = "SPE_E3", "SPE_E5", "VISIOCLIENT"
OWN = frozenset({"licenseAssignmentStates", "assignedLicenses", "groups", "usageLocation"})


@pytest.fixture
def guid(bench: ActionBench) -> str:
    """An account with a user in the cloud."""
    made = bench.account()
    bench.graph.sync_user(made, upn=bench.entry(made)["userprincipalname"][0])
    return made


def _state(graph: SandboxGraph, guid: str) -> dict[str, Any]:
    """What the actions are about, without when it was written."""
    shown = graph.state(guid)
    ways = [{key: value for key, value in one.items() if key != "lastUpdatedDateTime"}
            for one in shown["licenseAssignmentStates"]]  # fmt: skip
    sorted_ways = sorted(ways, key=lambda one: (one["skuId"], one["assignedByGroup"] or ""))
    return {key: shown[key] for key in OWN if key in shown} | {"licenseAssignmentStates": sorted_ways}


def _skus(graph: SandboxGraph) -> dict[str, str]:
    return {one["skuPartNumber"]: one["skuId"] for one in graph.tenant()["products"]}


def _rhythm(bench: ActionBench, guid: str, item: dict[str, object], actions: dict[str, int]) -> dict[str, Any]:
    """Dry, nothing changed; carried out; nothing to do; answers what it came to. The undo brings all of it back."""
    before, entry = _state(bench.graph, guid), bench.state(guid)
    assert bench.request([item], [guid]).counts == actions
    assert _state(bench.graph, guid) == before
    plan_id = bench.carry_out([item], [guid])
    after = _state(bench.graph, guid)
    assert bench.request([item], [guid]).counts == {}
    bench.undo(plan_id)
    assert (_state(bench.graph, guid), bench.state(guid)) == (before, entry)
    return after


def test_direct_licences_go_and_come_back_with_their_service_plans(bench: ActionBench, guid: str) -> None:
    plans = next(one for one in bench.graph.tenant()["products"] if one["skuPartNumber"] == E3)["servicePlans"]
    off = [plans[0]["servicePlanId"]]
    bench.graph.give_licence(guid, E3, disabled_plans=off)
    bench.graph.give_licence(guid, VISIO)

    after = _rhythm(bench, guid, {"action": "remove-licences"}, {"change-licences": 1})

    assert after["licenseAssignmentStates"] == []
    assert _state(bench.graph, guid)["licenseAssignmentStates"][0]["disabledPlans"] == off


def test_a_licence_that_a_group_gives_is_reported_or_the_membership_ends(bench: ActionBench, guid: str) -> None:
    group = bench.graph.make_group("Visio users", {VISIO: []})
    bench.graph.join(group, guid)

    told = bench.request([{"action": "remove-licences"}], [guid])
    after = _rhythm(
        bench, guid, {"action": "remove-licences", "inherited": "leave-group"}, {"cloud-membership": 1}
    )  # fmt: skip

    assert (told.counts, [notice.reason.value for notice in told.notices]) == ({}, ["licence-inherited"])
    assert after["licenseAssignmentStates"] == []


def test_a_mixed_licence_loses_its_direct_half(bench: ActionBench, guid: str) -> None:
    bench.graph.give_licence(guid, E5)
    bench.graph.join(bench.graph.make_group("E5 users", {E5: []}), guid)
    plan_id = bench.carry_out([{"action": "remove-licences"}], [guid])

    left = [one["assignedByGroup"] is not None for one in bench.graph.state(guid)["licenseAssignmentStates"]]
    bench.undo(plan_id)

    assert left == [True]
    assert len(bench.graph.state(guid)["licenseAssignmentStates"]) == 2


def test_a_licence_is_assigned_with_a_country(bench: ActionBench, guid: str) -> None:
    item = {"action": "assign-licences", "licences": [_skus(bench.graph)[E3]], "usage_location": "DE"}
    plan_id = bench.carry_out([item], [guid])

    shown = bench.graph.state(guid)
    assert (shown["usageLocation"], len(shown["licenseAssignmentStates"])) == ("DE", 1)
    assert bench.request([item], [guid]).counts == {}
    bench.undo(plan_id)
    assert bench.graph.state(guid)["licenseAssignmentStates"] == []


def test_a_licence_waits_for_a_user_that_is_not_there_yet(bench: ActionBench) -> None:
    alone = bench.account()

    plan = bench.request([{"action": "assign-licences", "licences": [_skus(bench.graph)[E3]]}], [alone])

    assert (plan.counts, [notice.reason.value for notice in plan.notices]) == ({}, ["target-missing"])


def test_sessions_are_revoked_once_and_never_undone(bench: ActionBench, guid: str) -> None:
    plan_id = bench.carry_out([{"action": "revoke-sessions"}], [guid])

    assert bench.graph.state(guid)["revocations"] == 1
    assert [notice.reason.value for notice in bench.undoing(plan_id).notices] == ["undo-impossible"]
