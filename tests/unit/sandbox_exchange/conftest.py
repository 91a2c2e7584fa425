"""A simulator on a real loopback socket, and a client of its admin side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stamina

from sandbox.exchange.client import SandboxExchange
from tests.support.https_api import Authority
from tests.support.simulated_exchange import SimulatedExchange, simulated_exchange


@pytest.fixture(autouse=True)
def _no_backoff() -> Iterator[None]:
    """Two attempts, and no real second is waited."""
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedExchange]:
    with simulated_exchange(Authority(tmp_path_factory.mktemp("ca"))) as exchange:
        yield exchange


@pytest.fixture(scope="session")
def admin_connection(running: SimulatedExchange) -> Iterator[SandboxExchange]:
    with SandboxExchange(running.admin_url, running.ca_file) as admin:
        yield admin


@pytest.fixture
def exchange(running: SimulatedExchange) -> SimulatedExchange:
    """The organisation with nobody in it."""
    running.simulator.reset()
    return running


@pytest.fixture
def admin(exchange: SimulatedExchange, admin_connection: SandboxExchange) -> SandboxExchange:
    """Lets things happen in it."""
    del exchange
    return admin_connection
