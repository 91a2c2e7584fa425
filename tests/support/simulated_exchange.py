"""The simulated Exchange over HTTPS, inside the test's own process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from lifecycle.ports.exchange.online_connection import OnlineConnection
from lifecycle.ports.exchange.server_connection import ServerConnection
from sandbox.exchange.app import build
from sandbox.exchange.entrance import Account
from sandbox.exchange.organisation import Organisation
from sandbox.exchange.simulator import Simulator
from sandbox.simulators.entra import Application
from tests.support.https_api import Authority
from tests.support.served import served

TENANT, CLIENT_ID, CLIENT_SECRET = "example.onmicrosoft.test", "11111111-2222-4333-8444-555555555555", "canary-secret"
USER, PASSWORD = "svc@corp.example.test", "canary-password"


@dataclass(frozen=True)
class SimulatedExchange:
    """An organisation to work on, with the connections to its two faces."""

    simulator: Simulator
    host: str
    port: int
    ca_file: str

    @property
    def organisation(self) -> Organisation:
        """What both faces act on."""
        return self.simulator.organisation

    @property
    def admin_url(self) -> str:
        """The admin side."""
        return f"https://{self.host}:{self.port}/_sandbox"

    def online(self, **settings: Any) -> OnlineConnection:
        """How to reach the tenant."""
        address = f"{self.host}:{self.port}"
        known = OnlineConnection(
            TENANT, CLIENT_ID, CLIENT_SECRET, host=address, login_host=address, ca_file=self.ca_file,
            timeout_s=10, patience_s=10,
        )  # fmt: skip
        return replace(known, **settings)

    def server(self, **settings: Any) -> ServerConnection:
        """How to reach the server, and Skype for Business on it."""
        known = ServerConnection(
            self.host, USER, PASSWORD, authentication="basic", port=self.port, ca_file=self.ca_file,
            skype_host=self.host, timeout_s=10, patience_s=10,
        )  # fmt: skip
        return replace(known, **settings)

    def sent(self) -> list[str]:
        """The cmdlets that were run, in order."""
        return [entry["cmdlet"] for entry in self.organisation.log]

    def written(self) -> list[str]:
        """Those of them that write."""
        return [name for name in self.sent() if not name.startswith("Get-")]


@contextmanager
def simulated_exchange(authority: Authority, *, client_certificate: str = "") -> Iterator[SimulatedExchange]:
    """One that is up, and ends with the block."""
    application = Application(TENANT, CLIENT_ID, CLIENT_SECRET, client_certificate.encode() or None)
    simulator = Simulator(application, Account(USER, PASSWORD))
    with served(build(simulator), authority.certificate()) as port:
        yield SimulatedExchange(simulator, "localhost", port, authority.ca_file)
