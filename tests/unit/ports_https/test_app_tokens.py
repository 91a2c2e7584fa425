"""Tokens for any system, from authorities that answer as a test writes down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from lifecycle.errors import TargetAuthorizationError, TargetContractError, TargetError, TargetUnavailableError
from lifecycle.ports.https.app_tokens import AppTokens

HOST = "login.example.test"
TOKEN = f"https://{HOST}/acme.test/oauth2/v2.0/token"
ADDRESSES = {"authorization_endpoint": TOKEN, "token_endpoint": TOKEN, "issuer": TOKEN}
GOOD = {"token_type": "Bearer", "expires_in": 3599, "access_token": "canary-token"}


def tokens_of(answer: Callable[[], httpx.Response], *, credential: Any = "canary-secret") -> AppTokens:
    """Tokens for Exchange, of an authority that answers each exchange so."""

    def answered(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=ADDRESSES) if request.method == "GET" else answer()

    return AppTokens(
        httpx.Client(transport=httpx.MockTransport(answered)),
        system="exchange",
        authority_host=HOST,
        tenant="acme.test",
        client_id="app",
        credential=credential,
        scope="https://outlook.example.test/.default",
    )


def test_token_is_kept_until_it_is_renewed() -> None:
    asked: list[int] = []

    def answer() -> httpx.Response:
        asked.append(1)
        return httpx.Response(200, json=GOOD)

    tokens = tokens_of(answer)
    assert (tokens.bearer(), tokens.bearer(), len(asked)) == ("canary-token", "canary-token", 1)
    tokens.renew()
    assert (tokens.bearer(), len(asked)) == ("canary-token", 2)


def test_token_answer_that_is_cut_off_stands_in_no_log_and_no_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = tokens_of(lambda: httpx.Response(200, text='{"access_token": "canary-token'))
    with pytest.raises(TargetContractError, match=r"^exchange get a token: .* no JSON object \(200\)$") as refused:
        tokens.bearer()
    assert caplog.records
    assert "canary" not in caplog.text + repr(refused.value.args)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, {"error": "temporarily_unavailable", "error_codes": [90033]}, TargetUnavailableError, 90033),
        (400, {"error": "server_error"}, TargetUnavailableError, 400),
        (400, {"error": "invalid_client", "error_codes": [7000222]}, TargetAuthorizationError, 7000222),
        (400, {"error": "invalid_client"}, TargetAuthorizationError, 400),
        (408, {}, TargetUnavailableError, 408),
        (429, {}, TargetUnavailableError, 429),
        (503, {}, TargetUnavailableError, 503),
        (302, {}, TargetContractError, 302),
        (200, {"access_token": "canary\ntoken"}, TargetAuthorizationError, 400),
    ],
)
def test_answer_without_a_token_says_what_the_caller_does_next(
    status: int, body: dict[str, Any], kind: type[TargetError], code: int
) -> None:
    headers = {"Location": "https://elsewhere.test"} if status == 302 else {}
    with pytest.raises(kind) as refused:
        tokens_of(lambda: httpx.Response(status, json=body, headers=headers)).bearer()
    assert (type(refused.value), refused.value.system, refused.value.code) == (kind, "exchange", code)
    assert "canary" not in repr(refused.value.args)


def test_refusal_is_not_remembered() -> None:
    left = [httpx.Response(400, json={"error": "invalid_client"}), httpx.Response(200, json=GOOD)]
    tokens = tokens_of(lambda: left.pop(0))
    with pytest.raises(TargetAuthorizationError):
        tokens.bearer()
    assert tokens.bearer() == "canary-token"


def test_key_that_does_not_sign_is_told_and_a_fault_of_the_program_stays_one() -> None:
    def answer() -> httpx.Response:
        raise ZeroDivisionError

    with pytest.raises(TargetAuthorizationError, match="private key cannot be used"):
        tokens_of(answer, credential={"private_key": "canary", "thumbprint": "0" * 40}).bearer()
    with pytest.raises(ZeroDivisionError):
        tokens_of(answer).bearer()
