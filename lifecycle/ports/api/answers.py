"""From a response to its JSON, or to the error that says what to do next.

Error bodies have no standard shape, not even within HaloITSM, and may repeat what was sent, personal data included: a
message names the kind of the body, never its content.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

import httpx

from lifecycle.errors import (
    SourceAuthorizationError,
    SourceContractError,
    SourceRequestError,
    SourceUnavailableError,
)

NO_JSON = object()
"""What :func:`parsed` answers for a body that is no JSON."""

_REQUEST_TIMEOUT, _TOO_MANY_REQUESTS = 408, 429
_DENIED = frozenset({401, 403})


def read_json(endpoint: str, response: httpx.Response) -> Any:
    """The JSON of a successful response.

    Args:
        endpoint: Name of the endpoint, for the message.
        response: A response whose body is read.

    Raises:
        SourceAuthorizationError: 401 or 403.
        SourceUnavailableError: 408, 429 or 5xx.
        SourceRequestError: Any other refusal, a redirect that was not followed included.
        SourceContractError: Success, but the body is empty, HTML, or no whole JSON.
    """
    status = response.status_code
    if response.is_success:
        if (answer := parsed(response)) is NO_JSON:
            kind = body_kind(response)
            raise SourceContractError(f"endpoint {endpoint}: the server answered {status} with {kind} instead of JSON")
        return answer
    if status in _DENIED:
        raise SourceAuthorizationError(
            f"endpoint {endpoint}: the server answered {status} ({body_kind(response)}): the credentials, granted "
            "scopes or permissions of the API application do not cover it"
        )
    if is_transient(response):
        reason = "rate limit reached" if status == _TOO_MANY_REQUESTS else body_kind(response)
        raise SourceUnavailableError(f"endpoint {endpoint}: the server answered {status} ({reason})")
    reason = "a redirect, which is not followed" if response.is_redirect else body_kind(response)
    raise SourceRequestError(endpoint, status, reason)


def is_transient(response: httpx.Response) -> bool:
    """Whether the same request may succeed a little later."""
    return response.is_server_error or response.status_code in {_REQUEST_TIMEOUT, _TOO_MANY_REQUESTS}


def is_html(response: httpx.Response) -> bool:
    """Whether a web page came: the sign of a wrong address, a wrong tenant or a proxy."""
    return "html" in response.headers.get("content-type", "") or response.content.lstrip()[:1] == b"<"


def parsed(response: httpx.Response) -> Any:
    """The body as JSON, or ``NO_JSON``.

    Not an exception: the ones of :mod:`json` carry the whole body, and would travel along as context.
    """
    try:
        return json.loads(response.content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return NO_JSON


def body_kind(response: httpx.Response) -> str:
    """What sort of body this is, in a few words and without its content."""
    content = response.content.strip()
    if not content:
        return "an empty body"
    if is_html(response):
        return "HTML"
    answer = parsed(response)
    if answer is NO_JSON:
        return "broken JSON" if content[:1] in {b"{", b"["} else "plain text"
    if isinstance(answer, str):
        return "a sentence"
    return _object_kind(answer) if isinstance(answer, dict) else "JSON of another shape"


def _object_kind(answer: dict[str, Any]) -> str:
    if "ClassName" in answer:
        return "an exception of the server"
    if "error" in answer:
        return "an error code with its description" if "error_description" in answer else "an error code"
    if "message" in answer:
        return "a message"
    if answer and all(isinstance(value, list) for value in answer.values()):
        return f"values refused, fields: {len(answer)}"
    return "JSON of another shape"


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")
