"""Rules on answers that are errors, over a stubbed transport: the first that fits counts, none means as always."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import LifecycleError, SourceAuthorizationError, SourceRequestError, SourceUnavailableError
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.judge import Judge
from lifecycle.ports.api.request import ApiRequest

URL = "https://{Host-Name}/api/Users/7"
SORRY = httpx.Response(200, json={"error": "canary"})
QUOTA = httpx.Response(403, text="Quota canary")
GOOD = httpx.Response(200, json={"id": 7})


def endpoint(*errors: dict[str, Any], **changes: Any) -> Endpoint:
    values = {"name": "halo-users", "credentials": "halo", "url": URL, "key": "id", "fields": {"id": {}}}
    return Endpoint(**(values | changes), errors=errors)


class Script:
    """Answers in turn, the last one for ever."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers, self.asked = list(answers), []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer, as a transport does."""
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


@pytest.mark.parametrize(
    ("rule", "response", "fits"),
    [
        ({"status": 404}, httpx.Response(404), True),
        ({"status": 404}, httpx.Response(403), False),
        ({"status": "4xx"}, httpx.Response(418), True),
        ({"status": "4xx"}, httpx.Response(500), False),
        ({"status": [404, "5xx"]}, httpx.Response(503), True),
        ({"status": 400, "body": "No Such"}, httpx.Response(400, text="there is no such person"), True),
        ({"status": 400, "body": "no such"}, httpx.Response(400), False),
        (
            {"status": 400, "body": "$.error[?@.code == 'gone']"},
            httpx.Response(400, json={"error": [{"code": "gone"}]}),
            True,
        ),
        ({"status": 400, "body": "$.error[?@.code == 'gone']"}, httpx.Response(400, json={"error": []}), False),
        ({"status": 400, "body": "$.error"}, httpx.Response(400, text="<html>"), False),
        ({"status": 400, "body": "$.error"}, httpx.Response(400, json="text"), False),
        ({"status": 200, "body": "$.error"}, httpx.Response(200, json={"error": None}), True),
        ({"status": "2xx", "body": "$.error"}, httpx.Response(200, json={"id": 7}), False),
    ],
)
def test_rule_fits_by_status_and_body(rule: dict[str, Any], response: httpx.Response, fits: bool) -> None:
    assert (Judge(endpoint(rule | {"action": "fail"})).action(response) == "fail") is fits


def test_first_rule_that_fits_counts() -> None:
    judge = Judge(
        endpoint(
            {"status": 404, "body": "moved", "action": "retry"},
            {"status": "4xx", "action": "ignore"},
            {"status": 404, "action": "fail"},
        )
    )
    actions = [judge.action(httpx.Response(404, text=text)) for text in ("moved", "gone")]
    assert (actions, judge.action(httpx.Response(500))) == (["retry", "ignore"], None)


@pytest.mark.parametrize(
    ("rule", "answer", "error", "requests"),
    [
        ({"status": 404, "action": "fail"}, httpx.Response(404), SourceRequestError, 1),
        ({"status": "5xx", "action": "fail"}, httpx.Response(503), SourceRequestError, 1),
        ({"status": 401, "action": "fail"}, httpx.Response(401), SourceRequestError, 1),
        ({"status": 200, "body": "$.error", "action": "fail"}, SORRY, SourceRequestError, 1),
        ({"status": 409, "action": "retry"}, httpx.Response(409, text="canary"), SourceUnavailableError, 3),
        ({"status": 403, "body": "quota", "action": "rate_limited"}, QUOTA, SourceUnavailableError, 3),
        ({"status": 403, "action": "refresh_token"}, httpx.Response(403, text="canary"), SourceAuthorizationError, 2),
    ],
)  # fmt: skip
def test_rule_decides_what_an_error_becomes(
    client_of: Callable[..., ApiClient], rule: dict[str, Any], answer: httpx.Response, error: Any, requests: int
) -> None:
    script = Script(answer)
    client = client_of(script)
    with pytest.raises(error) as caught:
        client.one(endpoint(rule), ApiRequest(URL))
    assert type(caught.value) is error
    assert len(script.asked) == requests
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ({"status": 410, "action": "ignore"}, httpx.Response(410)),
        ({"status": 404, "action": "ignore"}, httpx.Response(404, text="<html>")),
        ({"status": 200, "body": "$.error", "action": "ignore"}, httpx.Response(200, json={"error": "none"})),
    ],
)
def test_ignored_record_has_no_detail(
    client_of: Callable[..., ApiClient], rule: dict[str, Any], answer: httpx.Response
) -> None:
    assert client_of(Script(answer)).one(endpoint(rule), ApiRequest(URL)) is None


@pytest.mark.parametrize(
    ("rule", "hindrance"),
    [
        ({"status": 409, "action": "retry"}, httpx.Response(409)),
        ({"status": 403, "action": "refresh_token"}, httpx.Response(403)),
        ({"status": 200, "body": "busy", "action": "retry"}, httpx.Response(200, json={"state": "busy"})),
    ],
)
def test_rule_that_repeats_takes_the_next_answer(
    client_of: Callable[..., ApiClient], rule: dict[str, Any], hindrance: httpx.Response
) -> None:
    script = Script(hindrance, GOOD)
    assert client_of(script).one(endpoint(rule), ApiRequest(URL)) == {"id": 7}
    assert len(script.asked) == 2


def test_rate_limited_lets_all_pause_as_long_as_the_server_says(
    client_of: Callable[..., ApiClient], clock: Any
) -> None:
    script = Script(httpx.Response(403, headers={"Retry-After": "90"}), GOOD)
    client_of(script).one(endpoint({"status": 403, "action": "rate_limited"}), ApiRequest(URL))
    assert clock.slept == [90.0]


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.Response(429), httpx.Response(401), httpx.Response(403)])
def test_post_that_may_change_something_is_sent_once(
    client_of: Callable[..., ApiClient], answer: httpx.Response
) -> None:
    script = Script(answer)
    with pytest.raises(LifecycleError):
        client_of(script).one(endpoint(method="POST"), ApiRequest(URL, "POST"))
    assert [request.method for request in script.asked] == ["POST"]


def test_post_whose_answer_is_lost_is_sent_once(client_of: Callable[..., ApiClient]) -> None:
    asked = []

    def lose(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        raise httpx.ReadTimeout("canary")

    with pytest.raises(SourceUnavailableError):
        client_of(lose).one(endpoint(method="POST"), ApiRequest(URL, "POST"))
    assert len(asked) == 1


@pytest.mark.parametrize("hindrance", [httpx.Response(503), httpx.Response(429), httpx.Response(401)])
def test_post_that_only_reads_is_tried_again(client_of: Callable[..., ApiClient], hindrance: httpx.Response) -> None:
    script = Script(hindrance, GOOD)
    one = endpoint(method="POST", repeatable=True)
    assert client_of(script).one(one, ApiRequest(URL, "POST")) == {"id": 7}
    assert [request.method for request in script.asked] == ["POST", "POST"]
