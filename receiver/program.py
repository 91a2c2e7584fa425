"""Serving until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn
from prefect.settings import get_current_settings
from starlette.applications import Starlette

from blocks.receiver import HaloWebhookReceiver
from lifecycle.errors import ConfigurationError
from receiver.app import Receiver
from receiver.prefect_runs import PrefectRuns
from receiver.settings import Settings
from receiver.starting import LOG, RunsUnavailableError, Starter

_MOST_CONNECTIONS = 200
_MOST_HEADERS = 16 * 1024
_GRACE_S = 5


class Server(uvicorn.Server):
    """Serves the application.

    Args:
        app: What answers.
        certfile: PEM certificate; plain HTTP without one.
        keyfile: Its key.
        listening: Called once when connections are accepted.
    """

    def __init__(
        self, app: Starlette, certfile: Path | None, keyfile: Path | None, listening: Callable[[], None]
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                lifespan="on",
                access_log=False,  # addresses of whoever asks
                log_level="warning",
                server_header=False,
                proxy_headers=False,
                limit_concurrency=_MOST_CONNECTIONS,
                h11_max_incomplete_event_size=_MOST_HEADERS,
                timeout_keep_alive=5,
                timeout_graceful_shutdown=_GRACE_S,
                ssl_certfile=certfile,
                ssl_keyfile=keyfile,
            )
        )
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        self._listening()


def listen(block: str, host: str, port: int, certfile: Path | None, keyfile: Path | None, *, plain: bool) -> None:
    """Take webhooks until a signal ends it.

    Args:
        block: Name of the Prefect block.
        host: Address to listen on.
        port: Port; 0 takes a free one.
        certfile: PEM certificate; plain HTTP without one.
        keyfile: Its key.
        plain: Whether plain HTTP may be spoken on an address that is not loopback.

    Raises:
        ConfigurationError: The block, the deployment, the address or the certificate cannot be used.
    """
    _log_to_standard_error()
    if certfile is None and not plain and not _is_loopback(host):
        raise ConfigurationError(
            "",
            "",
            f"{host} can be reached from elsewhere: give --certfile and --keyfile, or --plain behind a TLS proxy",
        )
    if not get_current_settings().api.url:
        # Without a server Prefect would start one of its own, of which no worker knows.
        raise ConfigurationError("", "", "no Prefect server is configured: set PREFECT_API_URL")
    saved = HaloWebhookReceiver.named(block)
    runs = PrefectRuns(saved.deployment, saved.automation, saved.dry_run)
    try:
        asyncio.run(runs.check())
    except RunsUnavailableError as error:
        LOG.warning("Prefect does not answer (%s); webhooks are taken all the same", error)
    app = Receiver(Settings.of(saved), Starter(runs)).app()
    signal.signal(signal.SIGTERM, _end)  # uvicorn shuts down first, then hands the signal on
    signal.signal(signal.SIGINT, _end)
    with _bound(host, port) as listener:
        where = f"{host} port {listener.getsockname()[1]}, {'plain HTTP' if certfile is None else 'TLS'}"
        try:
            server = Server(app, certfile, keyfile, lambda: LOG.info("listening on %s", where))
            server.run(sockets=[listener])
        except OSError as error:  # of the certificate
            raise ConfigurationError("", "", f"the certificate cannot be used: {error.strerror}") from None


def _bound(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        # Connections inherit it; without it each answer waits 40 ms for a delayed acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener  # noqa: TRY300 (one thing that fails as a whole)
    except OSError as error:
        raise ConfigurationError("", "", f"cannot listen on {host} port {port}: {error.strerror}") from None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _log_to_standard_error() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOG.handlers[:] = [handler]
    LOG.setLevel(logging.INFO)
    LOG.propagate = False


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
