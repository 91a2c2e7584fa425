"""Tokens from authorities that answer what Microsoft's never should, or that cannot be trusted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lifecycle.cloud.operation import RevokeSessions
from lifecycle.errors import (
    ConfigurationError,
    TargetAuthorizationError,
    TargetContractError,
    TargetError,
    TargetUnavailableError,
)
from tests.support.graph_by_hand import Graph, page
from tests.support.https_api import Asked, Authority, FakeApi, Reply, serve


@pytest.mark.parametrize(
    ("others", "error", "told"),
    [
        ({"discovery": Reply("<html>", 404)}, TargetContractError, "no JSON"),
        ({"discovery": Reply({"error": "invalid_tenant"}, 400)}, TargetAuthorizationError, "tenant is not known"),
        ({"discovery": Reply({}, 503)}, TargetUnavailableError, "503"),
        ({"token": Reply({}, 503)}, TargetUnavailableError, "503"),
        ({"token": Reply({}, 429, {"Retry-After": "7"})}, TargetUnavailableError, "throttled"),
        ({"token": Reply('{"access_token": "canary', 200)}, TargetContractError, "no JSON"),
        ({"token": Reply({"token_type": "Bearer"}, 200)}, TargetAuthorizationError, "no token"),
        ({"token": Reply({"error": "invalid_client", "error_codes": [7000222]}, 401)}, TargetAuthorizationError,
         r"invalid_client \(7000222\)"),
        ({"discovery": Reply({"issuer": "x"})}, TargetContractError, "does not name its addresses"),
        ({"discovery": Reply(["canary"])}, TargetContractError, "no JSON object"),
        ({"token": Reply({"token_type": "Bearer", "access_token": "canary\nx", "expires_in": 9})},
         TargetAuthorizationError, "no token"),
        ({"token": Reply({"error": "invalid_grant", "error_codes": "canary"}, 401)}, TargetAuthorizationError,
         r"invalid_grant \(400\)"),
        ({"token": Reply({"error": "canary canary"}, 400)}, TargetAuthorizationError, "no token"),
        ({"token": Reply("", 302, {"Location": "https://elsewhere.test"})}, TargetContractError, "redirect"),
    ],
)  # fmt: skip
def test_authority_that_gives_no_token_is_told_before_anything_is_sent(
    reach: Callable[..., Any], caplog: pytest.LogCaptureFixture, others: Any, error: type[TargetError], told: str
) -> None:
    api = Graph(lambda _: {"status": 200}, **others)
    with reach(api) as graph, pytest.raises(error, match=told) as raised:
        graph.send([RevokeSessions("u")])
    assert type(raised.value) is error
    assert "canary" not in str(raised.value) + caplog.text
    assert api.items == []


def test_secret_is_sent_to_no_other_host_than_the_authority(reach: Callable[..., Any], authority: Authority) -> None:
    """Also not where the authority itself names another."""
    elsewhere = FakeApi(lambda _: Reply({}))
    with serve(elsewhere, authority) as host:
        token = f"https://{host}/token"
        addresses = {"authorization_endpoint": f"https://{host}/acme.test", "token_endpoint": token, "issuer": token}
        with (
            reach(Graph(lambda _: None, discovery=Reply(addresses))) as graph,
            pytest.raises(TargetContractError, match="names another host"),
        ):
            graph.authorize()
    assert elsewhere.asked == []


def test_authority_that_is_busy_is_waited_for(reach: Callable[..., Any], clock: Any) -> None:
    busy = Reply({}, 429, {"Retry-After": "7"})
    good = Reply({"token_type": "Bearer", "expires_in": 3599, "access_token": "canary-token"})
    api = Graph(lambda _: page(), token=busy)

    def answered(asked: Asked, answer: Callable[[Asked], Reply] = api.answer) -> Reply:
        reply = answer(asked)
        if asked.path.endswith("/token"):
            api.others["token"] = good
        return reply

    api.answer = answered
    with reach(api) as graph:
        assert graph.skus() == {}
    assert clock.slept == [7.0]


def test_certificate_of_an_unknown_authority_is_not_trusted(reach: Callable[..., Any]) -> None:
    api = Graph(lambda _: page())
    with reach(api, ca_file=None) as graph, pytest.raises(ConfigurationError, match="not trusted"):
        graph.skus()
    assert api.asked == []


def test_nobody_who_listens_is_unavailable(reach: Callable[..., Any]) -> None:
    with (
        reach(Graph(lambda _: page()), authority_host="localhost:1") as graph,
        pytest.raises(TargetUnavailableError, match="no connection"),
    ):
        graph.skus()
