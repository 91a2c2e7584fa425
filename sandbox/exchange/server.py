"""The server: uvicorn, with the connection in reach of the application, and a sign when it listens."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.exchange.app import build
from sandbox.exchange.simulator import Simulator


class _ReachableConnection(H11Protocol):
    """Gives each request its connection as ``request.state.transport``: a lost answer ends it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


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
                http=_ReachableConnection,
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
