"""Foreign exceptions as ours: picklable, and with no text of theirs."""

from __future__ import annotations

import pickle
import ssl
import xml.etree.ElementTree as ET

import pytest
import requests
from pypsrp.exceptions import AuthenticationError, FragmentError, WinRMTransportError, WSManFaultError
from spnego.exceptions import InvalidCredentialError

from lifecycle.answer import NO_ANSWER
from lifecycle.errors import (
    ConfigurationError,
    LifecycleError,
    TargetAuthorizationError,
    TargetContractError,
    TargetUnavailableError,
)
from lifecycle.ports.exchange.failures import NOT_FOUND, PASSING, Refused, answer_of, exception_name, unavailable
from lifecycle.ports.exchange.shell import _meaning

DISTRUST = requests.exceptions.SSLError(Exception("canary", ssl.SSLCertVerificationError("canary")))


@pytest.mark.parametrize(
    ("foreign", "kind", "code"),
    [
        (AuthenticationError("canary"), TargetAuthorizationError, 401),
        (InvalidCredentialError(context_msg="canary"), TargetAuthorizationError, 401),
        (WSManFaultError(2150858843, "canary", "canary", None, None, None), TargetUnavailableError, 2150858843),
        (WSManFaultError(5, "canary", "canary", None, None, None), TargetAuthorizationError, 5),
        (WSManFaultError("s:Receiver", "canary", "canary", None, None, None), TargetUnavailableError, 500),
        (WinRMTransportError("http", 503, "canary"), TargetUnavailableError, 503),
        (WinRMTransportError("http", 404, "canary"), TargetContractError, 404),
        (FragmentError("canary"), TargetContractError, 0),
        (ET.ParseError("canary"), TargetContractError, 0),
        (requests.TooManyRedirects("canary"), TargetContractError, 0),
        (requests.ReadTimeout("canary"), TargetUnavailableError, NO_ANSWER),
        (ConnectionResetError("canary"), TargetUnavailableError, NO_ANSWER),
        (DISTRUST, ConfigurationError, None),
    ],
)
def test_foreign_exceptions_become_ours(foreign: Exception, kind: type[LifecycleError], code: int | None) -> None:
    ours = _meaning("Get-User", foreign)
    assert type(ours) is kind
    assert getattr(ours, "code", None) == code
    assert "canary" not in str(ours) + repr(ours)


def test_a_refusal_survives_pickling() -> None:
    refused = Refused("Get-User", 404, NOT_FOUND, "aaaaaaaa-0000-4000-8000-000000000001")
    again = pickle.loads(pickle.dumps(refused))  # noqa: S301 (our own)
    assert (again.operation, again.code, again.description, again.detail) == (
        refused.operation, refused.code, refused.description, refused.detail,
    )  # fmt: skip
    assert again.is_absence
    assert str(again) == str(refused) == f"exchange Get-User: {NOT_FOUND} (404)"


@pytest.mark.parametrize("name", sorted(PASSING))
def test_what_passes_leaves_the_outcome_of_a_write_unknown(name: str) -> None:
    assert Refused("Set-Mailbox", 400, name).answer().unknown


@pytest.mark.parametrize(("given", "name"), [
    ("Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException", NOT_FOUND),
    ("noor.haddad@corp.example.test", "refused"), ("Noor Haddad", "refused"), ("", "refused"),
])  # fmt: skip
def test_only_what_looks_like_an_exception_is_named(given: str, name: str) -> None:
    assert exception_name(given) == name


def test_an_error_before_a_write_is_no_success() -> None:
    for error in (unavailable("Get-User", "throttled", 429), ConfigurationError("credentials block", "x", "y"),
                  TargetContractError("exchange", "Get-User", 0, "broken")):  # fmt: skip
        assert not answer_of(error).ok
