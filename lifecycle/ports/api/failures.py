"""httpx's exceptions, each as one of ours: what comes from the network may be tried again, the rest may not."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from lifecycle.errors import ConfigurationError, LifecycleError, SourceContractError, SourceUnavailableError
from lifecycle.ports.https.failures import AWAY
from lifecycle.ports.https.trust import distrusted, is_distrust


def _away(problem: str) -> Callable[[str], LifecycleError]:
    return lambda endpoint: SourceUnavailableError(f"endpoint {endpoint}: {problem}")


def _broken(problem: str) -> Callable[[str], LifecycleError]:
    return lambda endpoint: SourceContractError(f"endpoint {endpoint}: {problem}")


def _misconfigured(path: str, problem: str) -> Callable[[str], LifecycleError]:
    return lambda endpoint: ConfigurationError(f"endpoint {endpoint}", path, problem)


# The first kind that fits counts, so the narrow ones stand first.
_MEANINGS: tuple[tuple[type[Exception], Callable[[str], LifecycleError]], ...] = (
    *((kind, _away(problem)) for kind, problem in AWAY),
    (httpx.LocalProtocolError, _misconfigured("headers", "the request cannot be written as HTTP")),
    (httpx.UnsupportedProtocol, _misconfigured("url", "is not https")),
    (httpx.InvalidURL, _misconfigured("url", "is no URL")),
    (httpx.DecodingError, _broken("the compression of the answer is broken")),
    (httpx.TooManyRedirects, _broken("the server redirects without end")),
    (httpx.HTTPError, _broken("the exchange failed in a way that HTTP does not know")),
    (httpx.CookieConflict, _broken("the answer sets a cookie twice")),
    (httpx.StreamError, _broken("the answer was read out of turn")),
)


def translated(endpoint: str, error: Exception) -> LifecycleError:
    """Our error for one of httpx's; its text is ours as well, since httpx writes addresses into its own.

    Args:
        endpoint: Name of the endpoint that was read.
        error: An instance of one of ``HttpxError``.
    """
    if is_distrust(error):
        return distrusted()
    return next(meaning(endpoint) for kind, meaning in _MEANINGS if isinstance(error, kind))
