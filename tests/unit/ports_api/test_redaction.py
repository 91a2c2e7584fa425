"""No secret and no token in any text that the port makes: reprs, messages, chained causes, logs, for every type."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import LifecycleError
from lifecycle.ports.api.auth import TokenAuth, auth_of, driven
from lifecycle.ports.api.authorization import (
    ApiKey,
    Authorization,
    AuthorizationCode,
    Basic,
    Bearer,
    ClientCredentials,
    PasswordGrant,
)
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.request import ApiRequest, Form, Json, Raw
from lifecycle.ports.api.tokens import TokenCache
from lifecycle.ports.https.pacing import Pacer
from tests.support.https_api import Asked, Authority, FakeApi, Reply, serve

URL = "https://{Host-Name}/api/Users/7"
DETAIL = Endpoint(name="halo-users", credentials="halo", url=URL, key="id", fields={"id": {}})
CLIENT = {"token_url": "https://{Host-Name}/auth/token", "client_id": "reader", "client_secret": "canary-secret"}


class Store:
    """Holds a refresh token."""

    name = "halo"

    def load(self) -> str:
        """Always the same."""
        return "canary-refresh"

    def save(self, token: str) -> None:
        """Take any."""


WAYS: list[Authorization] = [
    ApiKey("X-Key", "canary-key"),
    ApiKey("key", "canary-key", "query"),
    Basic("reader", "canary-password"),
    Bearer("canary-bearer"),
    ClientCredentials(**CLIENT),
    PasswordGrant(**CLIENT, user_name="reader", password="canary-password"),
    AuthorizationCode(**CLIENT, authorize_url="https://{Host-Name}/auth", refresh_tokens=Store()),
]
NAMES = ["api key in a header", "api key in the query", "basic", "bearer", "client", "password", "code"]
every_way = pytest.mark.parametrize("way", WAYS, ids=NAMES)


@every_way
def test_reprs_hide_secrets_and_tokens(
    connect: Callable[..., ApiConnection],
    clock: Any,
    token_response: Callable[..., httpx.Response],
    client_of: Callable[..., ApiClient],
    way: Authorization,
) -> None:
    connection, cache = connect(authorization=way), TokenCache()
    shown: list[object] = [way, connection, cache, client_of(lambda _: httpx.Response(200), authorization=way)]
    slot = None
    if isinstance(way, ClientCredentials | PasswordGrant | AuthorizationCode):
        slot = cache.slot(way, connection.token_endpoint(way))
    auth = auth_of(way, connection, slot, clock.now)
    if isinstance(auth, TokenAuth):
        token = driven(auth.token_flow(), lambda _: token_response())
        shown += [token, token.grant, slot]
    for one in [*shown, auth]:
        assert "canary" not in repr(one) + str(one)


def test_requests_show_nothing_of_a_person() -> None:
    for body in (Form({"a": "canary"}), Json(["canary"]), Raw("text/plain", "canary")):
        shown = ApiRequest("https://canary.test", "POST", {"a": "canary"}, {"b": "canary"}, body)
        assert "canary" not in repr(shown)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(400, json={"error": "canary"}),
        httpx.Response(401, text="canary"),
        httpx.Response(500, text="canary"),
        httpx.Response(200, text='{"canary'),
        httpx.Response(302, headers={"Location": "https://elsewhere.test/?canary-"}),
        httpx.ConnectError("no route"),
        httpx.ReadTimeout("too slow"),
    ],
)
@every_way
def test_failures_and_logs_hide_secrets_and_tokens(
    client_of: Callable[..., ApiClient], caplog: pytest.LogCaptureFixture, answer: Any, way: Authorization
) -> None:
    def reply(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    caplog.set_level(logging.DEBUG)
    with pytest.raises(LifecycleError) as caught:
        client_of(reply, authorization=way).one(DETAIL, ApiRequest(URL))
    told = "".join(traceback.format_exception(caught.value)) + caplog.text
    told += "".join(str(vars(record)) for record in caplog.records)
    assert "halo-users" in told
    # The source lines that a traceback quotes are this file's and may name it: only values are meant.
    assert "canary-" not in told.replace("?canary-", "")
    assert "canary" not in str(caught.value)


@pytest.fixture
def people(authority: Authority) -> Iterator[tuple[str, FakeApi]]:
    def answer(asked: Asked) -> Reply:
        if asked.path == "/auth/token":
            return Reply({"token_type": "Bearer", "access_token": "canary-token", "refresh_token": "canary-next"})
        return Reply({"id": 7})

    api = FakeApi(answer)
    with serve(api, authority) as host:
        yield host, api


@every_way
def test_debug_logs_of_a_real_exchange_hide_secrets_and_tokens(
    people: tuple[str, FakeApi],
    connect: Callable[..., ApiConnection],
    authority: Authority,
    caplog: pytest.LogCaptureFixture,
    way: Authorization,
) -> None:
    """Addresses are logged by httpx, steps by httpcore: the secret arrives, and stands in neither."""
    host, api = people
    caplog.set_level(logging.DEBUG)
    connection = connect(host_name=host, ca_file=authority.ca_file, authorization=way)
    with ApiClient(connection, tokens=TokenCache(), pacer=Pacer(99, 1.0)) as client:
        assert client.one(DETAIL, ApiRequest(URL)) == {"id": 7}
    assert "canary" in api.asked[-1].everything or "Basic " in api.asked[-1].everything
    ours = [record for record in caplog.records if record.name.partition(".")[0] in {"httpx", "httpcore", "stamina"}]
    assert {record.name.partition(".")[0] for record in ours} >= {"httpx", "httpcore"}
    assert "canary" not in "".join(record.getMessage() + str(vars(record)) for record in ours)
