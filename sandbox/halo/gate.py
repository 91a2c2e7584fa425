"""What every request passes before it is served: the case of the path, the count, the limit, the token."""

from __future__ import annotations

import asyncio
import math

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.halo.faults import NarrowScope, RateLimited, Slow, UnauthorizedAfter, Unavailable
from sandbox.halo.simulator import Simulator
from sandbox.simulators.answers import JSONAnswer

_OPEN = frozenset({"/api/authinfo"})
_SCOPES = {"users": "customers", "userchange": "customers", "tickets": "tickets", "actions": "tickets"}
"""First part of the path after ``/api`` → what a scope must name; other paths need any token."""


class Gate:
    """Stands before the routes, as ASGI middleware."""

    def __init__(self, app: ASGIApp, simulator: Simulator) -> None:
        self._app, self._simulator = app, simulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        app = self._app
        if scope["type"] == "http":
            scope = {**scope, "path": scope["path"].lower()}  # HaloITSM's paths have no case
            request = Request(scope)
            self._simulator.overdue.catch_up(self._simulator.clock())
            self._simulator.traffic.count(scope["method"], scope["path"])
            if scope["path"].startswith("/api/") and scope["path"] not in _OPEN:
                app = await self._refusal(request) or app
        await app(scope, receive, send)

    async def _refusal(self, request: Request) -> Response | None:
        simulator = self._simulator
        board, settings = simulator.board, simulator.settings
        board.count_request()
        if slow := board.on(Slow):
            await asyncio.sleep(slow.seconds)
        if limited := board.on(RateLimited):
            return self._too_many(limited.retry_after_s)
        wait_s = simulator.traffic.wait_s(simulator.clock(), settings.requests_per_window, settings.window_s)
        if wait_s > 0:
            return self._too_many(math.ceil(wait_s) if settings.retry_after else None)
        if down := board.on(Unavailable, now=simulator.clock()):
            return Response(status_code=down.status)
        if board.on(UnauthorizedAfter):
            simulator.tokens.revoke_all()
        scopes = simulator.tokens.granted(request.headers.get("authorization", ""), simulator.clock())
        if scopes is None:
            return Response(status_code=401)
        what = _SCOPES.get(request.url.path.split("/")[2])
        access = "read" if request.method == "GET" else "edit"
        if what and not scopes.allows(access, what):
            narrow = board.on(NarrowScope)
            return Response(status_code=narrow.status if narrow else 403)
        return None

    def _too_many(self, retry_after_s: int | None) -> Response:
        self._simulator.traffic.refused += 1
        settings = self._simulator.settings
        text = (
            f"Rate Limit Reached - {settings.requests_per_window} Requests per rolling "
            f"{settings.window_s / 60:g} minute window."
        )
        headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
        return JSONAnswer(text, 429, headers=headers)
