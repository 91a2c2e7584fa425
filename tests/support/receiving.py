"""A receiver on a real loopback socket, and runs that are noted instead of started."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from blocks.receiver import HaloWebhookReceiver
from receiver.app import Receiver
from receiver.program import Server
from receiver.settings import Settings
from receiver.starting import Ending, Runs, RunsUnavailableError, Starter
from receiver.waiting import Waiting
from sandbox.simulators.server import bind

SECRET = "canary-secret-of-the-webhooks"
USER, PASSWORD = "halo", "canary-password-of-the-webhooks"


@dataclass
class NotedRuns:
    """Notes runs; each goes on until it is told to end, or for ``lasts_s`` seconds."""

    lasts_s: float = 0.0
    is_away: bool = False
    endings: list[Ending] = field(default_factory=list)
    """Of the next runs; done where there is none."""
    began: list[tuple[float, tuple[str, ...]]] = field(default_factory=list)
    """When, and for whom."""
    _ids: dict[str, str] = field(default_factory=dict)

    async def start(self, keys: Collection[str], once: str) -> str:
        """Note a run, once."""
        if self.is_away:
            raise RunsUnavailableError("ConnectError")
        if once not in self._ids:
            self._ids[once] = str(len(self.began))
            self.began.append((time.monotonic(), tuple(keys)))
        return self._ids[once]

    async def ending(self, run_id: str) -> Ending | None:
        """How it ended."""
        if self.is_away:
            raise RunsUnavailableError("ConnectError")
        if time.monotonic() < self.began[int(run_id)][0] + self.lasts_s:
            return None
        number = int(run_id)
        return self.endings[number] if number < len(self.endings) else Ending.DONE

    @property
    def seen(self) -> list[str]:
        """Everybody for whom a run began."""
        return sorted(key for _, keys in self.began for key in keys)


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers of a genuine request, as HaloITSM's page describes them."""
    token = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return {"Token": token, "Content-Type": "application/json"}


@dataclass(frozen=True)
class Listening:
    """A receiver that listens."""

    url: str
    http: httpx.Client
    starter: Starter
    server: Server

    def post(self, body: bytes, **headers: str) -> httpx.Response:
        """Send a body with exactly these headers."""
        return self.http.post(f"{self.url}/halo", content=body, headers=headers)

    def tell(self, *keys: Any, **more: Any) -> httpx.Response:
        """Send a genuine webhook about somebody, as no other one is."""
        users = {"user": {"id": keys[0]}} if len(keys) == 1 else {"users": [{"id": key} for key in keys]}
        body = json.dumps({**users, "at": time.monotonic_ns(), **more}).encode()
        return self.post(body, **signed(body))


@contextmanager
def listening(
    runs: Runs, waiting: Waiting | None = None, pem: Path | None = None, context: Any = None, **changes: Any
) -> Iterator[Listening]:
    """A receiver until the block ends; what goes beyond the defaults of its block is ``changes``."""
    fields = {"secret": SECRET, "people": ["$.user.id", "$.users[*].id"], **changes}
    starter = Starter(runs, waiting)
    app = Receiver(Settings.of(HaloWebhookReceiver(**fields)), starter).app()
    is_up = threading.Event()
    with bind("127.0.0.1", 0) as listener:
        server = Server(app, pem, pem, is_up.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert is_up.wait(30), "the receiver does not listen"
            scheme = "http" if pem is None else "https"
            with httpx.Client(verify=context or False, trust_env=False, timeout=30) as http:
                yield Listening(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}", http, starter, server)
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()


def until(holds: Any, seconds: float = 15.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it does not come to hold"
        time.sleep(0.02)
