"""The simulated HaloITSM over HTTPS, inside the test's own process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sandbox.halo.server import Server, bind
from sandbox.halo.simulator import Application, Simulator
from tests.support.https_api import Authority

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
    pem, listening = authority.certificate(), threading.Event()
    simulator = Simulator(Application(TENANT, CLIENT_ID, CLIENT_SECRET))
    with bind("127.0.0.1", 0) as listener:
        server = Server(simulator, certfile=pem, keyfile=pem, listening=listening.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert listening.wait(30), "the simulator does not listen"
            yield SimulatedHalo(simulator, f"localhost:{listener.getsockname()[1]}", authority.ca_file)
        finally:
            server.should_exit = True
            thread.join(30)
