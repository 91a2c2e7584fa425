"""The simulated HaloITSM over HTTPS, inside the test's own process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sandbox.halo.app import build
from sandbox.halo.simulator import Application, Simulator
from tests.support.https_api import Authority
from tests.support.served import served

CLIENT_ID, CLIENT_SECRET, TENANT = "id", "canary-secret", "example"


@dataclass(frozen=True)
class SimulatedHalo:
    """A tenant to read: ``host_name`` is ``localhost:port``."""

    simulator: Simulator
    host_name: str
    ca_file: str


@contextmanager
def simulated_halo(authority: Authority) -> Iterator[SimulatedHalo]:
    """One that is up, and ends with the block."""
    simulator = Simulator(Application(TENANT, CLIENT_ID, CLIENT_SECRET))
    with served(build(simulator), authority.certificate()) as port:
        yield SimulatedHalo(simulator, f"localhost:{port}", authority.ca_file)
