"""No secret in any view of a trial: by its value, by the name that it stands under, by its look."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest

from lifecycle.config.configuration import Configuration
from lifecycle.config.endpoint import Endpoint
from lifecycle.config.loader import load_configuration
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
from lifecycle.reporting.trial_pages import details_page, request_page, response_page
from lifecycle.trial.endpoint import tried_endpoint
from lifecycle.trial.redaction import MARK, Redaction
from tests.support.https_api import Asked, Reply
from tests.support.trial_lines import opener

SECRET = 'canary s3cret/"+&é'
PRINTABLE = 'canary-s3cret/"+&'
TOKEN, REFRESH, NEXT = "canary-access-77", "canary-refresh-77", "canary-refresh-78"
URL = "https://{Host-Name}/token"
SHIPPED = load_configuration(Path(__file__).parents[3] / "config")


class Kept:
    """A refresh token as a block keeps it."""

    name = "kept"

    def __init__(self) -> None:
        self.token = REFRESH

    def load(self) -> str:
        """The token."""
        return self.token

    def save(self, token: str) -> None:
        """Another one."""
        self.token = token


OAUTH = {"token_url": URL, "client_id": "reader", "client_secret": SECRET, "scopes": ("read:x",)}
WAYS: dict[str, Callable[[], Authorization]] = {
    "key in a header": lambda: ApiKey("X-Tenant", PRINTABLE),
    "key in the query": lambda: ApiKey("who", SECRET, "query"),
    "basic": lambda: Basic("zoe", SECRET),
    "bearer": lambda: Bearer(PRINTABLE),
    "client credentials": lambda: ClientCredentials(**OAUTH),
    "password": lambda: PasswordGrant(**OAUTH, user_name="zoe", password="canary-password"),
    "authorization code": lambda: AuthorizationCode(
        **OAUTH, authorize_url="https://{Host-Name}/authorize", refresh_tokens=Kept()
    ),
}
BASIC = base64.b64encode(f"zoe:{SECRET}".encode()).decode()
HELD: dict[str, list[str]] = {
    "key in a header": [PRINTABLE],
    "key in the query": [SECRET],
    "basic": [SECRET, BASIC],
    "bearer": [PRINTABLE],
    "client credentials": [SECRET, TOKEN],
    "password": [SECRET, "canary-password", TOKEN],
    "authorization code": [SECRET, NEXT, TOKEN],
}
"""Way → what of it is secret, once a token was exchanged."""


def spelled(secret: str) -> set[str]:
    return {secret, quote_plus(secret), json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}


def echoing(held: list[str]) -> Callable[[Asked], Reply]:
    """A server that repeats everything that it is told, and all that it knows."""

    def answer(asked: Asked) -> Reply:
        if asked.path == "/token":
            token = {"access_token": TOKEN, "refresh_token": NEXT, "expires_in": 60, "scope": "read:x"}
            return Reply({"token_type": "Bearer", **token})
        said = f"you sent {asked.headers.get('authorization', '')} and {asked.query}"
        record = {"id": 7, "headers": asked.headers, "query": asked.query, "said": said, "known": held, held[0]: 1}
        more = {"X-Echo": f"{asked.headers.get('x-tenant', '')}/{TOKEN}", "Set-Cookie": "sid=canary-cookie"}
        return Reply([record], headers=more if TOKEN in held else {**more, "X-Echo": quote_plus(held[0])})

    return answer


def configured(endpoint: dict[str, Any]) -> Configuration:
    head = {"name": "staff", "credentials": "staff-api", "url": "https://{Host-Name}/api/staff", "key": "id"}
    made = Endpoint(**{**head, "fields": {"id": {"type": "number"}}, **endpoint})
    return Configuration(SHIPPED.folder, SHIPPED.settings, {"staff": made}, formats={}, data_sources={}, automations={})


@pytest.mark.parametrize("way", HELD)
def test_no_view_shows_a_secret_of_the_block(way: str, api: Callable[..., Any]) -> None:
    fake, open_line = api(echoing(HELD[way]), WAYS[way]())
    trial = tried_endpoint(configured({}), "staff", open_line)
    assert trial.successful, trial.verdict
    canaries = set().union(*(spelled(one) for one in HELD[way]))
    arrived = repr((fake.asked[-1].headers, fake.asked[-1].query))
    assert any(one in arrived for one in canaries), "the secret should have been sent"
    shown = response_page(trial) + details_page(trial) + request_page(trial) + repr(trial)
    assert [one for one in canaries if one in shown] == []
    assert "canary" not in shown
    assert MARK in shown


def test_without_authorization_everything_is_shown_but_what_is_named_like_a_secret(api: Callable[..., Any]) -> None:
    _, open_line = api(lambda _: Reply([{"id": 7, "token": "abc", "note": "plain"}]), NoAuthorization())
    trial = tried_endpoint(configured({}), "staff", open_line)
    assert "plain" in details_page(trial)
    assert "abc" not in response_page(trial) + details_page(trial)
    assert not [name for name, _ in trial.request.headers if name.lower() == "authorization"]


def test_an_api_key_in_the_query_is_a_hidden_parameter(api: Callable[..., Any]) -> None:
    _, open_line = api(echoing([SECRET]), ApiKey("who", SECRET, "query"))
    trial = tried_endpoint(configured({"params": {"active": "yes"}}), "staff", open_line)
    assert trial.request.params == (("active", "yes"), ("who", MARK))


def test_a_request_that_got_no_answer_shows_no_secret_either() -> None:
    open_line = opener(ApiConnection("localhost:1", Basic("zoe", SECRET), patience_s=1.0))
    trial = tried_endpoint(configured({"params": {"password": SECRET, "q": SECRET}}), "staff", open_line)
    assert (trial.successful, trial.sent, trial.verdict) == (False, False, "Not successful: no connection.")
    assert trial.request.headers == (("Authorization", f"Basic {MARK}"),)
    assert dict(trial.request.params) == {"password": MARK, "q": MARK}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"access_token": "abc", "tokens_left": 3}, {"access_token": MARK, "tokens_left": 3}),
        ({"accessToken": "abc", "apiKey": 12}, {"accessToken": MARK, "apiKey": MARK}),
        ({"ClientSecret": ""}, {"ClientSecret": ""}),
        ({"password": {"old": "a", "new": ["b", None, True]}}, {"password": {"old": MARK, "new": [MARK, None, True]}}),
        ([{"name": "Password", "value": "x"}], [{"name": "Password", "value": MARK}]),
        ([{"name": "CFDepartment", "value": "x"}], [{"name": "CFDepartment", "value": "x"}]),
        ({"note": "Bearer abcdefgh12"}, {"note": f"Bearer {MARK}"}),
        ({"link": "https://x.example/?access_token=abc"}, {"link": f"https://x.example/?access_token={MARK}"}),
        ({"id_of": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ6b2UifQ.c2ln"}, {"id_of": MARK}),
        ({"pin": 1234, "pinned": True}, {"pin": MARK, "pinned": True}),
        ({"summary": "Password reset for Zoë"}, {"summary": "Password reset for Zoë"}),
        ({"guid": "5f0c1a52-7d0c-4f55-9a39-6d7c2a3b1e10"}, {"guid": "5f0c1a52-7d0c-4f55-9a39-6d7c2a3b1e10"}),
        ({"n": 4711, "m": 5}, {"n": MARK, "m": 5}),
    ],
)  # fmt: skip
def test_json_is_hidden_by_name_and_by_look(given: Any, shown: Any) -> None:
    assert Redaction(["4711"]).json(given) == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer abc", f"Bearer {MARK}"),
        ("authorization", "abc", MARK),
        ("Authorization", "Token abc", MARK),
        ("Cookie", "a=b", MARK),
        ("X-Api-Key", "abc", MARK),
        ("X-Tenant", "abc", MARK),
        ("X-Request-Id", "abc", "abc"),
        ("Location", "https://x.example/?code=1&token=abc", f"https://x.example/?code=1&token={MARK}"),
    ],
)
def test_headers_are_hidden_by_name(name: str, value: str, shown: str) -> None:
    assert Redaction((), ["x-tenant"]).headers([(name, value)]) == ((name, shown),)


def test_a_secret_is_hidden_however_it_is_spelled() -> None:
    redaction = Redaction([SECRET])
    for one in spelled(SECRET):
        assert redaction.text(f"before {one} behind") == f"before {MARK} behind"
    assert Redaction(["", "  "]).text("nothing here") == "nothing here"
