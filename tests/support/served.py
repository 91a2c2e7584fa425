"""A simulator's application on a real loopback socket, inside the test's own process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.applications import Starlette

from sandbox.simulators.server import Server, bind


@contextmanager
def served(app: Starlette, pem: Path | None = None, *, thread_name: str | None = None) -> Iterator[int]:
    """Serve an application until the block ends; gives the port on 127.0.0.1.

    Args:
        app: What answers.
        pem: Certificate and key in one file; plain HTTP without one.
        thread_name: What the server's thread is called, so that a test can tell who logs.
    """
    listening = threading.Event()
    with bind("127.0.0.1", 0) as listener:
        server = Server(app, certfile=pem, keyfile=pem, listening=listening.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name=thread_name)
        thread.start()
        try:
            assert listening.wait(30), "the simulator does not listen"
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()
