"""Tokens: who gets one, what it is good for, when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox.halo.client import SandboxHalo

if TYPE_CHECKING:
    from conftest import Tenant


def test_exchange_answers_a_bearer_token(tenant: Tenant, admin: SandboxHalo) -> None:
    answer = tenant.exchange(scope="read:customers edit:tickets nonsense").json()
    assert {key: answer[key] for key in ("token_type", "expires_in", "scope")} == {
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "read:customers edit:tickets",
    }
    assert admin.state()["token_exchanges"] == 1


@pytest.mark.parametrize("wrong", [{"client_id": "x"}, {"client_secret": "x"}, {"client_secret": "ä"}])
def test_exchange_refuses_another_client(tenant: Tenant, wrong: dict[str, str]) -> None:
    answer = tenant.exchange(**wrong)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_exchange_refuses_another_grant(tenant: Tenant) -> None:
    answer = tenant.exchange(grant_type="implicit")
    assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_grant_type"})


def test_exchange_refuses_a_body_that_is_no_form(tenant: Tenant) -> None:
    answer = tenant.http.post(f"{tenant.url}/auth/token", json={"grant_type": "client_credentials"})
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


def test_exchange_answers_html_for_an_unknown_tenant(tenant: Tenant) -> None:
    answer = tenant.exchange(tenant="other")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


def test_token_url_of_a_trial_answers_too(tenant: Tenant) -> None:
    form = {"grant_type": "client_credentials", "client_id": "id", "client_secret": "secret"}
    answer = tenant.http.post(f"{tenant.url}/token", data=form)
    assert answer.json()["scope"] == "all"


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}])
@pytest.mark.parametrize("path", ["Users", "Users/41", "Tickets", "Actions", "UserChange", "Status", "none"])
def test_api_refuses_what_is_no_token(tenant: Tenant, path: str, header: dict[str, str]) -> None:
    assert tenant.http.get(f"{tenant.url}/api/{path}", headers=header).status_code == 401


def test_discovery_needs_no_token(tenant: Tenant) -> None:
    answer = tenant.http.get(f"{tenant.url}/api/authinfo").json()
    assert answer == {"auth_url": f"{tenant.url}/auth", "tenant_id": "example"}


def test_token_ends_after_its_lifetime(tenant: Tenant, admin: SandboxHalo) -> None:
    admin.settings(token_lifetime_s=100)
    with tenant.connect() as api:
        tenant.clock.now += 99
        assert api.get("/Status").status_code == 200
        tenant.clock.now += 1
        assert api.get("/Status").status_code == 401


def test_revoked_tokens_are_refused_and_new_ones_are_good(
    tenant: Tenant, admin: SandboxHalo, api: httpx.Client
) -> None:
    admin.revoke_tokens()
    assert api.get("/Status").status_code == 401
    with tenant.connect() as renewed:
        assert renewed.get("/Status").status_code == 200


@pytest.mark.parametrize(("newest_only", "status"), [(False, 200), (True, 401)])
def test_new_token_ends_older_ones_where_so_set(
    tenant: Tenant, admin: SandboxHalo, api: httpx.Client, *, newest_only: bool, status: int
) -> None:
    admin.settings(newest_token_only=newest_only)
    tenant.exchange()
    assert api.get("/Status").status_code == status


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        ("read:customers", "GET", "/Users", 200),
        ("read:customers", "GET", "/UserChange", 200),
        ("read:customers", "POST", "/Users", 403),
        ("edit:customers", "GET", "/Users", 200),
        ("read:tickets", "GET", "/Users", 403),
        ("read:tickets", "GET", "/Tickets", 200),
        ("read:tickets", "GET", "/Status", 200),
        ("read:tickets", "POST", "/Actions", 403),
        ("edit:tickets", "DELETE", "/Tickets/1", 404),
        ("admin", "GET", "/Users", 403),
        ("all:standard", "GET", "/Users", 200),
    ],
)
def test_scope_limits_what_a_token_may_do(
    tenant: Tenant, admin: SandboxHalo, scope: str, method: str, path: str, status: int
) -> None:
    del admin
    with tenant.connect(scope=scope) as api:
        assert api.request(method, path).status_code == status
