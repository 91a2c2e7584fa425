"""What goes wrong on the way to Graph, as errors of ours: httpx's exceptions, and statuses that are refusals."""

from __future__ import annotations

import re
from typing import Any

from lifecycle.errors import (
    LifecycleError,
    TargetAuthorizationError,
    TargetContractError,
    TargetError,
    TargetUnavailableError,
)
from lifecycle.ports.https.failures import THROTTLED, is_transient, target_error

SYSTEM = "graph"
UNAUTHORIZED = 401
NOT_FOUND = 404
_DENIED = frozenset({UNAUTHORIZED, 403})
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}")


def translated(operation: str, error: Exception) -> LifecycleError:
    """Our error for one of httpx's; its text is ours as well, since httpx writes addresses into its own.

    Args:
        operation: What was tried.
        error: An instance of one of ``HttpxError``.
    """
    return target_error(SYSTEM, operation, error)


def error_code(body: Any) -> str:
    """The code of an error's body (``{"error": {"code": …}}``); empty where there is none.

    Its message is never passed on: Graph writes names and addresses into it.
    """
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def error_message(body: Any) -> str:
    """The message of an error's body, to be compared and never shown; empty where there is none."""
    error = body.get("error") if isinstance(body, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    return message if isinstance(message, str) else ""


def refusal(operation: str, status: int, body: Any = None) -> TargetError:
    """The error for a status that is no success."""
    described = error_code(body) or ("throttled" if status == THROTTLED else "refused")
    if status in _DENIED:
        return TargetAuthorizationError(SYSTEM, operation, status, described)
    if is_transient(status):
        return TargetUnavailableError(SYSTEM, operation, status, described)
    return TargetError(SYSTEM, operation, status, described)


def broken(operation: str, problem: str, status: int = 200) -> TargetContractError:
    """The error for an answer that is not what Graph promises."""
    return TargetContractError(SYSTEM, operation, status, problem)
