"""The redirect of an authorization code, taken once on the loopback (RFC 8252, section 7.3), in bounded time."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit

_HOST = "127.0.0.1"
_PATH = "/"
_LONGEST_REQUEST_S = 5.0
_DONE = b"<!DOCTYPE html><title>Done</title><p>You may close this page and return to the terminal.</p>"
_OTHER = b"<!DOCTYPE html><title>Not for you</title><p>This is not the answer that is waited for.</p>"
_KNOWN_ERRORS = frozenset(
    {
        "invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope",
        "server_error", "temporarily_unavailable",
    }
)  # fmt: skip
"""RFC 6749, section 4.1.2.1."""


class NoCodeError(Exception):
    """No code came; says why, without anything that the browser brought along."""


class Loopback:
    """Listens from the moment it is made. A context manager.

    Args:
        port: Port that the API application's redirect address names; 0 takes a free one.
        state: What the answer must bring back.
        clock: Monotonic time, seconds.
    """

    def __init__(self, port: int, state: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._state, self._clock = state, clock
        self._found: dict[str, str] = {}
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            timeout = _LONGEST_REQUEST_S  # somebody who connects and says nothing does not stop the rest

            def do_GET(self) -> None:
                """Take the answer, or say that it is another's."""
                taken = loopback._take(self.path)
                self.send_response(200 if taken else 400)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(_DONE if taken else _OTHER)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
                """Log nothing: the address holds the code."""

        self._server = HTTPServer((_HOST, port), Handler)
        self.redirect_uri = f"http://{_HOST}:{self._server.server_address[1]}{_PATH}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.server_close()

    def code(self, patience_s: float) -> str:
        """Wait for the answer; what else comes meanwhile is turned away.

        Args:
            patience_s: How long, seconds.

        Raises:
            NoCodeError: Nobody agreed, or nobody answered in time.
        """
        deadline_s = self._clock() + patience_s
        while not self._found:
            left_s = deadline_s - self._clock()
            if left_s <= 0:
                raise NoCodeError(f"nobody agreed within {patience_s:.0f} s")
            self._server.timeout = left_s
            self._server.handle_request()
        if "code" not in self._found:
            error = self._found.get("error", "")
            raise NoCodeError(f"the server refused: {error if error in _KNOWN_ERRORS else 'for an unknown reason'}")
        return self._found["code"]

    def _take(self, target: str) -> bool:
        """Whether this is the answer: the right path, and the state that only our own address holds."""
        address = urlsplit(target)
        answer = {name: values[-1] for name, values in parse_qs(address.query).items()}
        is_ours = hmac.compare_digest(answer.get("state", "").encode(), self._state.encode())
        if self._found or address.path != _PATH or not is_ours or not answer.keys() & {"code", "error"}:
            return False
        self._found = answer
        return True
