"""A simulated Exchange over real HTTPS, and one account after another to try things on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stamina

from lifecycle.mail.operation import MailAccount
from tests.support.exchange_sides import Side, person
from tests.support.https_api import Authority
from tests.support.simulated_exchange import SimulatedExchange, simulated_exchange


@pytest.fixture(autouse=True)
def _no_backoff() -> Iterator[None]:
    """Three attempts, and no real second is waited."""
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="session")
def running(authority: Authority) -> Iterator[SimulatedExchange]:
    with simulated_exchange(authority) as exchange:
        yield exchange


@pytest.fixture
def exchange(running: SimulatedExchange) -> SimulatedExchange:
    """The organisation with nobody in it."""
    running.simulator.reset()
    return running


@pytest.fixture
def account(exchange: SimulatedExchange) -> MailAccount:
    """One who is known to the server and to the tenant, and has no mailbox."""
    return person(exchange, "noor.haddad")


@pytest.fixture(params=["server", "online", "hybrid"])
def side(request: pytest.FixtureRequest, exchange: SimulatedExchange) -> Side:
    """Each adapter in turn."""
    return Side(request.param, exchange)
