"""Paginators, trust and lost connections, against a real HTTPS server on the loopback."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import ConfigurationError, IncompleteReadError, SourceContractError, SourceUnavailableError
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.request import ApiRequest
from lifecycle.ports.api.tokens import TokenCache
from lifecycle.ports.https.pacing import Pacer
from tests.support.https_api import Authority, serve

URL = "https://{Host-Name}/api/Users"


class FakeHalo:
    """A tenant in an ASGI application: as many rows a page as it likes, and faults on request."""

    def __init__(self) -> None:
        self.rows = [{"id": i, "site_id": 18.0} for i in range(250)]
        self.cap, self.total, self.moved = 100, 250, {}
        self.repeats_last_page = self.truncates = self.breaks = False
        self.exchanges, self.valid, self.pages = 0, set(), []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request, as ASGI asks for."""
        assert scope["type"] == "http"
        body = (await receive())["body"]
        if scope["path"] == "/auth/token":
            await self._answer(send, 200, self._token(body))
        elif dict(scope["headers"]).get(b"authorization", b"").decode() not in self.valid:
            await self._answer(send, 401, {"error": "invalid_token"})
        else:
            await self._list(scope["query_string"].decode(), send)

    def _token(self, body: Any) -> dict[str, Any]:
        assert b"grant_type=client_credentials" in body
        self.exchanges += 1
        self.valid = {f"Bearer token-{self.exchanges}"}
        return {
            "token_type": "Bearer",
            "expires_in": 3600,
            "access_token": f"token-{self.exchanges}",
            "scope": "all",
        }

    async def _list(self, query: str, send: Any) -> None:
        page = int(httpx.QueryParams(query).get("page_no", "1"))
        self.pages.append(page)
        if self.repeats_last_page:
            page = min(page, -(-len(self.rows) // self.cap))
        rows = self.rows[(page - 1) * self.cap : page * self.cap]
        await self._answer(send, 200, {"record_count": self.moved.get(page, self.total), "users": rows})

    async def _answer(self, send: Any, status: int, answer: Any) -> None:
        body = json.dumps(answer).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        if self.truncates and "users" in answer:
            body = body[:-9]
            headers = headers[:1]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if self.breaks and "users" in answer:
            self.breaks = False
            await send({"type": "http.response.body", "body": body[:9], "more_body": True})
            return
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def halo() -> FakeHalo:
    return FakeHalo()


@pytest.fixture
def host_name(halo: FakeHalo, authority: Authority) -> Iterator[str]:
    with serve(halo, authority) as name:
        yield name


@pytest.fixture
def client(host_name: str, authority: Authority, connect: Callable[..., ApiConnection]) -> Iterator[ApiClient]:
    connection = connect(host_name=host_name, ca_file=authority.ca_file, timeout_s=20.0)
    with ApiClient(connection, tokens=TokenCache(), pacer=Pacer(10_000, 1.0)) as opened:
        yield opened


@pytest.mark.parametrize(("cap", "pages"), [(100, [1, 2, 3]), (50, [1, 2, 3, 4, 5]), (250, [1])])
def test_pages_bring_everybody_whatever_the_cap(
    client: ApiClient, halo: FakeHalo, make_endpoint: Callable[..., Endpoint], cap: int, pages: list[int]
) -> None:
    halo.cap = cap
    found = list(client.pages(make_endpoint(), ApiRequest(URL)))
    assert [record for page in found for record in page.records] == halo.rows
    assert halo.pages == pages
    assert halo.exchanges == 1


def test_pages_without_a_total_end_at_a_short_page(
    client: ApiClient, halo: FakeHalo, make_endpoint: Callable[..., Endpoint]
) -> None:
    endpoint = make_endpoint(pagination={"mode": "page_number", "total": None})
    assert sum(len(page.records) for page in client.pages(endpoint, ApiRequest(URL))) == 250
    assert halo.pages == [1, 2, 3]


def test_pages_in_one_answer(client: ApiClient, halo: FakeHalo, make_endpoint: Callable[..., Endpoint]) -> None:
    halo.cap = 250
    assert [
        len(page.records) for page in client.pages(make_endpoint(pagination={"mode": "none"}), ApiRequest(URL))
    ] == [250]


@pytest.mark.parametrize(
    ("faults", "error", "says"),
    [
        ({"total": 260}, IncompleteReadError, "250 rows came, record_count is 260"),
        ({"total": 240}, IncompleteReadError, "250 rows came, record_count is 240"),
        ({"moved": {2: 251}}, IncompleteReadError, "moved between pages"),
        ({"total": 400, "repeats_last_page": True}, IncompleteReadError, "a second time"),
        ({"total": None}, SourceContractError, "record_count is missing"),
        ({"truncates": True}, SourceContractError, "broken JSON"),
    ],
)
def test_pages_stop_at_each_fault(
    client: ApiClient,
    halo: FakeHalo,
    make_endpoint: Callable[..., Endpoint],
    faults: dict[str, Any],
    error: type[Exception],
    says: str,
) -> None:
    for name, value in faults.items():
        setattr(halo, name, value)
    with pytest.raises(error, match=says):
        list(client.pages(make_endpoint(), ApiRequest(URL)))


def test_pages_outlive_a_token_that_ends_in_mid_run(
    client: ApiClient, halo: FakeHalo, make_endpoint: Callable[..., Endpoint]
) -> None:
    pages = client.pages(make_endpoint(), ApiRequest(URL))
    found = [next(pages)]
    halo.valid.clear()
    found += pages
    assert sum(len(page.records) for page in found) == 250
    assert halo.exchanges == 2


def test_pages_outlive_a_connection_that_breaks_in_an_answer(
    client: ApiClient, halo: FakeHalo, make_endpoint: Callable[..., Endpoint]
) -> None:
    halo.breaks = True
    assert sum(len(page.records) for page in client.pages(make_endpoint(), ApiRequest(URL))) == 250
    assert halo.pages == [1, 1, 2, 3]


def test_client_trusts_no_certificate_of_an_unknown_authority(
    host_name: str, connect: Callable[..., ApiConnection], halo: FakeHalo
) -> None:
    """At once: waiting makes no certificate right."""
    with (
        ApiClient(connect(host_name=host_name), tokens=TokenCache(), pacer=Pacer(9, 1.0)) as client,
        pytest.raises(ConfigurationError, match="not trusted"),
    ):
        client.authorize()
    assert halo.exchanges == 0


def test_client_trusts_no_certificate_with_another_name(
    host_name: str, authority: Authority, connect: Callable[..., ApiConnection]
) -> None:
    elsewhere = host_name.replace("localhost", "127.0.0.1")
    with (
        ApiClient(connect(host_name=elsewhere, ca_file=authority.ca_file), tokens=TokenCache()) as client,
        pytest.raises(ConfigurationError, match="bears another name"),
    ):
        client.authorize()


def test_client_says_when_nobody_answers(authority: Authority, connect: Callable[..., ApiConnection]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        ApiClient(connect(host_name=f"localhost:{port}", ca_file=authority.ca_file), tokens=TokenCache()) as client,
        pytest.raises(SourceUnavailableError, match="no connection"),
    ):
        client.authorize()
