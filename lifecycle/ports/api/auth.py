"""The token: exchanged by client credentials, kept for the whole process, renewed by one caller at a time.

The token itself stays in this file and in the header that it sets; callers are shown a :class:`TokenGrant`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Never

import httpx
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import DEFAULT_HEADERS
from authlib.oauth2.rfc6749.parameters import prepare_token_request

from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.token_answer import read_token_answer

_UNAUTHORIZED = 401
_IDEMPOTENT = frozenset({"GET", "HEAD"})
_SKEW_S, _SKEW_SHARE = 60.0, 0.1

TokenFlow = Generator[httpx.Request, httpx.Response, "Token"]


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """What was granted.

    Args:
        scopes: Granted scopes, sorted.
        expires_at: When the token ends, UTC.
    """

    scopes: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A token with its grant; compared by identity, shown without its value."""

    value: str = field(repr=False)
    grant: TokenGrant
    renew_at: datetime


class TokenSlot:
    """Room for one token; whoever holds the lock is the one that exchanges."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.token: Token | None = None


class TokenCache:
    """The tokens of a process, one for each token URL, client and set of scopes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slots: dict[tuple[str, str, frozenset[str]], TokenSlot] = {}

    def slot(self, connection: ApiConnection) -> TokenSlot:
        """The room for this connection's token."""
        with self._lock:
            key = (connection.token_endpoint, connection.client_id, frozenset(connection.scopes))
            return self._slots.setdefault(key, TokenSlot())


TOKENS = TokenCache()


def driven(flow: TokenFlow, send: Callable[[httpx.Request], httpx.Response]) -> Token:
    """The end of a flow, each of its requests sent in turn."""
    with closing(flow):
        try:
            request = next(flow)
            while True:
                request = flow.send(send(request))
        except StopIteration as end:
            token: Token = end.value
            return token


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


class HaloAuth(httpx.Auth):
    """Sets the bearer token; after a 401 renews it once and, for a read, asks once more.

    A flow of requests and responses, so it runs without a socket. A second 401 is handed on: then it is not the age of
    the token but what it covers.
    """

    def __init__(self, connection: ApiConnection, slot: TokenSlot, now: Callable[[], datetime] = utc_now) -> None:
        self._connection, self._slot, self._now = connection, slot, now

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Overridden instead of ``auth_flow`` because it holds a lock while the token request is under way."""
        token = yield from self.token_flow()
        request.headers["Authorization"] = f"Bearer {token.value}"
        response = yield request
        if response.status_code == _UNAUTHORIZED and request.method in _IDEMPOTENT:
            token = yield from self.token_flow(refused=token)
            request.headers["Authorization"] = f"Bearer {token.value}"
            yield request

    def async_auth_flow(self, request: httpx.Request) -> Never:
        """Not offered: a thread's lock would stop the event loop."""
        raise NotImplementedError("HaloAuth serves httpx.Client only")

    def token_flow(self, refused: Token | None = None) -> TokenFlow:
        """The token to use; yields the exchange when there is none, it is about to end, or it is the refused one.

        Raises:
            SourceAuthorizationError: Client, tenant or granted scopes are wrong.
            SourceUnavailableError: The token endpoint is away or busy.
            SourceContractError: The answer is no token.
        """
        with self._slot.lock:
            token = self._slot.token
            if token is None or token is refused or self._now() >= token.renew_at:
                self._slot.token = None
                asked_at = self._now()
                response = yield self._exchange()
                response.read()
                token = self._slot.token = self._token(response, asked_at)
            return token

    def _exchange(self) -> httpx.Request:
        connection = self._connection
        body = prepare_token_request("client_credentials", scope=list(connection.scopes))
        url, headers, body = ClientAuth(
            connection.client_id, connection.client_secret, "client_secret_post"
        ).prepare("POST", connection.token_endpoint, dict(DEFAULT_HEADERS), body)  # fmt: skip
        # A request that an auth flow yields does not inherit the client's timeout.
        timeout = httpx.Timeout(connection.timeout_s).as_dict()
        return httpx.Request("POST", url, headers=headers, content=body, extensions={"timeout": timeout})

    def _token(self, response: httpx.Response, asked_at: datetime) -> Token:
        answer = read_token_answer(response, self._connection.scopes)
        skew_s = min(_SKEW_S, answer.expires_in_s * _SKEW_SHARE)
        return Token(
            answer.value,
            TokenGrant(answer.scopes, asked_at + timedelta(seconds=answer.expires_in_s)),
            asked_at + timedelta(seconds=answer.expires_in_s - skew_s),
        )
