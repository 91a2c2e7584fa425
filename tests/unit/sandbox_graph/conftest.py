"""A simulated tenant on a real loopback socket, asked as any program would ask Graph."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from sandbox.graph.client import SandboxGraph
from tests.support.https_api import Authority
from tests.support.simulated_graph import CLIENT_ID, CLIENT_SECRET, TENANT, SimulatedGraph, simulated_graph

ANN, BOB = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedGraph]:
    with simulated_graph(Authority(tmp_path_factory.mktemp("ca"))) as graph:
        yield graph


@pytest.fixture(scope="session")
def http(running: SimulatedGraph) -> Iterator[httpx.Client]:
    """A client without a token."""
    context = ssl.create_default_context(cafile=running.ca_file)
    with httpx.Client(base_url=f"https://{running.host}", verify=context, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def admin_connection(running: SimulatedGraph) -> Iterator[SandboxGraph]:
    with running.admin() as admin:
        yield admin


@pytest.fixture
def admin(admin_connection: SandboxGraph) -> SandboxGraph:
    """The admin side of an empty tenant."""
    admin_connection.reset()
    return admin_connection


@pytest.fixture
def exchange(http: httpx.Client, running: SimulatedGraph) -> Callable[..., httpx.Response]:
    """Asks for a token; ``tenant`` and the form may be others."""

    def made(tenant: str = TENANT, **form: str) -> httpx.Response:
        good = {
            "grant_type": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "scope": f"https://{running.host}/.default",
        }
        return http.post(f"/{tenant}/oauth2/v2.0/token", data={**good, **form})

    return made


@pytest.fixture
def call(
    http: httpx.Client, admin: SandboxGraph, exchange: Callable[..., httpx.Response]
) -> Callable[..., httpx.Response]:
    """Asks Graph with a good token."""
    del admin  # empties the tenant first
    token = exchange().json()["access_token"]

    def made(method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        return http.request(method, f"/v1.0{path}", headers=headers, **more)

    return made
