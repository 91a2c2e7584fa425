"""What the token endpoint may answer, and what each answer means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from lifecycle.errors import SourceAuthorizationError, SourceContractError, SourceUnavailableError
from lifecycle.ports.api.token_answer import read_token_answer

NEEDED = ("read:customers", "read:tickets")
HTML = {"headers": {"content-type": "text/html"}, "text": "<html>canary</html>"}


@pytest.mark.parametrize(
    "scope", ["read:tickets read:customers", "all", "edit:customers read:customers read:tickets", "all:standard all"]
)
def test_token_answer_takes_every_grant_that_suffices(
    token_response: Callable[..., httpx.Response], scope: Any
) -> None:
    answer = read_token_answer(token_response(scope=scope), NEEDED)
    assert answer.scopes == tuple(sorted(scope.split()))
    assert "canary" not in repr(answer)


def test_token_answer_without_scope_grants_what_was_asked_for(token_response: Callable[..., httpx.Response]) -> None:
    assert read_token_answer(token_response(scope=...), NEEDED).scopes == NEEDED


@pytest.mark.parametrize(
    ("scope", "missing"),
    [
        ("read:customers", "read:tickets"),
        ("", "read:customers, read:tickets"),
        ("admin", "read:customers, read:tickets"),
        ("all:standard", "read:customers, read:tickets"),
        ("READ:customers read:tickets", "read:customers"),
    ],
)
def test_token_answer_names_the_scopes_that_are_missing(
    token_response: Callable[..., httpx.Response], scope: Any, missing: str
) -> None:
    with pytest.raises(SourceAuthorizationError, match=f"missing: {missing}\\."):
        read_token_answer(token_response(scope=scope), NEEDED)


@pytest.mark.parametrize(
    "changes",
    [
        {"access_token": ...},
        {"access_token": None},
        {"access_token": ""},
        {"access_token": 7},
        {"access_token": "two words"},
        {"access_token": "line\r\nbreak"},
        {"token_type": ...},
        {"token_type": "mac"},
        {"scope": None},
        {"scope": ["read:customers"]},
        {"expires_in": "soon"},
        {"expires_in": True},
        {"expires_in": 0},
        {"expires_in": 10**400},
    ],
)
def test_token_answer_refuses_another_shape(
    token_response: Callable[..., httpx.Response], changes: dict[str, Any]
) -> None:
    with pytest.raises(SourceContractError):
        read_token_answer(token_response(**({"scope": "all"} | changes)), NEEDED)


@pytest.mark.parametrize(
    ("response", "error", "says"),
    [
        (httpx.Response(401, json={"error": "invalid_client"}), SourceAuthorizationError, "client id or secret"),
        (httpx.Response(400, json={"error": "invalid_scope"}), SourceAuthorizationError, "scope asked for"),
        (httpx.Response(400, json={"error": "canary"}), SourceAuthorizationError, "an error code"),
        (httpx.Response(400, json={"error": ["canary"]}), SourceAuthorizationError, "an error code"),
        (httpx.Response(404, **HTML), SourceAuthorizationError, "tenant"),
        (httpx.Response(500, **HTML), SourceAuthorizationError, "tenant"),
        (httpx.Response(200, **HTML), SourceAuthorizationError, "tenant"),
        (httpx.Response(404), SourceAuthorizationError, "404 .an empty body"),
        (httpx.Response(302, headers={"location": "https://evil.test/"}), SourceAuthorizationError, "redirect"),
        (httpx.Response(502, **HTML), SourceUnavailableError, "502"),
        (httpx.Response(500), SourceUnavailableError, "500"),
        (httpx.Response(429, text="Rate Limit Reached"), SourceUnavailableError, "429"),
        (httpx.Response(200), SourceContractError, "an empty body"),
        (httpx.Response(200, json=["canary"]), SourceContractError, "instead of a token"),
        (httpx.Response(200, text='{"access_token": "canary'), SourceContractError, "broken JSON"),
    ],
)
def test_token_answer_says_what_a_refusal_means(response: httpx.Response, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        read_token_answer(response, NEEDED)
    assert "canary" not in str(caught.value)
