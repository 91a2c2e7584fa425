"""A simulated tenant, a client of it that waits on a clock of its own, and people in it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stamina

from lifecycle.cloud.user import CloudIdentity
from lifecycle.ports.graph.client import MicrosoftGraph, open_graph
from lifecycle.ports.graph.connection import ClientSecret, GraphConnection
from sandbox.graph.client import SandboxGraph
from tests.support.graph_by_hand import Graph, Stage
from tests.support.https_api import Authority, serve
from tests.support.simulated_graph import SimulatedGraph, simulated_graph

START = datetime(2026, 11, 25, 19, 0, tzinfo=UTC)


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
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


@pytest.fixture(scope="session")
def running(authority: Authority) -> Iterator[SimulatedGraph]:
    with simulated_graph(authority) as graph:
        yield graph


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
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_client(running: SimulatedGraph, admin: SandboxGraph, clock: Clock) -> Iterator[Callable[..., MicrosoftGraph]]:
    """Opens clients of the tenant; changes are those of the connection."""
    del admin  # empties the tenant first
    with ExitStack() as opened:

        def made(**changes: Any) -> MicrosoftGraph:
            connection = running.connection(**changes)
            return opened.enter_context(open_graph(connection, clock=clock, sleep=clock.sleep, now=clock.now))

        yield made


@pytest.fixture
def graph(open_client: Callable[..., MicrosoftGraph]) -> MicrosoftGraph:
    return open_client()


@pytest.fixture
def people(admin: SandboxGraph) -> Callable[[int], list[CloudIdentity]]:
    """So many accounts, synchronised."""

    def made(count: int) -> list[CloudIdentity]:
        found = []
        for number in range(count):
            guid = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"person-{number}.example.test"))
            identity = CloudIdentity(guid, f"person-{number}@example.test")
            admin.sync_user(guid, identity.user_principal_name)
            found.append(identity)
        return found

    return made


@pytest.fixture(scope="session")
def stage(authority: Authority) -> Iterator[tuple[Stage, str]]:
    made = Stage()
    with serve(made, authority) as host:
        yield made, host


@pytest.fixture
def reach(stage: tuple[Stage, str], authority: Authority, clock: Any) -> Callable[..., Any]:
    """Opens a client of a small API."""

    @contextmanager
    def opened(api: Graph, **changes: Any) -> Iterator[MicrosoftGraph]:
        server, host = stage
        server.api, api.host = api, host
        values: dict[str, Any] = {
            "tenant": "acme.test", "client_id": "app", "credential": ClientSecret("canary-secret"),
            "authority_host": host, "graph_host": host, "ca_file": authority.ca_file, "timeout_s": 20.0,
        }  # fmt: skip
        connection = GraphConnection(**(values | changes))
        with open_graph(connection, clock=clock, sleep=clock.sleep, now=clock.now) as graph:
            yield graph

    return opened
