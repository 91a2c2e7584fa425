"""The client: loops over pages and tries reads again; what it delivers it sends once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import stamina

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import ConfigurationError, SourceContractError, SourceError, TransientError
from lifecycle.ports.api.answers import is_html, read_json
from lifecycle.ports.api.auth import TokenAuth, auth_of, driven, utc_now
from lifecycle.ports.api.authorization import ApiKey, AuthorizationCode, OAuth
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.delivery import Delivery, delivered, not_sent, without_answer
from lifecycle.ports.api.failures import translated
from lifecycle.ports.api.grants import redeem
from lifecycle.ports.api.judge import Judge
from lifecycle.ports.api.pacers import PACERS
from lifecycle.ports.api.paging.choice import paginator_for
from lifecycle.ports.api.paging.page import Answer, Page
from lifecycle.ports.api.paging.records import record_of
from lifecycle.ports.api.request import ApiRequest
from lifecycle.ports.api.sender import Sender
from lifecycle.ports.api.tokens import TOKENS, TokenCache, TokenGrant
from lifecycle.ports.https.exceptions import HttpxError
from lifecycle.ports.https.pacing import Pacer

_UNAUTHORIZED, _NOT_FOUND = 401, 404
_BACKOFF_FIRST_S, _BACKOFF_MOST_S, _BACKOFF_JITTER_S = 1.0, 60.0, 2.0

T = TypeVar("T")


class ApiClient:
    """Reads one tenant of one API. A context manager; safe for several threads.

    Args:
        connection: Where to, as whom, how fast.
        clock: Monotonic time in seconds, for patience.
        now: The time in UTC, for the age of tokens.
        transport: Instead of the network; for tests.
        tokens: Where tokens are kept; the process's own by default.
        pacer: What paces the requests; the process's own for this tenant by default.

    Raises:
        ConfigurationError: The file of certificate authorities cannot be read.
    """

    def __init__(
        self,
        connection: ApiConnection,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
        transport: httpx.BaseTransport | None = None,
        tokens: TokenCache = TOKENS,
        pacer: Pacer | None = None,
    ) -> None:
        self._connection, self._clock = connection, clock
        self._pacer = pacer or PACERS.of(connection)
        way = connection.authorization
        self._slot = tokens.slot(way, connection.token_endpoint(way)) if isinstance(way, OAuth) else None
        self._auth = auth_of(way, connection, self._slot, now)
        self._judges: dict[str, Judge] = {}
        self._sender = Sender(connection, self._pacer, now, transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sender.close()

    def __repr__(self) -> str:
        return f"ApiClient({self._connection!r})"

    def authorize(self) -> TokenGrant | None:
        """Make sure of a token before the first page; None where the authorization needs none.

        Raises:
            SourceAuthorizationError: Client, tenant, user or granted scopes are wrong.
            SourceUnavailableError: No answer within the patience.
            SourceContractError: The answer is no token.
            StoreError: A new refresh token could not be stored.
        """
        if not isinstance(self._auth, TokenAuth):
            return None
        auth = self._auth
        # A token request may be sent again: nothing is created by it that would have to be found first.
        return self._patiently("token", lambda: driven(auth.token_flow(), self._sender.send_bare).grant)

    def redeem(self, answered: Mapping[str, str]) -> TokenGrant:
        """Exchange an authorization code; its refresh token is stored.

        Args:
            answered: ``code``, ``redirect_uri`` and ``code_verifier``.

        Raises:
            ConfigurationError: The authorization is of another type.
            SourceError, StoreError: As for :meth:`authorize`. It is not tried again: a code is good for one exchange.
        """
        way = self._connection.authorization
        auth = self._auth
        if not isinstance(way, AuthorizationCode) or not isinstance(auth, TokenAuth) or self._slot is None:
            raise ConfigurationError("credentials block", "authorization", "is not authorization_code")
        flow = redeem(self._connection, way, self._slot.refresh_tokens, answered)
        return self._once("token", lambda: driven(auth.first_flow(flow), self._sender.send_bare).grant)

    def pages(self, endpoint: Endpoint, request: ApiRequest) -> Iterator[Page]:
        """All pages of an endpoint; an iterator that ends without an error is complete.

        Args:
            endpoint: What is read; its name, paging, place of the records and error rules are used.
            request: Its request with macros rendered, without the parameters of the paging.

        Raises:
            ConfigurationError: The URL leads elsewhere, or the request sets what the block's API key sets.
            SourceError: As its kinds say; the read is then worth nothing.
        """
        judge = self._judge(endpoint)
        paginator = paginator_for(endpoint, self._filled(f"endpoint {endpoint.name}", request))
        while (upcoming := paginator.upcoming) is not None:
            if elsewhere := self._sender.leads_elsewhere(upcoming.url):
                raise SourceContractError(f"endpoint {endpoint.name}: the next link leads elsewhere: {elsewhere}")
            response, address = self._asked(endpoint, upcoming, judge)
            yield paginator.read(Answer(read_json(endpoint.name, response), address, response.headers))

    def one(self, endpoint: Endpoint, request: ApiRequest) -> dict[str, Any] | None:
        """One record of a dependent endpoint; None when the server does not have it, or a rule says to ignore that.

        Args:
            endpoint: What is read.
            request: With macros rendered.

        Raises:
            ConfigurationError: As for :meth:`pages`.
            SourceRequestError: Refused; also a 404 with a web page, which says that the address is wrong.
            SourceError: As its kinds say.
        """
        judge = self._judge(endpoint)
        response, _ = self._asked(endpoint, self._filled(f"endpoint {endpoint.name}", request), judge)
        action = judge.action(response)
        if action == "ignore":
            return None
        if action is None and response.status_code == _NOT_FOUND and not is_html(response):
            return None
        return record_of(endpoint, read_json(endpoint.name, response))

    def deliver(self, webhook: str, request: ApiRequest) -> Delivery:
        """Send a request that may change something, once; with a new token, once more, where this one is refused.

        Args:
            webhook: Its name, for messages.
            request: With macros rendered.

        Raises:
            ConfigurationError: As for :meth:`pages`.
        """
        filled = self._filled(f"webhook {webhook}", request)
        auth = self._auth
        try:
            if isinstance(auth, TokenAuth):
                flow = auth.token_flow()
                self._once("token", lambda: driven(flow, self._sender.send_bare))
                auth = auth.judged(lambda response: response.status_code == _UNAUTHORIZED, may_repeat=True)
        except SourceError as error:
            return not_sent(error)
        try:
            response, _ = self._sender.send(webhook, filled, auth)
        except (*HttpxError, SourceError) as error:
            return without_answer(error)
        return delivered(response)

    def _filled(self, who: str, request: ApiRequest) -> ApiRequest:
        """The request with its address filled, checked before anything is sent."""
        url = self._connection.fill(request.url)
        if elsewhere := self._sender.leads_elsewhere(url):
            raise ConfigurationError(who, "url", f"leads elsewhere: {elsewhere}")
        key = self._connection.authorization
        if isinstance(key, ApiKey) and key.is_set_by(request.headers, {**request.params, **httpx.URL(url).params}):
            raise ConfigurationError(who, "", f"{key.api_key_name} is set by the credentials block alone")
        return replace(request, url=url)

    def _asked(self, endpoint: Endpoint, request: ApiRequest, judge: Judge) -> tuple[httpx.Response, str]:
        """The answer, unless it is an error that a rule or its status calls one to try again or to fail at once."""
        auth = self._auth
        if isinstance(auth, TokenAuth):
            auth = auth.judged(judge.calls_for_a_token, may_repeat=endpoint.may_repeat)

        def ask() -> tuple[httpx.Response, str]:
            response, address = self._sender.send(endpoint.name, request, auth)
            if judge.action(response) == "rate_limited":
                self._sender.pause_as_asked(response)
            judge.check(response)
            return response, address

        if endpoint.may_repeat:
            return self._patiently(endpoint.name, ask)
        self.authorize()  # patiently, so that the one attempt is not lost to a token endpoint that is busy
        return self._once(endpoint.name, ask)

    def _judge(self, endpoint: Endpoint) -> Judge:
        """The endpoint's rules, compiled once and not for each record."""
        kept = self._judges.get(endpoint.name)
        if kept is None or kept.endpoint is not endpoint:
            kept = self._judges[endpoint.name] = Judge(endpoint)
        return kept

    def _patiently(self, endpoint: str, read: Callable[[], T]) -> T:
        """Do a read, again after what is transient, until it is done or the patience is over."""
        deadline_s = self._clock() + self._connection.patience_s

        def is_worth_it(error: Exception) -> bool:
            return isinstance(error, TransientError) and self._clock() + self._pacer.pause_left_s() < deadline_s

        caller = stamina.RetryingCaller(
            attempts=None,
            timeout=None,
            wait_initial=_BACKOFF_FIRST_S,
            wait_max=_BACKOFF_MOST_S,
            wait_jitter=_BACKOFF_JITTER_S,
        )
        return caller(is_worth_it, self._once, endpoint, read)

    @staticmethod
    def _once(endpoint: str, read: Callable[[], T]) -> T:
        try:
            return read()
        except HttpxError as error:
            raise translated(endpoint, error) from error
