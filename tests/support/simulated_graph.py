"""The simulated Microsoft Graph over HTTPS, inside the test's own process, and what a client of it needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from lifecycle.ports.graph.connection import ClientCertificate, ClientSecret, GraphConnection
from sandbox.graph.app import build
from sandbox.graph.client import SandboxGraph
from sandbox.graph.simulator import Simulator
from sandbox.simulators.entra import Application
from tests.support.https_api import Authority
from tests.support.served import served

TENANT, CLIENT_ID, CLIENT_SECRET = "example.onmicrosoft.test", "4d2b8f1c-app", "canary-client-secret"
THREAD = "simulated-graph"
"""Name of the simulator's thread: what it logs is not the product's."""


@dataclass(frozen=True)
class SimulatedGraph:
    """A tenant to work on: ``host`` is ``localhost:port``."""

    simulator: Simulator
    host: str
    ca_file: str
    certificate: ClientCertificate

    def connection(self, **changes: Any) -> GraphConnection:
        """How to reach it; by its secret unless told otherwise."""
        values: dict[str, Any] = {
            "tenant": TENANT,
            "client_id": CLIENT_ID,
            "credential": ClientSecret(CLIENT_SECRET),
            "authority_host": self.host,
            "graph_host": self.host,
            "ca_file": self.ca_file,
            "timeout_s": 20.0,
        }
        return GraphConnection(**(values | changes))

    def admin(self) -> SandboxGraph:
        """Its admin side."""
        return SandboxGraph(f"https://{self.host}/_sandbox", self.ca_file)


@contextmanager
def simulated_graph(authority: Authority) -> Iterator[SimulatedGraph]:
    """One that is up, and ends with the block."""
    registered, certificate = client_certificate()
    simulator = Simulator(Application(TENANT, CLIENT_ID, CLIENT_SECRET, registered))
    with served(build(simulator), authority.certificate(), thread_name=THREAD) as port:
        yield SimulatedGraph(simulator, f"localhost:{port}", authority.ca_file, certificate)


def client_certificate() -> tuple[bytes, ClientCertificate]:
    """A certificate as an administrator registers it (PEM), and what the application signs with."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "halo-ad")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")
    thumbprint = made.fingerprint(hashes.SHA1()).hex()  # noqa: S303 - how Microsoft Entra ID names certificates
    return made.public_bytes(serialization.Encoding.PEM), ClientCertificate(pem, thumbprint)
