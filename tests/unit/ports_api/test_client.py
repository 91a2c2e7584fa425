"""The client: loops, retries, patience and the fence, over a stubbed transport."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import stamina

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import (
    ConfigurationError,
    IncompleteReadError,
    SourceAuthorizationError,
    SourceContractError,
    SourceRequestError,
    SourceUnavailableError,
)
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.request import ApiRequest
from lifecycle.ports.api.tokens import TokenCache
from lifecycle.ports.https.pacing import Pacer

URL = "https://{Host-Name}/api/Users"
ONE = URL + "/7"
DETAIL = Endpoint(name="halo-users", credentials="halo", url=ONE, key="id", fields={"id": {}})


class Script:
    """Answers in turn, the last one for ever; keeps what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers, self.asked = list(answers), []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer, as a transport does."""
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def page(total: Any, *ids: int) -> httpx.Response:
    return httpx.Response(200, json={"record_count": total, "users": [{"id": i} for i in ids]})


def test_pages_merge_the_url_the_parameters_and_the_paging(
    client_of: Callable[..., ApiClient], make_endpoint: Callable[..., Endpoint]
) -> None:
    script = Script(page(3, 1, 2), page(3, 3))
    request = ApiRequest(URL + "?order=id", params={"includeinactive": "true"}, headers={"X-Reason": "sync"})
    pages = list(client_of(script).pages(make_endpoint(), request))
    assert [record["id"] for found in pages for record in found.records] == [1, 2, 3]
    assert [dict(request.url.params) for request in script.asked] == [
        {"order": "id", "includeinactive": "true", "page_no": number, "page_size": "100"} for number in ("1", "2")
    ]
    assert {request.url.host for request in script.asked} == {"halo.example.test"}
    assert {request.headers["X-Reason"] for request in script.asked} == {"sync"}


def test_pages_are_asked_for_only_when_wanted(
    client_of: Callable[..., ApiClient], make_endpoint: Callable[..., Endpoint]
) -> None:
    script = Script(page(3, 1, 2), page(3, 3))
    pages = client_of(script).pages(make_endpoint(), ApiRequest(URL))
    assert script.asked == []
    next(pages)
    assert len(script.asked) == 1


def test_pages_that_prove_incomplete_end_in_an_error(
    client_of: Callable[..., ApiClient], make_endpoint: Callable[..., Endpoint]
) -> None:
    pages = client_of(Script(page(3, 1, 2), page(3))).pages(make_endpoint(), ApiRequest(URL))
    next(pages)
    with pytest.raises(IncompleteReadError):
        next(pages)


@pytest.mark.parametrize(
    "url", ["https://evil.test/api/Users", "http://{Host-Name}/api", "https://{Host-Name}@evil.test/", "/api/Users"]
)
def test_client_sends_nothing_to_another_host(client_of: Callable[..., ApiClient], url: str) -> None:
    script = Script(httpx.Response(200, json={}))
    with pytest.raises(ConfigurationError, match="url"):
        client_of(script).one(DETAIL, ApiRequest(url))
    assert script.asked == []


def test_one_is_none_only_where_the_record_is_missing(client_of: Callable[..., ApiClient]) -> None:
    assert client_of(Script(httpx.Response(404))).one(DETAIL, ApiRequest(ONE)) is None
    assert client_of(Script(httpx.Response(200, json={"id": 7}))).one(DETAIL, ApiRequest(ONE)) == {"id": 7}
    with pytest.raises(SourceRequestError, match="HTML"):
        client_of(Script(httpx.Response(404, text="<html>"))).one(DETAIL, ApiRequest(ONE))
    with pytest.raises(SourceContractError, match="not one JSON object"):
        client_of(Script(httpx.Response(200, json=[]))).one(DETAIL, ApiRequest(ONE))


@pytest.mark.parametrize("hindrance", [httpx.Response(503), httpx.Response(429), httpx.ReadTimeout("canary")])
def test_client_outlives_what_is_transient(
    client_of: Callable[..., ApiClient], hindrance: httpx.Response | Exception
) -> None:
    script = Script(hindrance, httpx.Response(200, json={"id": 7}))
    assert client_of(script).one(DETAIL, ApiRequest(ONE)) == {"id": 7}
    assert len(script.asked) == 2


@pytest.mark.parametrize(
    ("answer", "error", "requests"),
    [
        (httpx.Response(500), SourceUnavailableError, 3),
        (httpx.ConnectError("canary"), SourceUnavailableError, 3),
        (httpx.Response(400), SourceRequestError, 1),
        (httpx.Response(403), SourceAuthorizationError, 1),
        (httpx.Response(200, text="<html>"), SourceContractError, 1),
        (httpx.DecodingError("canary"), SourceContractError, 1),
    ],
)
def test_client_tries_again_only_what_is_transient(
    client_of: Callable[..., ApiClient], answer: Any, error: type[Exception], requests: int
) -> None:
    script = Script(answer)
    with pytest.raises(error) as caught:
        client_of(script).one(DETAIL, ApiRequest(ONE))
    assert len(script.asked) == requests
    assert caught.value.__cause__ is (answer if isinstance(answer, Exception) else None)


def test_client_waits_as_long_as_retry_after_says(client_of: Callable[..., ApiClient], clock: Any) -> None:
    script = Script(httpx.Response(429, headers={"Retry-After": "120"}), httpx.Response(200, json={"id": 7}))
    client_of(script).one(DETAIL, ApiRequest(ONE))
    assert clock.slept == [120.0]


def test_client_gives_up_when_asked_to_wait_beyond_its_patience(
    client_of: Callable[..., ApiClient], clock: Any
) -> None:
    """And the next read does not sit through that silence either."""
    script = Script(httpx.Response(429, headers={"Retry-After": "86400"}))
    client = client_of(script)
    with pytest.raises(SourceUnavailableError, match="rate limit"):
        client.one(DETAIL, ApiRequest(ONE))
    with pytest.raises(SourceUnavailableError, match="silence"):
        client.one(DETAIL, ApiRequest(ONE))
    assert (clock.slept, len(script.asked)) == ([], 1)


def test_client_gives_up_when_its_patience_is_over(client_of: Callable[..., ApiClient], clock: Any) -> None:
    with stamina.set_testing(True, attempts=1_000):
        script = Script(httpx.Response(503, headers={"Retry-After": "100"}))
        with pytest.raises(SourceUnavailableError):
            client_of(script, patience_s=450.0).one(DETAIL, ApiRequest(ONE))
    assert clock.seconds == 400.0
    assert len(script.asked) == 5


def test_client_paces_tokens_and_repeats_as_well(client_of: Callable[..., ApiClient], clock: Any) -> None:
    script = Script(httpx.Response(401), httpx.Response(200, json={"id": 7}))
    client_of(script, requests_per_window=1, window_s=10.0).one(DETAIL, ApiRequest(ONE))
    assert clock.slept == [10.0, 10.0, 10.0], "token, read, second token, repeat"


def test_client_renews_a_token_refused_in_mid_run(
    client_of: Callable[..., ApiClient], make_endpoint: Callable[..., Endpoint]
) -> None:
    script = Script(page(3, 1, 2), httpx.Response(401), page(3, 3))
    assert len(list(client_of(script).pages(make_endpoint(), ApiRequest(URL)))) == 2


def test_client_takes_a_second_401_for_a_lack_of_rights(client_of: Callable[..., ApiClient]) -> None:
    script = Script(httpx.Response(401))
    with pytest.raises(SourceAuthorizationError, match="permissions"):
        client_of(script).one(DETAIL, ApiRequest(ONE))
    assert len(script.asked) == 2


def test_client_reads_no_page_with_too_narrow_scopes(
    client_of: Callable[..., ApiClient], make_endpoint: Callable[..., Endpoint]
) -> None:
    script = Script(page(0))
    client = client_of(script, scopes=("read:customers", "read:tickets"))
    for read in (client.authorize, lambda: next(client.pages(make_endpoint(), ApiRequest(URL)))):
        with pytest.raises(SourceAuthorizationError, match="missing: read:tickets"):
            read()
    assert script.asked == []


def test_authorize_shows_the_grant_and_exchanges_once(client_of: Callable[..., ApiClient], clock: Any) -> None:
    client = client_of(Script(httpx.Response(200, json={"id": 7})))
    grant = client.authorize()
    assert grant.scopes == ("read:customers",)
    assert (grant.expires_at - clock.now()).total_seconds() == 3600
    assert client.authorize() is grant


def test_authorize_outlives_a_token_endpoint_that_is_busy(
    connect: Callable[..., ApiConnection], token_response: Callable[..., httpx.Response], clock: Any
) -> None:
    script = Script(httpx.Response(429, headers={"Retry-After": "30"}), httpx.Response(502), token_response())
    client = ApiClient(
        connect(),
        clock=clock,
        now=clock.now,
        transport=httpx.MockTransport(script),
        tokens=TokenCache(),
        pacer=Pacer(9, 9.0, clock=clock, sleep=clock.sleep),
    )
    with client:
        assert client.authorize().scopes == ("read:customers",)
    assert (len(script.asked), clock.slept) == (3, [30.0])


def test_one_serves_several_threads(client_of: Callable[..., ApiClient]) -> None:
    """All eight stand in a request at once; the answers reach the right callers."""
    together = threading.Barrier(8)

    def answer(request: httpx.Request) -> httpx.Response:
        together.wait(timeout=30)
        return httpx.Response(200, json={"id": int(request.url.path.rpartition("/")[2])})

    client = client_of(answer)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: client.one(DETAIL, ApiRequest(f"{URL}/{i}")), range(8), timeout=30))
    assert found == [{"id": i} for i in range(8)]
