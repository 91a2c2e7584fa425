"""What becomes of a request that may change something: it is sent once, and its fate is told for what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from lifecycle.errors import ConfigurationError, SourceUnavailableError
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.delivery import Delivery, Fate, delivered, without_answer
from lifecycle.ports.api.request import ApiRequest, Json

POST = ApiRequest("https://{Host-Name}/api/Tickets", "POST", body=Json([{"summary": "canary"}]))
HTML = {"headers": {"Content-Type": "text/html; charset=utf-8"}, "text": "<html>Sign in</html>"}


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (200, Fate.DONE), (201, Fate.DONE), (204, Fate.DONE), (302, Fate.REFUSED), (400, Fate.REFUSED),
        (401, Fate.NOT_DONE), (403, Fate.NOT_DONE), (404, Fate.REFUSED), (408, Fate.UNKNOWN), (409, Fate.REFUSED),
        (415, Fate.REFUSED), (422, Fate.REFUSED), (429, Fate.NOT_DONE), (500, Fate.UNKNOWN), (502, Fate.UNKNOWN),
        (503, Fate.UNKNOWN), (504, Fate.UNKNOWN),
    ],
)  # fmt: skip
def test_a_status_says_what_became_of_it(status: int, fate: Fate) -> None:
    told = delivered(httpx.Response(status, json={"id": 7}))
    assert (told.fate, told.status, told.answer) == (fate, status, {"id": 7})


@pytest.mark.parametrize("content", [b"", b"{", b"NaN", b'{"id": 7'])
def test_a_broken_answer_is_none(content: bytes) -> None:
    told = delivered(httpx.Response(201, content=content))
    assert (told.fate, told.answer) == (Fate.DONE, None)


def test_a_web_page_is_no_answer() -> None:
    """It is of whatever stands before the API, and the request may or may not have gone on."""
    told = delivered(httpx.Response(200, **HTML))
    assert (told.fate, told.why) == (Fate.UNKNOWN, "200: a web page instead of an answer")


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (httpx.ConnectError("canary"), Fate.NOT_DONE),
        (httpx.ConnectTimeout("canary"), Fate.NOT_DONE),
        (httpx.PoolTimeout("canary"), Fate.NOT_DONE),
        (httpx.ReadTimeout("canary"), Fate.UNKNOWN),
        (httpx.WriteTimeout("canary"), Fate.UNKNOWN),
        (httpx.ReadError("canary"), Fate.UNKNOWN),
        (httpx.WriteError("canary"), Fate.UNKNOWN),
        (httpx.RemoteProtocolError("canary"), Fate.UNKNOWN),
        (httpx.DecodingError("canary"), Fate.UNKNOWN),
        (SourceUnavailableError("canary"), Fate.NOT_DONE),
    ],
)
def test_an_error_says_whether_it_may_have_arrived(error: Exception, fate: Fate) -> None:
    told = without_answer(error)
    assert (told.fate, told.status) == (fate, 0)
    assert "canary" not in told.why


def test_what_was_answered_is_in_no_repr() -> None:
    assert "canary" not in repr(Delivery(Fate.DONE, answer="canary", response=httpx.Response(200, text="canary")))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_failure_is_not_tried_again(client_of: Callable[..., ApiClient], status: int) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status)

    assert client_of(answer).deliver("hook", POST).fate is not Fate.DONE
    assert [(one.method, one.read()) for one in asked] == [("POST", b'[{"summary": "canary"}]')]


@pytest.mark.parametrize(("refusals", "fate"), [(1, Fate.DONE), (2, Fate.NOT_DONE)])
def test_a_token_that_is_refused_is_renewed_once(
    client_of: Callable[..., ApiClient], refusals: int, fate: Fate
) -> None:
    """The server that refuses a token has done nothing, so the request is sent again."""
    statuses = [401] * refusals + [201] * 2
    assert client_of(lambda _: httpx.Response(statuses.pop(0), json={})).deliver("hook", POST).fate is fate
    assert len(statuses) == refusals, "two were sent"


@pytest.mark.parametrize(
    "token", [{"status": 500}, {"status": 401}, {"access_token": ...}, {"scope": "read:tickets"}], ids=str
)
def test_without_a_token_nothing_is_sent(
    client_of: Callable[..., ApiClient], token_response: Callable[..., httpx.Response], token: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    asked: list[str] = []
    client = client_of(lambda request: asked.append(request.url.path) or httpx.Response(201))
    answer = token_response(**token)
    monkeypatch.setattr(client._sender, "send_bare", lambda _request: answer)  # noqa: SLF001 - the token endpoint alone
    told = client.deliver("hook", POST)
    assert (told.fate, told.why.partition(":")[0], asked) == (Fate.NOT_DONE, "not sent", [])


def test_an_address_that_leads_elsewhere_is_not_asked(client_of: Callable[..., ApiClient]) -> None:
    asked: list[httpx.Request] = []
    client = client_of(lambda request: asked.append(request) or httpx.Response(201))
    with pytest.raises(ConfigurationError, match="leads elsewhere"):
        client.deliver("hook", ApiRequest("https://elsewhere.test/api/Tickets", "POST"))
    assert asked == []


def test_a_redirect_of_a_post_is_not_followed(client_of: Callable[..., ApiClient]) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(307, headers={"Location": "https://halo.example.test/other"})

    assert client_of(answer).deliver("hook", POST).fate is Fate.REFUSED
    assert len(asked) == 1
