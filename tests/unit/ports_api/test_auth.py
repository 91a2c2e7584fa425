"""The auth flow, driven by hand: no socket is opened here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from lifecycle.errors import SourceAuthorizationError, SourceUnavailableError
from lifecycle.ports.api.auth import TokenAuth, driven
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.tokens import TokenCache, TokenSlot

URL = "https://halo.example.test/api/Users"


@pytest.fixture
def slot() -> TokenSlot:
    return TokenSlot()


@pytest.fixture
def auth(connect: Callable[..., ApiConnection], slot: TokenSlot, clock: Any) -> TokenAuth:
    connection = connect()
    return TokenAuth(connection, connection.authorization, slot, clock.now)


def test_auth_exchanges_by_client_credentials_in_a_form(
    auth: TokenAuth, token_response: Callable[..., httpx.Response]
) -> None:
    flow = auth.sync_auth_flow(httpx.Request("GET", URL))
    exchange = next(flow)
    assert (exchange.method, str(exchange.url)) == ("POST", "https://halo.example.test/auth/token?tenant=acme")
    assert exchange.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert exchange.extensions["timeout"]["read"] == 60.0
    assert parse_qs(exchange.content.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["read:customers"],
        "client_id": ["reader"],
        "client_secret": ["canary-client-secret"],
    }
    request = flow.send(token_response())
    assert request.headers["Authorization"] == "Bearer canary-token"
    with pytest.raises(StopIteration):
        flow.send(httpx.Response(200))


def test_auth_uses_a_token_until_shortly_before_its_end(
    auth: TokenAuth, token_response: Callable[..., httpx.Response], clock: Any
) -> None:
    grant = driven(auth.token_flow(), lambda _: token_response()).grant
    assert (grant.expires_at - clock.now()).total_seconds() == 3600
    clock.seconds = 3539
    assert next(auth.sync_auth_flow(httpx.Request("GET", URL))).method == "GET"
    clock.seconds = 3540
    flow = auth.sync_auth_flow(httpx.Request("GET", URL))
    assert next(flow).method == "POST"
    flow.close()


def test_auth_renews_a_short_token_after_nine_tenths_of_its_life(
    auth: TokenAuth, token_response: Callable[..., httpx.Response], clock: Any
) -> None:
    driven(auth.token_flow(), lambda _: token_response(expires_in=100))
    clock.seconds = 89
    assert driven(auth.token_flow(), pytest.fail).value == "canary-token"
    clock.seconds = 90
    assert driven(auth.token_flow(), lambda _: token_response(access_token="second")).value == "second"


def test_auth_renews_once_after_401_and_hands_on_the_second(
    auth: TokenAuth, token_response: Callable[..., httpx.Response]
) -> None:
    driven(auth.token_flow(), lambda _: token_response(access_token="first"))
    flow = auth.sync_auth_flow(httpx.Request("GET", URL))
    assert next(flow).headers["Authorization"] == "Bearer first"
    assert flow.send(httpx.Response(401)).method == "POST"
    assert flow.send(token_response(access_token="second")).headers["Authorization"] == "Bearer second"
    with pytest.raises(StopIteration):
        flow.send(httpx.Response(401))


def test_auth_never_repeats_what_may_have_been_carried_out(
    auth: TokenAuth, token_response: Callable[..., httpx.Response]
) -> None:
    driven(auth.token_flow(), lambda _: token_response())
    flow = auth.sync_auth_flow(httpx.Request("POST", URL))
    next(flow)
    with pytest.raises(StopIteration):
        flow.send(httpx.Response(401))


def test_auth_keeps_a_token_that_another_caller_has_renewed_meanwhile(
    auth: TokenAuth, token_response: Callable[..., httpx.Response]
) -> None:
    old = driven(auth.token_flow(), lambda _: token_response(access_token="old"))
    new = driven(auth.token_flow(refused=old), lambda _: token_response(access_token="new"))
    assert driven(auth.token_flow(refused=old), pytest.fail) is new


def test_auth_forgets_a_refused_token_even_if_renewing_fails(
    auth: TokenAuth, slot: TokenSlot, token_response: Callable[..., httpx.Response]
) -> None:
    old = driven(auth.token_flow(), lambda _: token_response())
    with pytest.raises(SourceUnavailableError):
        driven(auth.token_flow(refused=old), lambda _: httpx.Response(503))
    assert slot.token is None
    assert not slot.lock.locked()


def test_auth_frees_the_lock_when_a_flow_is_dropped_in_the_middle(auth: TokenAuth, slot: TokenSlot) -> None:
    flow = auth.sync_auth_flow(httpx.Request("GET", URL))
    next(flow)
    assert slot.lock.locked()
    flow.close()
    assert not slot.lock.locked()


def test_auth_keeps_no_token_whose_scopes_do_not_suffice(
    auth: TokenAuth, slot: TokenSlot, token_response: Callable[..., httpx.Response]
) -> None:
    with pytest.raises(SourceAuthorizationError, match="missing: read:customers"):
        driven(auth.token_flow(), lambda _: token_response(scope="read:tickets"))
    assert slot.token is None


def test_auth_twenty_threads_make_one_exchange(auth: TokenAuth, token_response: Callable[..., httpx.Response]) -> None:
    """All are refused with the same token at the same moment; one renews, the others take what it got."""
    old = driven(auth.token_flow(), lambda _: token_response(access_token="old"))
    start, exchanges = threading.Barrier(20), []

    def send(request: httpx.Request) -> httpx.Response:
        exchanges.append(request.url)
        return token_response(access_token=f"new-{len(exchanges)}")

    def renewed() -> str:
        start.wait(timeout=30)
        return driven(auth.token_flow(refused=old), send).value

    with ThreadPoolExecutor(20) as pool:
        values = [done.result(timeout=30) for done in [pool.submit(renewed) for _ in range(20)]]
    assert values == ["new-1"] * 20
    assert len(exchanges) == 1


def test_auth_serves_no_event_loop(auth: TokenAuth) -> None:
    with pytest.raises(NotImplementedError):
        auth.async_auth_flow(httpx.Request("GET", URL))


def test_token_cache_keeps_one_room_a_url_client_and_scopes(connect: Callable[..., ApiConnection]) -> None:
    cache = TokenCache()

    def slot(**changes: Any) -> TokenSlot:
        connection = connect(**changes)
        return cache.slot(connection.authorization, connection.token_endpoint(connection.authorization))

    room = slot(scopes=("a", "b"))
    assert slot(scopes=("b", "a")) is room
    others = [{"scopes": ("a",)}, {"client_id": "other", "scopes": ("a", "b")}, {"tenant": "b"}]
    assert room not in [slot(**other) for other in others]
