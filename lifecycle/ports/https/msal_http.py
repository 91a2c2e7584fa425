"""The client that MSAL asks for, over httpx.

MSAL brings requests along unless it is given a client; two stacks would be two sets of certificates and timeouts. It
also writes a token answer that is no JSON into its log, so such an answer never reaches it.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import httpx

from lifecycle.errors import TargetContractError, TargetUnavailableError
from lifecycle.ports.https.failures import THROTTLED, is_transient
from lifecycle.ports.https.hosts import is_at

OPERATION = "get a token"
"""What errors call it."""


class MsalHttp:
    """Sends what MSAL asks for, and nothing to another host than the authority's.

    MSAL takes the token's address from a document that the authority serves; a secret goes nowhere else.

    Args:
        http: Sends the requests; follows no redirects.
        system: What the token is for, as :class:`lifecycle.errors.TargetError` names it.
        host: The authority's host.
    """

    def __init__(self, http: httpx.Client, system: str, host: str) -> None:
        self._http, self._system, self._host = http, system, host

    def get(self, url: str, params: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        """Read the authority's addresses."""
        return self._checked(self._http.get(self._inside(url), params=params, headers=headers))

    def post(self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        """Exchange the credential for a token; MSAL signs in bytes, which httpx would write as ``b'…'``."""
        headers = {**(headers or {}), "Content-Type": "application/x-www-form-urlencoded"}
        content = urlencode(data or {})
        return self._checked(self._http.post(self._inside(url), params=params, content=content, headers=headers))

    def close(self) -> None:
        """Nothing to do: the client is closed by who opened it."""

    def _inside(self, url: str) -> str:
        if not is_at(url, self._host):
            raise self._broken("the authority names another host for its tokens")
        return url

    def _checked(self, response: httpx.Response) -> httpx.Response:
        status = response.status_code
        if is_transient(status):
            described = "throttled" if status == THROTTLED else "refused"
            raise TargetUnavailableError(self._system, OPERATION, status, described)
        if response.is_redirect:
            raise self._broken("a redirect, which is not followed", status)
        try:
            answer = json.loads(response.content)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):  # told here, so that the body does not travel along
            raise self._broken("the authority's answer is no JSON object", status)
        return response

    def _broken(self, problem: str, status: int = 200) -> TargetContractError:
        return TargetContractError(self._system, OPERATION, status, problem)
