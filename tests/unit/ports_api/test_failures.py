"""No exception of httpx reaches a caller as it is."""

from __future__ import annotations

import ssl

import httpx
import pytest

from lifecycle.errors import ConfigurationError, LifecycleError, SourceContractError, SourceUnavailableError
from lifecycle.ports.api.failures import translated
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


def test_httpx_still_exports_its_exceptions() -> None:
    assert len(httpx_exceptions()) > 25


@pytest.mark.parametrize("kind", httpx_exceptions(), ids=lambda kind: kind.__name__)
def test_translated_leaves_no_exception_of_httpx_unmapped(kind: type[Exception]) -> None:
    assert issubclass(kind, HttpxError)
    error = translated("halo-users", instance(kind))
    assert isinstance(error, LifecycleError)
    assert "halo-users" in str(error)
    assert "canary" not in str(error)


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        (httpx.ConnectTimeout, SourceUnavailableError),
        (httpx.ReadTimeout, SourceUnavailableError),
        (httpx.ReadError, SourceUnavailableError),
        (httpx.RemoteProtocolError, SourceUnavailableError),
        (httpx.ProxyError, SourceUnavailableError),
        (httpx.LocalProtocolError, ConfigurationError),
        (httpx.UnsupportedProtocol, ConfigurationError),
        (httpx.InvalidURL, ConfigurationError),
        (httpx.DecodingError, SourceContractError),
    ],
)
def test_translated_says_whether_trying_again_can_help(kind: type[Exception], ours: type[Exception]) -> None:
    assert type(translated("halo-users", instance(kind))) is ours


def test_translated_knows_distrust_however_deep_it_lies() -> None:
    """A certificate does not become right by waiting."""
    error = httpx.ConnectError("canary")
    error.__context__ = OSError("between")
    error.__context__.__cause__ = ssl.SSLCertVerificationError("canary")
    ours = translated("halo-users", error)
    assert isinstance(ours, ConfigurationError)
    assert ours.path == "ca_file"
