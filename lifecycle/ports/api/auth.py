"""Authorising requests: each type is one small ``httpx.Auth``, a flow of requests and answers that needs no socket.

A secret is set on the request that is sent, in the last moment, and nowhere else: not in addresses that are logged.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Never, TypeVar

import httpx

from lifecycle.ports.api.authorization import ApiKey, Authorization, Basic, Bearer, OAuth
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.grants import exchange
from lifecycle.ports.api.token_answer import TokenAnswer
from lifecycle.ports.api.tokens import Token, TokenGrant, TokenSlot

_UNAUTHORIZED = 401
_IDEMPOTENT = frozenset({"GET", "HEAD"})
_SKEW_S, _SKEW_SHARE = 60.0, 0.1

T = TypeVar("T")
Flow = Generator[httpx.Request, httpx.Response, T]
Refused = Callable[[httpx.Response], bool]
"""Whether an answer says that the token, and not the request, is the trouble."""


def auth_of(
    authorization: Authorization, connection: ApiConnection, slot: TokenSlot | None, now: Callable[[], datetime]
) -> httpx.Auth:
    """What authorises requests in the way that is configured; ``slot`` is for OAuth alone."""
    match authorization:
        case ApiKey(api_key_place="query"):
            return QueryKeyAuth(authorization)
        case ApiKey():
            return HeaderAuth(authorization.api_key_name, authorization.api_key)
        case Basic():
            return httpx.BasicAuth(authorization.user_name, authorization.password)
        case Bearer():
            return HeaderAuth("Authorization", f"Bearer {authorization.bearer_token}")
        case OAuth():
            return TokenAuth(connection, authorization, slot or TokenSlot(), now)
        case _:
            return httpx.Auth()


def driven(flow: Flow[T], send: Callable[[httpx.Request], httpx.Response]) -> T:
    """The end of a flow, each of its requests sent in turn."""
    with closing(flow):
        try:
            request = next(flow)
            while True:
                request = flow.send(send(request))
        except StopIteration as end:
            result: T = end.value
            return result


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


class HeaderAuth(httpx.Auth):
    """Sets one header."""

    def __init__(self, name: str, value: str) -> None:
        self._name, self._value = name, value

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Set it on each request."""
        request.headers[self._name] = self._value
        yield request


class QueryKeyAuth(httpx.Auth):
    """Adds a key to the query as it is sent; the request's own URL, which httpx logs, stays without it."""

    def __init__(self, key: ApiKey) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Set the target; a next link or a redirect may repeat the key, which is taken out of the URL."""
        name = self._key.api_key_name
        if name in request.url.params:
            request.url = request.url.copy_remove_param(name)
        keyed = request.url.copy_add_param(name, self._key.api_key)
        request.extensions = {**request.extensions, "target": keyed.raw_path}
        yield request


class TokenAuth(httpx.Auth):
    """Sets the token of an OAuth 2.0 grant; after a refusal renews it once and, for a read, asks once more.

    A second refusal is handed on: then it is not the age of the token but what it covers.

    Args:
        connection: Where the token is exchanged.
        oauth: By which grant.
        slot: Where it is kept.
        now: The time, UTC.
        is_refused: Which answers call for a new token.
        may_repeat: Whether the request may be sent again although it is no GET.
    """

    def __init__(
        self,
        connection: ApiConnection,
        oauth: OAuth,
        slot: TokenSlot,
        now: Callable[[], datetime] = utc_now,
        *,
        is_refused: Refused = lambda response: response.status_code == _UNAUTHORIZED,
        may_repeat: bool = False,
    ) -> None:
        self._connection, self._oauth, self._slot, self._now = connection, oauth, slot, now
        self._is_refused, self._may_repeat = is_refused, may_repeat

    def judged(self, is_refused: Refused, *, may_repeat: bool) -> TokenAuth:
        """The same for the requests of one endpoint."""
        return TokenAuth(
            self._connection, self._oauth, self._slot, self._now, is_refused=is_refused, may_repeat=may_repeat
        )

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Overridden instead of ``auth_flow`` because it holds a lock while the token request is under way."""
        token = yield from self.token_flow()
        request.headers["Authorization"] = f"Bearer {token.value}"
        response = yield request
        if self._may_repeat or request.method in _IDEMPOTENT:
            response.read()
            if self._is_refused(response):
                token = yield from self.token_flow(refused=token)
                request.headers["Authorization"] = f"Bearer {token.value}"
                yield request

    def async_auth_flow(self, request: httpx.Request) -> Never:
        """Not offered: a thread's lock would stop the event loop."""
        raise NotImplementedError("TokenAuth serves httpx.Client only")

    def token_flow(self, refused: Token | None = None) -> Flow[Token]:
        """The token to use; yields the exchange when there is none, it is about to end, or it is the refused one.

        Raises:
            SourceError, StoreError: As for :func:`lifecycle.ports.api.grants.exchange`.
        """
        with self._slot.lock:
            token = self._slot.token
            if token is None or token is refused or self._now() >= token.renew_at:
                self._slot.token = None
                flow = exchange(self._connection, self._oauth, self._slot.refresh_tokens)
                token = self._slot.token = yield from self._kept(flow)
            return token

    def first_flow(self, flow: Flow[TokenAnswer]) -> Flow[Token]:
        """Take the token of another exchange, such as that of an authorization code."""
        with self._slot.lock:
            token = self._slot.token = yield from self._kept(flow)
            return token

    def _kept(self, flow: Flow[TokenAnswer]) -> Flow[Token]:
        asked_at = self._now()
        answer = yield from _read(flow)
        skew_s = min(_SKEW_S, answer.expires_in_s * _SKEW_SHARE)
        return Token(
            answer.value,
            TokenGrant(answer.scopes, asked_at + timedelta(seconds=answer.expires_in_s)),
            asked_at + timedelta(seconds=answer.expires_in_s - skew_s),
        )


def _read(flow: Flow[TokenAnswer]) -> Flow[TokenAnswer]:
    """The flow, with the body of each answer read."""
    with closing(flow):
        try:
            request = next(flow)
            while True:
                response = yield request
                response.read()
                request = flow.send(response)
        except StopIteration as end:
            answer: TokenAnswer = end.value
            return answer
