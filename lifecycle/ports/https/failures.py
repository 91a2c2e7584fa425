"""What httpx's exceptions mean, in words of ours: httpx writes addresses into its own."""

from __future__ import annotations

import httpx

from lifecycle.answer import NO_ANSWER
from lifecycle.errors import LifecycleError, TargetContractError, TargetUnavailableError
from lifecycle.ports.https.trust import distrusted, is_distrust

AWAY: tuple[tuple[type[Exception], str], ...] = (
    (httpx.TimeoutException, "no answer in time"),
    (httpx.ConnectError, "no connection"),
    (httpx.NetworkError, "the connection broke"),
    (httpx.RemoteProtocolError, "the connection ended in the middle of an answer"),
    (httpx.ProxyError, "the proxy refused"),
)
"""What may pass by itself: kind → words. The first kind that fits counts, so the narrow ones stand first."""

THROTTLED = 429
_REQUEST_TIMEOUT = 408
_FIRST_SERVER_ERROR = 500


def target_error(system: str, operation: str, error: Exception) -> LifecycleError:
    """The error of a target for one of httpx's.

    Args:
        system: As :class:`lifecycle.errors.TargetError` names it.
        operation: What was tried.
        error: An instance of one of ``HttpxError``.
    """
    if is_distrust(error):
        return distrusted()
    for kind, problem in AWAY:
        if isinstance(error, kind):
            return TargetUnavailableError(system, operation, NO_ANSWER, problem)
    return TargetContractError(system, operation, NO_ANSWER, "the exchange is not as HTTP wants it")


def is_transient(status: int) -> bool:
    """Whether the same request may succeed a little later."""
    return status in {_REQUEST_TIMEOUT, THROTTLED} or status >= _FIRST_SERVER_ERROR
