"""What every request to Graph passes: the count, the switches, the token; and what becomes of the answer."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.graph.answers import error
from sandbox.graph.board import Board
from sandbox.graph.faults import (
    CommitThen504,
    Denied,
    ExpiredToken,
    LostItem,
    Place,
    RateLimited,
    RefusedItem,
    Slow,
    TruncatedJson,
    Unavailable,
)
from sandbox.graph.simulator import Simulator

VERSION = "/v1.0"
ITEM = "x-sandbox-item"
"""Header of a request that is an item of a batch."""
LOST = b"x-sandbox-lost"
"""Header of an answer that the batch shall not hold."""


class Gate:
    """Stands before the routes, as ASGI middleware."""

    def __init__(self, app: ASGIApp, simulator: Simulator) -> None:
        self._app, self._simulator = app, simulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http" or not scope["path"].startswith(f"{VERSION}/"):
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(VERSION)
        place: Place = "single"
        if ITEM in Headers(scope=scope):
            place = "item"
        elif path == "/$batch":
            place = "batch"
        self._simulator.requests[f"{place} {scope['method']} {_shape(path)}"] += 1
        refusal = await self._refusal(Request(scope), place, path)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        await self._app(scope, receive, keep)
        board = self._simulator.board
        if board.on(CommitThen504, place, scope["method"], path):
            await error(504, "UnknownError", "")(scope, receive, send)
            return
        if board.on(LostItem, place, scope["method"], path):
            answer[0]["headers"] = [*answer[0]["headers"], (LOST, b"1")]
        if board.on(TruncatedJson, place, scope["method"], path):
            _truncate(answer)
        for message in answer:
            await send(message)

    async def _refusal(self, request: Request, place: Place, path: str) -> Response | None:
        board: Board = self._simulator.board
        where = (place, request.method, path)
        board.count_request()
        if slow := board.on(Slow, *where):
            await asyncio.sleep(slow.seconds)
        if limited := board.on(RateLimited, *where):
            return error(429, "TooManyRequests", "Please retry again later.", _retry_after(limited.retry_after_s))
        if away := board.on(Unavailable, *where):
            return error(503, "serviceNotAvailable", "Service unavailable.", _retry_after(away.retry_after_s))
        if board.on(ExpiredToken, *where):
            self._simulator.tokens.revoke_all()
        holder = self._simulator.tokens.granted(request.headers.get("authorization", ""), self._simulator.clock())
        if holder is None or board.on(RefusedItem, *where):
            return error(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
        if board.on(Denied, *where):
            return error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        return None


def _retry_after(seconds: int | None) -> dict[str, str]:
    return {} if seconds is None else {"Retry-After": str(seconds)}


def _truncate(answer: list[Message]) -> None:
    body = b"".join(message.get("body", b"") for message in answer)[:-9]
    headers = [(name, value) for name, value in answer[0]["headers"] if name != b"content-length"]
    answer[0]["headers"] = [*headers, (b"content-length", str(len(body)).encode())]
    answer[1:] = [{"type": "http.response.body", "body": body}]


def _shape(path: str) -> str:
    """Return the path with the key of the object left out."""
    parts = path.split("/")
    keys = {2: parts[1] in {"users", "groups"}, 4: parts[-1] == "$ref"}
    return "/".join("{id}" if keys.get(number) and part != "$ref" else part for number, part in enumerate(parts))
