"""The server: uvicorn, with the connection in reach of the application, and a sign when it listens."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol


class _ReachableConnection(H11Protocol):
    """Gives each request its connection as ``request.state.transport``: a switch resets it, a lost answer ends it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class Server(uvicorn.Server):
    """Serves the application of a simulator.

    Args:
        app: What answers.
        certfile: PEM certificate; plain HTTP without one.
        keyfile: Its key.
        listening: Called once when connections are accepted.
    """

    def __init__(
        self,
        app: Starlette,
        *,
        certfile: Path | None = None,
        keyfile: Path | None = None,
        listening: Callable[[], None],
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
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


def bind(address: str, port: int) -> socket.socket:
    """Return a socket bound to an address; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.create_server((address, port), family=family)
    # inherited by every connection; asyncio sets it only on sockets made otherwise, and without it
    # each answer waits 40 ms for a delayed ACK
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
