"""No secret and no token in any text that the port makes: reprs, messages, chained causes, logs."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from lifecycle.errors import LifecycleError
from lifecycle.ports.api.auth import HaloAuth, TokenCache, driven
from lifecycle.ports.api.client import ApiClient
from lifecycle.ports.api.connection import ApiConnection

URL = "https://{Host-Name}/api/Users/7"


def test_reprs_hide_secret_and_token(
    connect: Callable[..., ApiConnection],
    clock: Any,
    token_response: Callable[..., httpx.Response],
    client_of: Callable[..., ApiClient],
) -> None:
    connection, cache = connect(), TokenCache()
    slot = cache.slot(connection)
    auth = HaloAuth(connection, slot, clock.now)
    token = driven(auth.token_flow(), lambda _: token_response())
    client = client_of(lambda _: httpx.Response(200))
    for shown in (connection, cache, slot, auth, token, token.grant, client):
        assert "canary" not in repr(shown) + str(shown)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(400, json={"error": "canary"}),
        httpx.Response(401, text="canary"),
        httpx.Response(500, text="canary"),
        httpx.Response(200, text='{"canary'),
        httpx.ConnectError("no route"),
        httpx.ReadTimeout("too slow"),
    ],
)
def test_failures_and_logs_hide_secret_and_token(
    client_of: Callable[..., ApiClient], caplog: pytest.LogCaptureFixture, answer: Any
) -> None:
    def reply(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    caplog.set_level(logging.DEBUG)
    with pytest.raises(LifecycleError) as caught:
        client_of(reply).one("halo-users", URL, {})
    told = "".join(traceback.format_exception(caught.value)) + caplog.text
    told += "".join(str(vars(record)) for record in caplog.records)
    assert "halo-users" in told
    # The source lines that a traceback quotes are this file's and may name it: only values are meant.
    assert "canary-" not in told
    assert "canary" not in str(caught.value)
