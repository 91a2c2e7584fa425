"""Sending one HTTP request to Graph: paced, with a token that is renewed once when it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import httpx

from lifecycle.errors import TargetUnavailableError
from lifecycle.ports.graph.batch import BatchRequest, BatchResponse, batch_body, read_batch
from lifecycle.ports.graph.connection import GraphConnection
from lifecycle.ports.graph.failures import SYSTEM, UNAUTHORIZED, broken, refusal, translated
from lifecycle.ports.https.app_tokens import AppTokens
from lifecycle.ports.https.exceptions import HttpxError
from lifecycle.ports.https.failures import THROTTLED, is_transient
from lifecycle.ports.https.pacing import Pacer
from lifecycle.ports.https.retry_after import retry_after_s
from lifecycle.ports.https.trust import trusting


class Sender:
    """One pool of connections to Graph and to the authority. For one thread.

    Args:
        connection: Where to, as whom, how fast.
        pacer: What paces the requests.
        now: The time, UTC.

    Raises:
        ConfigurationError: The file of certificate authorities cannot be read.
    """

    def __init__(self, connection: GraphConnection, pacer: Pacer, now: Callable[[], datetime]) -> None:
        self._connection, self._pacer, self._now = connection, pacer, now
        self._http = httpx.Client(
            verify=trusting(connection.ca_file),
            timeout=connection.timeout_s,
            follow_redirects=False,
            headers={"Accept": "application/json", "User-Agent": "halo-ad"},
            # Hooks, because they see every request: those of MSAL as well.
            event_hooks={"request": [self._pace], "response": [self._heed]},
        )
        self._tokens = AppTokens(
            self._http,
            system=SYSTEM,
            authority_host=connection.authority_host,
            tenant=connection.tenant,
            client_id=connection.client_id,
            credential=connection.credential.for_msal(),
            scope=connection.scope,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def authorize(self) -> None:
        """Make sure of a token.

        Raises:
            TargetError: As for :meth:`lifecycle.ports.https.app_tokens.AppTokens.bearer`.
        """
        self._tokens.bearer()

    def renew_token(self) -> None:
        """Forget the token, which a request inside a batch was refused with."""
        self._tokens.renew()

    def batch(self, operation: str, requests: Sequence[BatchRequest]) -> dict[int, BatchResponse]:
        """The answers to a batch by position.

        Raises:
            TargetUnavailableError: Throttled as a whole (429), or no answer: the server is away, busy, or gave up.
            TargetContractError: The answer is none to this batch.
            TargetError: Refused as a whole.
        """
        response = self._sent(operation, "POST", "/$batch", json=batch_body(requests))
        answer = self._parsed(response)
        if not response.is_success:
            raise refusal(operation, response.status_code, answer)
        found = read_batch(operation, answer, len(requests))
        for one in found.values():
            if is_transient(one.status):
                self._pause_as_asked(one.headers.get("retry-after"))
        return found

    def put_photo(self, operation: str, url: str, jpeg: bytes) -> BatchResponse:
        """The answer to a photo that is sent by itself, since the bytes of a batch are base64 in JSON.

        Raises:
            TargetUnavailableError: As for :meth:`batch`.
        """
        headers = {"Content-Type": "image/jpeg"}
        response = self._sent(operation, "PUT", url, content=jpeg, headers=headers)
        return BatchResponse(response.status_code, dict(response.headers), self._parsed(response))

    def _sent(self, operation: str, method: str, path: str, **content: Any) -> httpx.Response:
        """The answer; after a refused token once more, since a request with such a token is not carried out."""
        url = self._connection.base_url + path
        try:
            response = self._http.request(method, url, auth=_Bearer(self._tokens), **content)
            if response.status_code == UNAUTHORIZED:
                self._tokens.renew()
                response = self._http.request(method, url, auth=_Bearer(self._tokens), **content)
        except HttpxError as error:
            raise translated(operation, error) from error
        if response.is_redirect:
            raise broken(operation, "a redirect, which is not followed", response.status_code)
        return response

    @staticmethod
    def _parsed(response: httpx.Response) -> Any:
        """The body as JSON; None where it is none. The exceptions of :mod:`json` carry the whole body."""
        try:
            return json.loads(response.content)
        except (ValueError, RecursionError):
            return None

    def _pace(self, _: httpx.Request) -> None:
        if (pause_s := self._pacer.pause_left_s()) > self._connection.patience_s:
            raise TargetUnavailableError(SYSTEM, "wait", THROTTLED, f"silence asked for, {pause_s:.0f} s are left")
        self._pacer.wait()

    def _heed(self, response: httpx.Response) -> None:
        if is_transient(response.status_code):
            self._pause_as_asked(response.headers.get("Retry-After"))

    def _pause_as_asked(self, header: str | None) -> None:
        wait_s = retry_after_s(header, self._now())
        if wait_s is not None:
            self._pacer.pause(wait_s)


class _Bearer(httpx.Auth):
    """Sets the token in the last moment, and nowhere else."""

    def __init__(self, tokens: AppTokens) -> None:
        self._token = tokens.bearer()

    def auth_flow(self, request: httpx.Request) -> Any:
        """Set it."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request
