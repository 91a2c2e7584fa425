"""Refresh tokens are good for one use: stored first, used by one caller at a time, never lost by a race."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from lifecycle.errors import SourceAuthorizationError, SourceContractError, SourceUnavailableError, StoreError
from lifecycle.ports.api.auth import TokenAuth, driven
from lifecycle.ports.api.authorization import AuthorizationCode
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.tokens import TokenCache
from lifecycle.ports.https.pacing import Pacer


class Store:
    """A block's place for the token; may refuse."""

    name = "halo"

    def __init__(self) -> None:
        self.token, self.refuses, self.saved = "canary-r0", False, []

    def load(self) -> str:
        """What is stored."""
        return self.token

    def save(self, token: str) -> None:
        """Store it, or fail with a text that tells it."""
        if self.refuses:
            raise OSError(f"cannot write {token}")
        self.token = token
        self.saved.append(token)


class Server:
    """A token endpoint whose refresh tokens are good once."""

    def __init__(self) -> None:
        self.good, self.issued, self.asked, self.lock = "canary-r0", 0, [], threading.Lock()
        self.extra: dict[str, Any] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Exchange."""
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        with self.lock:
            self.asked.append(form)
            if form.get("refresh_token") != self.good and form["grant_type"] != "authorization_code":
                return httpx.Response(400, json={"error": "invalid_grant"})
            self.issued += 1
            self.good = f"canary-r{self.issued}"
            answer = {
                "token_type": "Bearer",
                "expires_in": 3600,
                "access_token": f"canary-a{self.issued}",
                "refresh_token": self.good,
                "scope": "read:customers",
            }
            return httpx.Response(200, json={k: v for k, v in (answer | self.extra).items() if v is not ...})


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def connection(connect: Callable[..., ApiConnection], store: Store) -> ApiConnection:
    return connect(
        authorization=AuthorizationCode(
            token_url="https://{Host-Name}/auth/token",
            authorize_url="https://{Host-Name}/auth/authorize",
            client_id="reader",
            scopes=("read:customers",),
            refresh_tokens=store,
        )
    )


@pytest.fixture
def auth(connection: ApiConnection, clock: Any) -> TokenAuth:
    way = connection.authorization
    assert isinstance(way, AuthorizationCode)
    return TokenAuth(connection, way, TokenCache().slot(way, connection.token_endpoint(way)), clock.now)


def test_refresh_stores_the_next_token_before_the_access_token_is_used(
    auth: TokenAuth, store: Store, server: Server
) -> None:
    flow = auth.sync_auth_flow(httpx.Request("GET", "https://halo.example.test/api"))
    exchange = next(flow)
    assert store.saved == []
    request = flow.send(server(exchange))
    assert store.saved == ["canary-r1"], "stored by the time the request is ready"
    assert request.headers["Authorization"] == "Bearer canary-a1"
    assert server.asked == [{"grant_type": "refresh_token", "refresh_token": "canary-r0", "client_id": "reader"}]
    flow.close()


def test_refresh_goes_on_with_the_token_that_was_stored(auth: TokenAuth, server: Server, clock: Any) -> None:
    values = []
    for _ in range(3):
        values.append(driven(auth.token_flow(), server).value)
        clock.seconds += 3600
    assert values == ["canary-a1", "canary-a2", "canary-a3"]


def test_refresh_keeps_the_old_token_where_no_new_one_comes(auth: TokenAuth, store: Store, server: Server) -> None:
    server.extra = {"refresh_token": ...}
    driven(auth.token_flow(), server)
    assert (store.token, store.saved) == ("canary-r0", [])


def test_refresh_uses_no_access_token_whose_refresh_token_is_not_stored(
    auth: TokenAuth, store: Store, server: Server
) -> None:
    """The token that could not be stored is the only good one: it is stored at the next renewal, then used."""
    store.refuses = True
    with pytest.raises(StoreError, match=r"could not be stored \(OSError\)") as caught:
        driven(auth.token_flow(), server)
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None
    with pytest.raises(StoreError):
        driven(auth.token_flow(), pytest.fail)
    store.refuses = False
    assert driven(auth.token_flow(), server).value == "canary-a2"
    assert store.saved == ["canary-r1", "canary-r2"]


def test_refresh_takes_what_another_process_has_stored_meanwhile(auth: TokenAuth, store: Store, server: Server) -> None:
    def raced(request: httpx.Request) -> httpx.Response:
        if not server.asked:  # the other one is first, and has stored its token
            server(httpx.Request("POST", request.url, content=request.content))
            store.token = server.good
        return server(request)

    assert driven(auth.token_flow(), raced).value == "canary-a2"
    assert store.saved == ["canary-r2"]


def test_refresh_token_that_is_refused_asks_for_a_new_agreement(auth: TokenAuth, server: Server) -> None:
    server.good = "another"
    with pytest.raises(SourceAuthorizationError, match=r"authorise again with python -m deployments\.authorize"):
        driven(auth.token_flow(), server)
    assert len(server.asked) == 1


def test_refresh_without_a_stored_token_asks_nobody(auth: TokenAuth, store: Store) -> None:
    store.token = ""
    with pytest.raises(SourceAuthorizationError, match="no refresh token yet"):
        driven(auth.token_flow(), pytest.fail)


def test_refresh_that_grants_too_little_still_stores_the_token(auth: TokenAuth, store: Store, server: Server) -> None:
    server.extra = {"scope": "read:tickets"}
    with pytest.raises(SourceAuthorizationError, match="missing: read:customers"):
        driven(auth.token_flow(), server)
    assert store.token == server.good


def test_refresh_that_finds_the_server_away_spends_nothing(auth: TokenAuth, store: Store, server: Server) -> None:
    with pytest.raises(SourceUnavailableError):
        driven(auth.token_flow(), lambda _: httpx.Response(503))
    assert driven(auth.token_flow(), server).value == "canary-a1"
    assert store.saved == ["canary-r1"]


def test_refresh_twenty_threads_spend_one_token(auth: TokenAuth, store: Store, server: Server) -> None:
    start = threading.Barrier(20)

    def value() -> str:
        start.wait(timeout=30)
        return driven(auth.token_flow(), server).value

    with ThreadPoolExecutor(20) as pool:
        values = {done.result(timeout=30) for done in [pool.submit(value) for _ in range(20)]}
    assert values == {"canary-a1"}
    assert (len(server.asked), store.saved) == (1, ["canary-r1"])


ANSWERED = {"code": "canary-code", "redirect_uri": "http://127.0.0.1:8400/", "code_verifier": "canary-verifier"}


@pytest.fixture
def client(connection: ApiConnection, server: Server, clock: Any) -> ApiClient:
    return ApiClient(
        connection,
        clock=clock,
        now=clock.now,
        transport=httpx.MockTransport(server),
        tokens=TokenCache(),
        pacer=Pacer(99, 9.0, clock=clock, sleep=clock.sleep),
    )


def test_redeem_exchanges_the_code_and_stores_the_refresh_token(
    client: ApiClient, store: Store, server: Server
) -> None:
    with client:
        assert client.redeem(ANSWERED).scopes == ("read:customers",)
        assert client.authorize() is not None
    assert server.asked == [{"grant_type": "authorization_code", "client_id": "reader", **ANSWERED}]
    assert store.saved == ["canary-r1"]


def test_redeem_needs_a_refresh_token(client: ApiClient, store: Store, server: Server) -> None:
    server.extra = {"refresh_token": ...}
    with client, pytest.raises(SourceContractError, match="offline_access"):
        client.redeem(ANSWERED)
    assert store.saved == []
