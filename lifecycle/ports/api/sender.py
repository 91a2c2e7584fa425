"""Sending one request: paced, inside the fence, authorised; redirects followed inside the fence and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import httpx

from lifecycle.errors import ConfigurationError, SourceContractError, SourceRequestError, SourceUnavailableError
from lifecycle.ports.api.answers import is_transient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.fence import parsed, shown_host
from lifecycle.ports.api.request import ApiRequest
from lifecycle.ports.https.pacing import Pacer
from lifecycle.ports.https.retry_after import retry_after_s
from lifecycle.ports.https.trust import trusting

_MOST_REDIRECTS = 3
_SENT_AT = "halo-ad.sent_at"


class Sender:
    """One pool of connections to the hosts of one connection. Safe for several threads.

    Args:
        connection: Where to, how fast.
        pacer: What paces the requests.
        now: The time, UTC.
        transport: Instead of the network; for tests.

    Raises:
        ConfigurationError: The file of certificate authorities cannot be read.
    """

    def __init__(
        self,
        connection: ApiConnection,
        pacer: Pacer,
        now: Callable[[], datetime],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._connection, self._pacer, self._now = connection, pacer, now
        self._fence = connection.fence
        self._http = httpx.Client(
            verify=trusting(connection.ca_file),
            timeout=connection.timeout_s,
            follow_redirects=False,  # it would take API keys along to wherever it is sent
            transport=transport,
            headers={"Accept": "application/json", "User-Agent": "halo-ad"},
            # Hooks, because they see every request: pages, the exchange of the token, the repeat after a 401.
            event_hooks={"request": [self._pace], "response": [self._heed]},
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, endpoint: str, request: ApiRequest, auth: httpx.Auth) -> tuple[httpx.Response, str]:
        """The answer, its body read, and the address that gave it; of a GET, after up to three redirects.

        Args:
            endpoint: Name of the endpoint, for messages.
            request: With an address that is inside the fence.
            auth: Authorises each request by itself, so that a secret goes only where the fence lets it.

        Raises:
            ConfigurationError: The address leads elsewhere.
            SourceRequestError: A redirect leads elsewhere, or is given to a POST.
            SourceContractError: Redirects without end.
            httpx.HTTPError: As httpx raises it.
        """
        address = httpx.URL(request.url)
        if request.params:
            address = address.copy_merge_params(dict(request.params))
        if not self._fence.admits(address):
            raise ConfigurationError(f"endpoint {endpoint}", "url", f"leads elsewhere: {self._hint(address)}")
        content, more = request.content()
        # HTTP's own encoding; httpx would take ASCII
        headers = {name.encode(): value.encode("latin-1") for name, value in {**request.headers, **more}.items()}
        for _ in range(_MOST_REDIRECTS + 1):
            # From the configured headers each time: nothing that authorised the request before comes along.
            asked = self._http.build_request(request.method, address, headers=headers, content=content)
            response = self._http.send(asked, auth=auth)
            if request.method != "GET" or not response.has_redirect_location:
                return response, str(address)
            address = self._target(endpoint, address, response)
        raise SourceContractError(f"endpoint {endpoint}: the server redirects more than {_MOST_REDIRECTS} times")

    def send_bare(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request that authorises itself, such as the exchange of a token; no redirects."""
        return self._http.send(request, auth=None)

    def leads_elsewhere(self, url: str) -> str:
        """Why an address that a server named may not be asked; empty where it may."""
        return "" if self._fence.admits(url) else self._hint(url)

    def _target(self, endpoint: str, base: httpx.URL, response: httpx.Response) -> httpx.URL:
        target = base.join(response.headers["Location"])
        if not self._fence.admits(target):
            reason = f"a redirect that leads elsewhere, and is not followed: {self._hint(target)}"
            raise SourceRequestError(endpoint, response.status_code, reason)
        return target.copy_with(fragment=None)

    def _hint(self, address: str | httpx.URL) -> str:
        found = parsed(address)
        if found is None or found.scheme != "https":
            return "https alone is used"
        return f"{shown_host(address)} is neither host_name nor one of other_hosts in the credentials block"

    def _pace(self, request: httpx.Request) -> None:
        if (pause_s := self._pacer.pause_left_s()) > self._connection.patience_s:
            raise SourceUnavailableError(
                f"the server asked for silence, {pause_s:.0f} s are left: more than the patience"
            )
        request.extensions = {**request.extensions, _SENT_AT: self._pacer.wait()}

    def _heed(self, response: httpx.Response) -> None:
        self._pacer.answered(response.request.extensions[_SENT_AT])
        if is_transient(response):
            self.pause_as_asked(response)
        if response.has_redirect_location and parsed(response.headers["Location"]) is None:
            del response.headers["Location"]  # httpx would take it for a broken connection, worth another try

    def pause_as_asked(self, response: httpx.Response) -> None:
        """Let all requests to this tenant pause as long as Retry-After says."""
        wait_s = retry_after_s(response.headers.get("Retry-After"), self._now())
        if wait_s is not None:
            self._pacer.pause(wait_s)
