"""Reads that the simulated tenant spoils: what passes is outlived, and nothing else is an empty answer."""

from __future__ import annotations

from typing import Any

import pytest

from lifecycle.cloud.user import CloudPart
from lifecycle.errors import TargetAuthorizationError, TargetContractError, TargetError, TargetUnavailableError
from lifecycle.ports.graph.client import MicrosoftGraph
from sandbox.graph.client import SandboxGraph
from tests.support.graph_people import People
from tests.support.simulated_graph import SimulatedGraph


@pytest.mark.parametrize("place", ["batch", "item"])
@pytest.mark.parametrize("fault", ["unavailable", "rate_limited", "commit_then_504"])
def test_reads_outlive_what_is_transient(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, place: str, fault: str
) -> None:
    identities = people(25)
    admin.faults(**{fault: {"place": place, "times": 2}})
    assert len(graph.users(identities, frozenset(CloudPart))) == 25


@pytest.mark.parametrize("place", ["batch", "item"])
def test_read_that_stays_away_is_an_error_and_no_empty_answer(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, place: str
) -> None:
    identities = people(2)
    admin.faults(unavailable={"place": place, "times": None})
    with pytest.raises(TargetUnavailableError, match="serviceNotAvailable") as away:
        graph.users(identities, ())
    assert away.value.code == 503
    with pytest.raises(TargetUnavailableError):
        graph.skus()


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ({"denied": {"place": "item", "path": "photo"}}, TargetAuthorizationError),
        ({"denied": {"place": "item", "path": "/users"}}, TargetAuthorizationError),
        ({"lost_item": {"place": "item", "path": "memberOf", "times": None}}, TargetContractError),
        ({"truncated_json": {"place": "batch", "times": None}}, TargetContractError),
    ],
)
def test_read_that_is_not_whole_is_an_error(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, faults: dict[str, Any], error: type[TargetError]
) -> None:
    identities = people(2)
    admin.faults(**faults)
    with pytest.raises(error) as refused:
        graph.users(identities, frozenset(CloudPart))
    assert type(refused.value) is error
    assert "example.test" not in str(refused.value)


def test_user_deleted_while_it_is_read_is_absent(
    running: SimulatedGraph, graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    """The tenant loses one between the list and the reading of its parts."""
    identities = people(3)
    tenant = running.simulator.tenant
    found = tenant.groups_of

    def losing(user: Any) -> Any:
        if user.user_principal_name == "person-1@example.test":
            tenant.remove(user)
        return found(user)

    admin.faults(slow={"place": "item", "path": "memberOf", "seconds": 0.001})
    tenant.groups_of = losing  # type: ignore[method-assign]
    try:
        read = graph.users(identities, {CloudPart.GROUPS, CloudPart.PHOTO})
    finally:
        tenant.groups_of = found  # type: ignore[method-assign]
    assert read.keys() == {identities[0].guid, identities[2].guid}
