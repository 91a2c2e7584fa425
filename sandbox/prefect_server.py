"""A Prefect server of one's own on a free loopback port, gone with its parent."""

from __future__ import annotations

import inspect
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.guard import guarded_by

START_TIMEOUT_S = 240
PREFECTS_PORT = 4200
"""Where a person looks first. Tests take any other: two sessions that chose it at once would share a server."""


def environment(home: Path, port: int) -> dict[str, str]:
    """Environment variables with which Prefect uses this server and keeps everything in ``home``."""
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",  # run logs are in the UI
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "PREFECT_CLI_PROMPT": "false",
    }


def free_port(preferred: int = 0) -> int:
    """A port of 127.0.0.1 that nobody listens on: the one that is preferred when it is free, else any."""
    for wanted in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            port: int = probe.getsockname()[1]
            return port
    raise SandboxError("no free port on 127.0.0.1")


@contextmanager
def prefect_server(port: int, variables: Mapping[str, str], log: Path) -> Iterator[None]:
    """Run a server until the block ends.

    Raises:
        SandboxError: It does not answer in time; the end of its log is told.
    """
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with running(command, variables, log) as server:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not _healthy(port):
            if server.poll() is not None or time.monotonic() > deadline:
                raise SandboxError(f"the Prefect server did not answer within {START_TIMEOUT_S} s; its log: {log}")
            time.sleep(0.1)
        try:
            yield
        finally:
            _drain()


@contextmanager
def running(command: list[str], variables: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A background process in a group of its own; the whole group ends with the block, or with this process."""
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 - our own command lines
            command, env={**os.environ, **variables}, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    try:
        with guarded_by("/bin/sh", "-c", 'kill -s KILL -- "-$0"', str(process.pid)):
            yield process
    finally:
        _end(process)


def _drain() -> None:
    """Send what this process still holds of logs and events, while the server is there to take them."""
    # Prefect reads its settings when it is first imported; whoever runs a server sets them before that.
    from prefect.events.worker import EventsWorker  # noqa: PLC0415
    from prefect.logging.handlers import APILogWorker  # noqa: PLC0415
    from prefect.utilities.asyncutils import run_coro_as_sync  # noqa: PLC0415

    async def drained() -> None:
        for pending in (APILogWorker.drain_all(), EventsWorker.drain_all()):
            if inspect.isawaitable(pending):
                await pending

    run_coro_as_sync(drained())


def _end(process: subprocess.Popen[bytes]) -> None:
    for number, patience_s in ((signal.SIGTERM, 15), (signal.SIGKILL, 15)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=2) as answer:
            status: int = answer.status
            return status == 200  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False
