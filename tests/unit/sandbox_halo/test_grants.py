"""Grants of the token endpoint besides client credentials: a user's password, codes with PKCE, refresh tokens."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

if TYPE_CHECKING:
    from conftest import Tenant

VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
TARGET = "http://127.0.0.1:8400/"
REFUSED = (400, {"error": "invalid_grant"})


def agree(tenant: Tenant, **changes: str) -> httpx.Response:
    asked = {
        "response_type": "code",
        "client_id": "id",
        "redirect_uri": TARGET,
        "state": "s&1",
        "scope": "read:customers",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "tenant": "example",
    }
    return tenant.http.get(f"{tenant.url}/auth/authorize", params=asked | changes)


def answer_of(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302
    assert response.headers["location"].startswith(TARGET)
    return {name: value for name, (value,) in parse_qs(urlsplit(response.headers["location"]).query).items()}


def redeem(tenant: Tenant, **changes: str) -> httpx.Response:
    code = answer_of(agree(tenant))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": TARGET, "code_verifier": VERIFIER}
    return tenant.exchange(**(form | changes))


def test_authorize_redirects_at_once_with_code_and_state(tenant: Tenant) -> None:
    assert answer_of(agree(tenant)).keys() == {"code", "state"}
    assert answer_of(agree(tenant))["state"] == "s&1"


@pytest.mark.parametrize("changes", [{"client_id": "x"}, {"redirect_uri": "https://evil.test/"}, {"redirect_uri": ""}])
def test_authorize_redirects_nobody_to_a_stranger(tenant: Tenant, changes: dict[str, str]) -> None:
    answer = agree(tenant, **changes)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")


@pytest.mark.parametrize("changes", [{"code_challenge_method": "plain"}, {"response_type": "token"}])
def test_authorize_wants_a_code_with_pkce(tenant: Tenant, changes: dict[str, str]) -> None:
    assert answer_of(agree(tenant, **changes)) == {"state": "s&1", "error": "invalid_request"}


def test_code_is_exchanged_for_a_token_of_the_scope_agreed_to(tenant: Tenant) -> None:
    answer = redeem(tenant).json()
    assert answer["scope"] == "read:customers"
    assert answer["refresh_token"]
    header = {"Authorization": f"Bearer {answer['access_token']}"}
    assert tenant.http.get(f"{tenant.url}/api/Users", headers=header).status_code == 200


@pytest.mark.parametrize(
    "changes", [{"code": "x"}, {"code_verifier": "w" * 43}, {"redirect_uri": "http://127.0.0.1:8401/"}]
)
def test_code_is_good_for_whom_it_was_made(tenant: Tenant, changes: dict[str, str]) -> None:
    answer = redeem(tenant, **changes)
    assert (answer.status_code, answer.json()) == REFUSED


def test_code_is_good_once(tenant: Tenant) -> None:
    code = answer_of(agree(tenant))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": TARGET, "code_verifier": VERIFIER}
    assert tenant.exchange(**form).status_code == 200
    again = tenant.exchange(**form)
    assert (again.status_code, again.json()) == REFUSED


def test_refresh_token_is_good_once_and_brings_the_next(tenant: Tenant) -> None:
    first = redeem(tenant).json()["refresh_token"]
    answer = tenant.exchange(grant_type="refresh_token", refresh_token=first)
    assert answer.json()["scope"] == "read:customers"
    again = tenant.exchange(grant_type="refresh_token", refresh_token=first)
    assert (again.status_code, again.json()) == REFUSED
    second = answer.json()["refresh_token"]
    assert tenant.exchange(grant_type="refresh_token", refresh_token=second).status_code == 200


def test_password_is_exchanged_for_a_token(tenant: Tenant) -> None:
    answer = tenant.exchange(grant_type="password", username="agent", password="sandbox-only", scope="read:tickets")
    assert (answer.status_code, answer.json()["scope"]) == (200, "read:tickets")


@pytest.mark.parametrize("wrong", [{"username": "other"}, {"password": "other"}, {"password": ""}])
def test_password_that_is_wrong_is_refused(tenant: Tenant, wrong: dict[str, str]) -> None:
    form = {"grant_type": "password", "username": "agent", "password": "sandbox-only"} | wrong
    answer = tenant.exchange(**form)
    assert (answer.status_code, answer.json()) == REFUSED


@pytest.mark.parametrize("grant", ["client_credentials", "password", "authorization_code", "refresh_token"])
def test_grant_with_a_wrong_secret_is_refused(tenant: Tenant, grant: str) -> None:
    answer = tenant.exchange(grant_type=grant, client_secret="x")
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_client_without_a_secret_may_use_a_code(tenant: Tenant) -> None:
    code = answer_of(agree(tenant))["code"]
    form = {
        "grant_type": "authorization_code",
        "client_id": "id",
        "code": code,
        "redirect_uri": TARGET,
        "code_verifier": VERIFIER,
    }
    assert tenant.http.post(f"{tenant.url}/auth/token", data=form).status_code == 200
