"""HaloITSM's own webhooks: after a change of a user one JSON POST, from a queue, at most once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import queue
import ssl
import threading
import uuid
from collections import Counter
from dataclasses import dataclass

import httpx
from pydantic import Field, model_validator

from sandbox.halo.person import User
from sandbox.simulators.admin import Order

_TIMEOUT_S = 10.0


class Target(Order):
    """Where webhooks go, and how they prove themselves: a secret signs them, or a user has a password."""

    url: str = Field(pattern=r"^https?://")
    secret: str = ""
    user: str = ""
    password: str = ""
    ca_file: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Target:
        if self.secret and self.user:
            raise ValueError("give a secret, or a user and a password, or neither")
        return self


@dataclass(frozen=True)
class _Call:
    target: Target
    body: bytes


class Webhooks:
    """Tells a target of changes; none is set at the start.

    Attributes:
        sent: Status of an answer, or ``"none"`` → deliveries.
    """

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[_Call] = queue.SimpleQueue()
        self._worker: threading.Thread | None = None
        self.reset()

    def reset(self) -> None:
        """Tell nobody, and forget what was sent."""
        self.target: Target | None = None
        self.sent: Counter[str] = Counter()

    def tell(self, event: str, user: User) -> None:
        """Queue a webhook about a user."""
        if self.target is None:
            return
        shown = {name: user[name] for name in ("id", "name", "emailaddress", "inactive")}
        body = json.dumps({"id": str(uuid.uuid4()), "event": event, "timestamp": user["lastupdate"], "user": shown})
        self._queue.put(_Call(self.target, body.encode()))
        if self._worker is None:
            self._worker = threading.Thread(target=self._work, name="webhooks", daemon=True)
            self._worker.start()

    def _work(self) -> None:
        while True:
            call = self._queue.get()
            try:
                status = str(_send(call))
            except (httpx.HTTPError, OSError):  # nobody there: HaloITSM does not try again either
                status = "none"
            self.sent[status] += 1


def _send(call: _Call) -> int:
    target = call.target
    headers = {"Content-Type": "application/json"}
    if target.secret:
        digest = hmac.digest(target.secret.encode(), call.body, hashlib.sha256)
        headers["Token"] = base64.b64encode(digest).decode()
    auth = httpx.BasicAuth(target.user, target.password) if target.user else None
    context = ssl.create_default_context(cafile=target.ca_file)
    with httpx.Client(verify=context, trust_env=False, timeout=_TIMEOUT_S) as http:
        return http.post(target.url, content=call.body, headers=headers, auth=auth).status_code
