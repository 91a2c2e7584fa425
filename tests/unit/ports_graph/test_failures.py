"""No exception of httpx reaches a caller as it is, and no refusal tells more than its code."""

from __future__ import annotations

import pickle
from typing import Any

import httpx
import pytest

from lifecycle.errors import (
    LifecycleError,
    TargetAuthorizationError,
    TargetContractError,
    TargetError,
    TargetUnavailableError,
)
from lifecycle.ports.graph.failures import error_code, refusal, translated
from lifecycle.ports.https.exceptions import HttpxError


def httpx_exceptions() -> list[type[Exception]]:
    """Every exception class that httpx exports."""
    found = [getattr(httpx, name) for name in httpx.__all__]
    return [kind for kind in found if isinstance(kind, type) and issubclass(kind, Exception)]


def instance(kind: type[Exception]) -> Exception:
    """An exception of this kind with a text that must not be passed on."""
    if issubclass(kind, httpx.HTTPStatusError):
        request = httpx.Request("GET", "https://canary.test")
        return kind("canary", request=request, response=httpx.Response(500, request=request))
    if issubclass(kind, httpx.StreamError) and kind is not httpx.StreamError:
        return kind()
    return kind("canary")


@pytest.mark.parametrize("kind", httpx_exceptions(), ids=lambda kind: kind.__name__)
def test_translated_leaves_no_exception_of_httpx_unmapped(kind: type[Exception]) -> None:
    assert issubclass(kind, HttpxError)
    error = translated("read users", instance(kind))
    assert isinstance(error, LifecycleError)
    assert "read users" in str(error)
    assert "canary" not in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        (httpx.ConnectTimeout, TargetUnavailableError),
        (httpx.ReadTimeout, TargetUnavailableError),
        (httpx.ConnectError, TargetUnavailableError),
        (httpx.ReadError, TargetUnavailableError),
        (httpx.RemoteProtocolError, TargetUnavailableError),
        (httpx.DecodingError, TargetContractError),
        (httpx.InvalidURL, TargetContractError),
    ],
)
def test_translated_says_whether_trying_again_can_help(kind: type[Exception], ours: type[Exception]) -> None:
    assert type(translated("read users", instance(kind))) is ours


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        (400, TargetError),
        (401, TargetAuthorizationError),
        (403, TargetAuthorizationError),
        (404, TargetError),
        (408, TargetUnavailableError),
        (429, TargetUnavailableError),
        (503, TargetUnavailableError),
    ],
)
def test_refusal_is_classed_by_what_the_caller_does_next(status: int, ours: type[Exception]) -> None:
    body = {"error": {"code": "Some_Code", "message": "canary@example.test"}}
    error = refusal("read users", status, body)
    assert type(error) is ours
    assert (error.code, error.description) == (status, "Some_Code")
    assert "canary" not in repr(error.args)


@pytest.mark.parametrize(
    "body",
    [
        None,
        "canary",
        [],
        {},
        {"error": "canary"},
        {"error": {"code": 5}},
        {"error": {"code": "no code, canary@x.test"}},
    ],
)
def test_error_code_of_another_body_is_empty(body: Any) -> None:
    assert error_code(body) == ""
