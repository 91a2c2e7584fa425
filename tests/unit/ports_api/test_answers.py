"""Every shape of answer and the error it becomes; no message holds anything of a body."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from lifecycle.errors import (
    SourceAuthorizationError,
    SourceContractError,
    SourceRequestError,
    SourceUnavailableError,
    TransientError,
)
from lifecycle.ports.api.answers import read_json

HTML = {"headers": {"content-type": "text/html; charset=utf-8"}, "content": b"\xef\xbb\xbf<html>canary</html>"}


@pytest.mark.parametrize("body", [[], {}, {"users": [{"site_id": 18.0}]}, "text", 0, None])
def test_read_json_gives_what_came(body: Any) -> None:
    assert read_json("halo-users", httpx.Response(200, text=json.dumps(body))) == body


@pytest.mark.parametrize(
    ("response", "error", "says"),
    [
        (httpx.Response(200), SourceContractError, "an empty body"),
        (httpx.Response(204), SourceContractError, "an empty body"),
        (httpx.Response(200, text=" \n"), SourceContractError, "an empty body"),
        (httpx.Response(200, **HTML), SourceContractError, "HTML"),
        (httpx.Response(200, text="<!DOCTYPE html>canary"), SourceContractError, "HTML"),
        (httpx.Response(200, text='{"users":[{"name":"canary'), SourceContractError, "broken JSON"),
        (httpx.Response(200, text='{"users":[]}canary'), SourceContractError, "broken JSON"),
        (httpx.Response(200, text='{"canary": NaN}'), SourceContractError, "broken JSON"),
        (httpx.Response(200, content=b'{"canary": "\xff"}'), SourceContractError, "broken JSON"),
        (httpx.Response(200, text="[" * 100_000), SourceContractError, "broken JSON"),
        (httpx.Response(200, text="canary"), SourceContractError, "plain text"),
        (httpx.Response(301, headers={"location": "https://canary.test"}), SourceRequestError, "redirect"),
        (httpx.Response(400, json="canary"), SourceRequestError, "a sentence"),
        (httpx.Response(400, json={"error": "canary"}), SourceRequestError, "an error code"),
        (
            httpx.Response(400, json={"error": "canary", "error_description": "canary"}),
            SourceRequestError,
            "an error code with its description",
        ),
        (
            httpx.Response(400, json={"ClassName": "canary", "Message": "canary"}),
            SourceRequestError,
            "an exception of the server",
        ),
        (
            httpx.Response(400, json={"[0].canary": ["Could not convert: canary"]}),
            SourceRequestError,
            "values refused, fields: 1",
        ),
        (httpx.Response(400, json={"message": "canary"}), SourceRequestError, "a message"),
        (httpx.Response(400, json={"canary": 1}), SourceRequestError, "JSON of another shape"),
        (httpx.Response(400, json=[1]), SourceRequestError, "JSON of another shape"),
        (httpx.Response(400, text="canary"), SourceRequestError, "plain text"),
        (httpx.Response(404), SourceRequestError, "an empty body"),
        (httpx.Response(404, **HTML), SourceRequestError, "HTML"),
        (httpx.Response(401), SourceAuthorizationError, "401 .an empty body"),
        (httpx.Response(403, json={"error": "canary"}), SourceAuthorizationError, "403 .an error code"),
        (httpx.Response(408), SourceUnavailableError, "408"),
        (httpx.Response(429, text="Rate Limit Reached - canary"), SourceUnavailableError, "rate limit"),
        (httpx.Response(500), SourceUnavailableError, "an empty body"),
        (httpx.Response(503, **HTML), SourceUnavailableError, "HTML"),
        (httpx.Response(504, text="canary"), SourceUnavailableError, "plain text"),
    ],
)
def test_read_json_says_what_to_do_next(response: httpx.Response, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        read_json("halo-users", response)
    assert "halo-users" in str(caught.value)
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None, "an exception of json would carry the body along"
    assert isinstance(caught.value, TransientError) is (error is SourceUnavailableError)
