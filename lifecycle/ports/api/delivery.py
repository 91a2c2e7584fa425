"""What became of a request that may change something: done, refused, surely not done, or that nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx

from lifecycle.errors import SourceError
from lifecycle.ports.api.answers import NO_JSON, body_kind, parsed
from lifecycle.ports.https.trust import is_distrust

_UNAUTHORIZED, _FORBIDDEN, _TIMED_OUT, _TOO_MANY = 401, 403, 408, 429


class Fate(StrEnum):
    """What became of it."""

    DONE = "done"
    REFUSED = "refused"
    """The server does not want it; it would not want it another time."""
    NOT_DONE = "not-done"
    """It was not sent, or the server said that it did nothing; it may be sent again."""
    UNKNOWN = "unknown"
    """It was sent, and nobody knows whether it was carried out."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one request.

    Args:
        fate: In one word.
        why: A few words, none of which came from the server.
        status: HTTP status; 0 without an answer.
        answer: The body as JSON; None where it is empty or none.
        response: The answer as it came, for those who look at one by hand.
    """

    fate: Fate
    why: str = ""
    status: int = 0
    answer: Any = field(default=None, repr=False)
    response: httpx.Response | None = field(default=None, repr=False, compare=False)


def delivered(response: httpx.Response) -> Delivery:
    """What an answer says."""
    status, kind = response.status_code, body_kind(response)
    content = parsed(response)
    answer = None if content is NO_JSON else content
    if response.is_success and "html" in response.headers.get("content-type", ""):
        # Whatever stands before the API says so: a page for sign-in or maintenance, with the status of a success.
        return Delivery(Fate.UNKNOWN, f"{status}: a web page instead of an answer", status, answer, response)
    if response.is_success:
        return Delivery(Fate.DONE, "", status, answer, response)
    if status in {_UNAUTHORIZED, _FORBIDDEN}:
        return Delivery(Fate.NOT_DONE, f"{status}: not authorised", status, answer, response)
    if status == _TOO_MANY:
        return Delivery(Fate.NOT_DONE, f"{status}: rate limit reached", status, answer, response)
    if response.is_server_error or status == _TIMED_OUT:
        return Delivery(Fate.UNKNOWN, f"{status}: the server failed ({kind})", status, answer, response)
    return Delivery(Fate.REFUSED, f"{status}: refused ({kind})", status, answer, response)


def without_answer(error: Exception) -> Delivery:
    """What it means that no answer came."""
    if isinstance(error, SourceError):
        return not_sent(error)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        why = "the server's certificate is not trusted" if is_distrust(error) else "no connection"
        return Delivery(Fate.NOT_DONE, why)
    return Delivery(Fate.UNKNOWN, f"no answer: {type(error).__name__}")


def not_sent(error: SourceError) -> Delivery:
    """What it means that something failed before the request was sent."""
    return Delivery(Fate.NOT_DONE, f"not sent: {type(error).__name__}")
