"""A simulator on a real loopback socket, with a clock that tests move."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from sandbox.halo.app import build
from sandbox.halo.client import SandboxHalo
from sandbox.halo.simulator import Application, Simulator
from tests.support.served import served

CONTEXT = ssl.create_default_context()  # made once: it takes longer than most tests


@dataclass
class Clock:
    """Seconds since the epoch; stands still unless moved."""

    now: float = 1_760_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@dataclass(frozen=True)
class Tenant:
    """The API side of the simulator as a client sees it."""

    url: str
    clock: Clock
    http: httpx.Client

    def exchange(self, *, tenant: str = "example", **form: str) -> httpx.Response:
        """Ask for a token."""
        good = {"grant_type": "client_credentials", "client_id": "id", "client_secret": "secret", "scope": "all"}
        return self.http.post(f"{self.url}/auth/token", params={"tenant": tenant}, data=good | form)

    def connect(self, **form: str) -> httpx.Client:
        """Return a client with a new token."""
        token = self.exchange(**form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=f"{self.url}/api", headers=headers, verify=CONTEXT, trust_env=False)


@pytest.fixture(scope="session")
def tenant() -> Iterator[Tenant]:
    clock = Clock()
    simulator = Simulator(Application("example", "id", "secret"), clock=clock)
    with served(build(simulator)) as port, httpx.Client(verify=CONTEXT, trust_env=False) as http:
        yield Tenant(f"http://127.0.0.1:{port}", clock, http)


@pytest.fixture(scope="session")
def admin_connection(tenant: Tenant) -> Iterator[SandboxHalo]:
    with SandboxHalo(f"{tenant.url}/_sandbox") as admin:
        yield admin


@pytest.fixture
def admin(admin_connection: SandboxHalo) -> SandboxHalo:
    """The admin side, with everything as at the start."""
    admin_connection.reset()
    return admin_connection


@pytest.fixture
def api(tenant: Tenant, admin: SandboxHalo) -> Iterator[httpx.Client]:
    """A client with a good token for everything."""
    del admin  # resets the simulator first
    with tenant.connect() as client:
        yield client


@pytest.fixture
def pages(api: httpx.Client) -> Any:
    """Reads pages of people: ``pages(1, 2)`` gives the answers of pages 1 and 2 as JSON."""

    def read(*numbers: int, **params: str | int) -> list[dict[str, Any]]:
        asked = {"pageinate": "true", "page_size": 100, "order": "id", "includeinactive": "true", **params}
        return [api.get("/Users", params={**asked, "page_no": number}).raise_for_status().json() for number in numbers]

    return read
