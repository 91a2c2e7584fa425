"""The server: uvicorn, and a sign when it listens."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from sandbox.graph.app import build
from sandbox.graph.simulator import Simulator


class Server(uvicorn.Server):
    """Serves a simulator over HTTPS.

    Args:
        simulator: What answers.
        certfile: PEM certificate.
        keyfile: Its key.
        listening: Called once when connections are accepted.
    """

    def __init__(self, simulator: Simulator, *, certfile: Path, keyfile: Path, listening: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                build(simulator),
                http="h11",
                ws="none",
                lifespan="off",
                access_log=False,
                log_level="warning",
                server_header=False,
                ssl_certfile=certfile,
                ssl_keyfile=keyfile,
                timeout_graceful_shutdown=1,
            )
        )
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        self._listening()
