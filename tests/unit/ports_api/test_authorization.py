"""Each type of authorization: what it sets on a request, what it refuses; no socket is opened here."""

from __future__ import annotations

import base64
from collections.abc import Callable, Generator
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from lifecycle.errors import ConfigurationError, SourceAuthorizationError
from lifecycle.ports.api.auth import TokenAuth, auth_of, driven
from lifecycle.ports.api.authorization import (
    ApiKey,
    Authorization,
    AuthorizationCode,
    Basic,
    Bearer,
    ClientCredentials,
    NoAuthorization,
    PasswordGrant,
)
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.tokens import TokenSlot

URL = "https://halo.example.test/api/people?order=id"
CLIENT = {"token_url": "https://{Host-Name}/auth/token", "client_id": "reader", "scopes": ("read:customers",)}


def authorised(connect: Callable[..., ApiConnection], way: Authorization, clock: Any, url: str = URL) -> httpx.Request:
    """The first request of the flow."""
    auth = auth_of(way, connect(authorization=way), None, clock.now)
    flow: Generator[httpx.Request, httpx.Response, None] = auth.sync_auth_flow(httpx.Request("GET", url))
    request = next(flow)
    flow.close()
    return request


def test_no_authorization_sets_nothing(connect: Callable[..., ApiConnection], clock: Any) -> None:
    request = authorised(connect, NoAuthorization(), clock)
    assert (request.headers, str(request.url)) == (httpx.Request("GET", URL).headers, URL)


@pytest.mark.parametrize(
    ("way", "header", "value"),
    [
        (ApiKey("X-API-Key", "k 1"), "x-api-key", "k 1"),
        (Bearer("t.1"), "authorization", "Bearer t.1"),
        (Basic("ann", "p:ß"), "authorization", "Basic " + base64.b64encode("ann:p:ß".encode()).decode()),
    ],
)
def test_header_is_set(
    connect: Callable[..., ApiConnection], clock: Any, way: Authorization, header: str, value: str
) -> None:
    request = authorised(connect, way, clock)
    assert (request.headers[header], str(request.url)) == (value, URL)


@pytest.mark.parametrize("url", [URL, URL + "&key=old", "https://halo.example.test/api/people?key=old&order=id"])
def test_key_in_the_query_is_sent_and_is_not_in_the_url(
    connect: Callable[..., ApiConnection], clock: Any, url: str
) -> None:
    """The target is what goes over the wire; the URL is what httpx logs."""
    request = authorised(connect, ApiKey("key", "a&b", "query"), clock, url)
    assert request.extensions["target"] == b"/api/people?order=id&key=a%26b"
    assert str(request.url) == URL


def test_password_grant_sends_the_user_in_a_form(
    connect: Callable[..., ApiConnection], clock: Any, token_response: Callable[..., httpx.Response]
) -> None:
    way = PasswordGrant(**CLIENT, user_name="ann", password="canary-password")
    auth = auth_of(way, connect(authorization=way), TokenSlot(), clock.now)
    assert isinstance(auth, TokenAuth)
    sent: list[httpx.Request] = []

    def send(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return token_response()

    assert driven(auth.token_flow(), send).value == "canary-token"
    assert parse_qs(sent[0].content.decode()) == {
        "grant_type": ["password"],
        "username": ["ann"],
        "password": ["canary-password"],
        "scope": ["read:customers"],
        "client_id": ["reader"],
    }


def test_password_grant_says_whose_fault_a_refusal_is(connect: Callable[..., ApiConnection], clock: Any) -> None:
    way = PasswordGrant(**CLIENT, user_name="ann", password="canary-password")
    auth = auth_of(way, connect(authorization=way), TokenSlot(), clock.now)
    assert isinstance(auth, TokenAuth)
    with pytest.raises(SourceAuthorizationError, match="user name or password is wrong"):
        driven(auth.token_flow(), lambda _: httpx.Response(400, json={"error": "invalid_grant"}))


@pytest.mark.parametrize(
    ("way", "field"),
    [
        (ApiKey("", "canary"), "api_key_name"),
        (ApiKey("X Key", "canary"), "api_key_name"),
        (ApiKey("X-Key", ""), "api_key"),
        (ApiKey("X-Key", "canary\r\nX-Other: 1"), "api_key"),
        (ApiKey("X-Key", "canaryß"), "api_key"),
        (ApiKey("", "canary", "query"), "api_key_name"),
        (Basic("", "canary"), "user_name"),
        (Basic("a:b", "canary"), "user_name"),
        (Basic("ann", ""), "password"),
        (Bearer(""), "bearer_token"),
        (Bearer("two canaries"), "bearer_token"),
        (Bearer("canary\n"), "bearer_token"),
        (ClientCredentials(**CLIENT), "client_secret"),
        (ClientCredentials(**CLIENT | {"client_id": ""}, client_secret="canary"), "client_id"),
        (PasswordGrant(**CLIENT, user_name="", password="canary"), "user_name"),
        (PasswordGrant(**CLIENT, user_name="ann", password=""), "password"),
        (AuthorizationCode(**CLIENT, authorize_url="http://{Host-Name}/authorize"), "authorize_url"),
        (AuthorizationCode(**CLIENT, authorize_url="https://evil.test/authorize"), "authorize_url"),
        (AuthorizationCode(**CLIENT | {"client_id": ""}, authorize_url="https://{Host-Name}/a"), "client_id"),
        (ClientCredentials(**CLIENT | {"token_url": "https://evil.test/"}, client_secret="canary"), "token_url"),
        (
            ClientCredentials(**CLIENT | {"token_url": "https://{tenantname}.evil.test/"}, client_secret="canary"),
            "token_url",
        ),
    ],
)
def test_connection_refuses_an_authorization_that_cannot_work(
    connect: Callable[..., ApiConnection], way: Authorization, field: str
) -> None:
    """Before anything is sent, and without the secret in the message."""
    with pytest.raises(ConfigurationError) as caught:
        connect(authorization=way)
    assert caught.value.path == field
    assert "canary" not in str(caught.value) + repr(way)


def test_api_key_knows_a_request_that_sets_it_itself() -> None:
    assert ApiKey("X-Key", "k").is_set_by(["x-key"], [])
    assert not ApiKey("X-Key", "k").is_set_by([], ["X-Key"])
    assert ApiKey("key", "k", "query").is_set_by([], ["key"])
    assert not ApiKey("key", "k", "query").is_set_by(["key"], ["KEY"])
