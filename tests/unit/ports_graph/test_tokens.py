"""Tokens of the simulated tenant: had, kept, renewed, refused."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lifecycle.cloud.operation import RevokeSessions, SetPhoto
from lifecycle.cloud.user import CloudIdentity, CloudPart
from lifecycle.errors import TargetAuthorizationError
from lifecycle.ports.graph.client import MicrosoftGraph
from lifecycle.ports.graph.connection import ClientSecret
from sandbox.graph.client import SandboxGraph
from tests.support.graph_people import DONE, JPEG, People, located, locations
from tests.support.simulated_graph import CLIENT_SECRET, THREAD, SimulatedGraph


@pytest.mark.parametrize("place", ["batch", "item"])
@pytest.mark.parametrize("kind", ["read", "write"])
def test_token_that_ends_in_mid_run_is_renewed_once(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, place: str, kind: str
) -> None:
    identities = people(3)
    operations = located(graph, identities)
    admin.faults(expired_token={"place": place})
    if kind == "write":
        assert graph.send(operations) == [DONE] * 3
        assert locations(admin) == ["GB"] * 3
    else:
        assert len(graph.users(identities, {CloudPart.GROUPS})) == 3
    assert admin.tenant()["token_exchanges"] == 2


def test_item_that_is_refused_with_a_good_token_gets_a_new_one(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    operations = located(graph, people(3))
    admin.faults(refused_item={"place": "item"})
    assert graph.send(operations) == [DONE] * 3
    assert (locations(admin), admin.tenant()["token_exchanges"]) == (["GB"] * 3, 2)


@pytest.mark.parametrize("place", ["batch", "item"])
def test_new_token_that_is_refused_too_is_a_matter_of_authorization(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, place: str
) -> None:
    identities = people(1)
    operations = located(graph, identities)
    admin.faults(refused_item={"place": place, "times": None})
    with pytest.raises(TargetAuthorizationError, match="InvalidAuthenticationToken") as refused:
        graph.users(identities, ())
    assert refused.value.code == 401
    answer = graph.send(operations)[0]
    assert not answer.ok
    assert locations(admin) == [None]


def test_both_credentials_bring_a_token(
    running: SimulatedGraph, open_client: Callable[..., MicrosoftGraph], admin: SandboxGraph
) -> None:
    for credential in (ClientSecret(CLIENT_SECRET), running.certificate):
        assert len(open_client(credential=credential).skus()) == 3
    assert admin.tenant()["token_exchanges"] == 2


def test_token_is_kept_while_it_is_good(graph: MicrosoftGraph, admin: SandboxGraph, people: People) -> None:
    operations = located(graph, people(2))
    graph.send(operations)
    graph.skus()
    assert admin.tenant()["token_exchanges"] == 1


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"credential": ClientSecret("canary-wrong")}, "invalid_client"),
        ({"client_id": "another"}, "unauthorized_client"),
        ({"tenant": "other.onmicrosoft.test"}, "tenant is not known"),
    ],
)
def test_wrong_application_is_told_before_anything_is_sent(
    open_client: Callable[..., MicrosoftGraph], admin: SandboxGraph, people: People, changes: Any, problem: str
) -> None:
    people(1)
    graph = open_client(**changes)
    with pytest.raises(TargetAuthorizationError, match=problem) as refused:
        graph.send([RevokeSessions("00000000-0000-4000-8000-000000000001")])
    assert "canary" not in str(refused.value)
    with pytest.raises(TargetAuthorizationError, match=problem):
        graph.users([CloudIdentity("00000000-0000-4000-8000-000000000001", "")], ())
    assert admin.tenant()["requests"] == {}


def test_certificate_of_somebody_else_is_refused(
    running: SimulatedGraph, open_client: Callable[..., MicrosoftGraph]
) -> None:
    wrong = replace(running.certificate, thumbprint="0" * 40)
    with pytest.raises(TargetAuthorizationError, match="invalid_client"):
        open_client(credential=wrong).authorize()
    broken = replace(
        running.certificate, private_key="-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n"
    )
    with pytest.raises(TargetAuthorizationError, match="private key cannot be used") as refused:
        open_client(credential=broken).authorize()
    assert "canary" not in str(refused.value)
    assert refused.value.__cause__ is refused.value.__context__ is None


def test_logs_hold_no_secret_and_no_name(
    running: SimulatedGraph,
    open_client: Callable[..., MicrosoftGraph],
    people: People,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Also where somebody turns every library's log on."""
    caplog.set_level(logging.DEBUG)
    identities = [*people(2), CloudIdentity("00000000-0000-4000-8000-000000000009", "nobody@example.test")]
    for credential in (ClientSecret(CLIENT_SECRET), running.certificate):
        graph = open_client(credential=credential)
        graph.send(located(graph, identities))
        graph.users(identities, frozenset(CloudPart))
        graph.send([SetPhoto("nobody", JPEG)])
    own = [record for record in caplog.records if record.threadName != THREAD]
    told = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in own)
    assert "/$batch" in told  # httpx does log
    assert "event=" in told  # and so does MSAL
    tokens = running.simulator.tokens.values()
    assert len(tokens) >= 2
    for secret in (CLIENT_SECRET, "example.test", *tokens):
        assert secret not in told
    assert running.certificate.private_key.splitlines()[1] not in told
