"""A tenant that is not there: connections, a clock that only moves when told, and clients without a network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import stamina

from lifecycle.config.endpoint import Endpoint
from lifecycle.ports.api.authorization import ClientCredentials
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.tokens import TokenCache
from lifecycle.ports.https.pacing import Pacer
from tests.support.https_api import Authority

CANARY = "canary-client-secret"
TOKEN_CANARY = "canary-token"
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.seconds = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """Monotonic time."""
        return self.seconds

    def now(self) -> datetime:
        """The time of day."""
        return START + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self.slept.append(seconds)
            self.seconds += seconds


@pytest.fixture(autouse=True)
def _no_backoff() -> Iterator[None]:
    """Three attempts, and no real second is waited."""
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def connect() -> Callable[..., ApiConnection]:
    def made(**changes: Any) -> ApiConnection:
        client: dict[str, Any] = {
            "token_url": "https://{Host-Name}/auth/token?tenant={tenantname}",
            "client_id": "reader",
            "client_secret": CANARY,
            "scopes": ("read:customers",),
        }
        way = {name: changes.pop(name, value) for name, value in client.items()}
        values = {"host_name": "halo.example.test", "tenant": "acme", "authorization": ClientCredentials(**way)}
        return ApiConnection(**(values | changes))

    return made


@pytest.fixture
def make_endpoint() -> Callable[..., Endpoint]:
    def made(**changes: Any) -> Endpoint:
        values: dict[str, Any] = {
            "name": "halo-users",
            "credentials": "halo-itsm",
            "url": "https://{Host-Name}/api/Users",
            "pagination": {"mode": "page_number"},
            "records": "users",
            "key": "id",
            "fields": {"id": {"type": "number"}},
        }
        return Endpoint(**(values | changes))

    return made


@pytest.fixture
def token_response() -> Callable[..., httpx.Response]:
    def made(status: int = 200, **changes: Any) -> httpx.Response:
        answer = {
            "token_type": "Bearer",
            "expires_in": 3600,
            "access_token": TOKEN_CANARY,
            "scope": "read:customers",
        }
        return httpx.Response(status, json={k: v for k, v in (answer | changes).items() if v is not ...})

    return made


@pytest.fixture
def client_of(
    clock: Clock, connect: Callable[..., ApiConnection], token_response: Callable[..., httpx.Response]
) -> Iterator[Callable[..., ApiClient]]:
    """A client whose token endpoint works and whose other requests the given handler answers."""
    opened: list[ApiClient] = []

    def made(handler: Callable[[httpx.Request], httpx.Response], **changes: Any) -> ApiClient:
        def answer(request: httpx.Request) -> httpx.Response:
            return token_response() if request.url.path == "/auth/token" else handler(request)

        connection = connect(**changes)
        pacer = Pacer(connection.requests_per_window, connection.window_s, clock=clock, sleep=clock.sleep)
        client = ApiClient(
            connection,
            clock=clock,
            now=clock.now,
            transport=httpx.MockTransport(answer),
            tokens=TokenCache(),
            pacer=pacer,
        )
        opened.append(client)
        return client

    yield made
    for client in opened:
        client.__exit__(None, None, None)
