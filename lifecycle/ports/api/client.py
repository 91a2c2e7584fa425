"""The client: it alone sends, loops over pages, and tries reads again. It has no method that writes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import stamina

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import ConfigurationError, SourceContractError, SourceUnavailableError, TransientError
from lifecycle.ports.api.answers import is_html, is_transient, read_json
from lifecycle.ports.api.auth import TOKENS, HaloAuth, TokenCache, TokenGrant, driven, utc_now
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.failures import HttpxError, translated
from lifecycle.ports.api.pacing import PACERS, Pacer, retry_after_s
from lifecycle.ports.api.pagination import Page, paginator_for

_NOT_FOUND = 404
_BACKOFF_FIRST_S, _BACKOFF_MOST_S, _BACKOFF_JITTER_S = 1.0, 60.0, 2.0

T = TypeVar("T")


class ApiClient:
    """Reads one tenant of HaloITSM. A context manager; safe for several threads.

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
        self._connection, self._clock, self._now = connection, clock, now
        self._pacer = pacer or PACERS.of(connection)
        self._auth = HaloAuth(connection, tokens.slot(connection), now)
        self._http = httpx.Client(
            verify=connection.trust(),
            timeout=connection.timeout_s,
            follow_redirects=False,
            transport=transport,
            headers={"Accept": "application/json", "User-Agent": "halo-ad"},
            # Hooks, because they see every request: pages, the exchange of the token, the repeat after a 401.
            event_hooks={"request": [self._pace], "response": [self._heed]},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def __repr__(self) -> str:
        return f"ApiClient({self._connection!r})"

    def authorize(self) -> TokenGrant:
        """Make sure of a token before the first page.

        Raises:
            SourceAuthorizationError: Client, tenant or granted scopes are wrong.
            SourceUnavailableError: No answer within the patience.
            SourceContractError: The answer is no token.
        """
        return self._patiently("token", self._token_grant)

    def pages(self, endpoint: Endpoint, url: str, params: Mapping[str, str]) -> Iterator[Page]:
        """All pages of an endpoint; an iterator that ends without an error is complete.

        Args:
            endpoint: What is read; its name, headers, paging and place of the records are used.
            url: Its URL with macros rendered; may hold ``{Host-Name}``.
            params: Its query parameters with macros rendered, without those of the paging.

        Raises:
            ConfigurationError: The URL leads elsewhere, or a parameter belongs to the paging.
            SourceError: As its kinds say; the read is then worth nothing.
        """
        paginator = paginator_for(endpoint)
        while (paging := paginator.upcoming) is not None:
            if taken := params.keys() & paging.keys():
                raise ConfigurationError(
                    f"endpoint {endpoint.name}", "params", f"set by the pagination: {', '.join(sorted(taken))}"
                )
            response = self._get(endpoint.name, url, {**params, **paging}, endpoint.headers)
            yield paginator.read(read_json(endpoint.name, response))

    def one(
        self, endpoint_name: str, url: str, params: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> dict[str, Any] | None:
        """One record; None when HaloITSM does not have it.

        Args:
            endpoint_name: Name of the endpoint, for messages.
            url: URL of the record with macros rendered; may hold ``{Host-Name}``.
            params: Query parameters with macros rendered.
            headers: Headers of the endpoint.

        Raises:
            ConfigurationError: The URL leads elsewhere.
            SourceRequestError: Refused; also a 404 with a web page, which says that the address is wrong.
            SourceError: As its kinds say.
        """
        response = self._get(endpoint_name, url, params, headers or {})
        if response.status_code == _NOT_FOUND and not is_html(response):
            return None
        answer = read_json(endpoint_name, response)
        if not isinstance(answer, dict):
            raise SourceContractError(f"endpoint {endpoint_name}: the answer is not one JSON object")
        return answer

    def _get(self, endpoint: str, url: str, params: Mapping[str, str], headers: Mapping[str, str]) -> httpx.Response:
        filled = self._connection.fill(url)
        if not self._connection.allows(filled):
            raise ConfigurationError(
                f"endpoint {endpoint}", "url", f"leads elsewhere: only {self._connection.host_name} is read"
            )
        address = httpx.URL(filled).copy_merge_params(dict(params))

        def ask() -> httpx.Response:
            response = self._http.get(address, headers=dict(headers), auth=self._auth)
            if is_transient(response):
                read_json(endpoint, response)
            return response

        return self._patiently(endpoint, ask)

    def _token_grant(self) -> TokenGrant:
        # A token request may be sent again: nothing is created by it that would have to be found first.
        return driven(self._auth.token_flow(), lambda request: self._http.send(request, auth=None)).grant

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

    def _pace(self, _: httpx.Request) -> None:
        if (pause_s := self._pacer.pause_left_s()) > self._connection.patience_s:
            raise SourceUnavailableError(
                f"HaloITSM asked for silence, {pause_s:.0f} s are left: more than the patience"
            )
        self._pacer.wait()

    def _heed(self, response: httpx.Response) -> None:
        wait_s = retry_after_s(response.headers.get("Retry-After"), self._now())
        if wait_s is not None and is_transient(response):
            self._pacer.pause(wait_s)
