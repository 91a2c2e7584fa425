"""The application: all routes behind the gate."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from sandbox.halo import admin, routes_tickets, routes_token, routes_users
from sandbox.halo.answers import Refusal
from sandbox.halo.gate import Gate
from sandbox.halo.simulator import Simulator


def build(simulator: Simulator) -> Starlette:
    """Return the ASGI application of a simulator."""
    app = Starlette(
        routes=[*routes_token.ROUTES, *routes_users.ROUTES, *routes_tickets.ROUTES, *admin.ROUTES],
        middleware=[Middleware(Gate, simulator=simulator)],
        exception_handlers={Refusal: _refuse},
    )
    app.state.simulator = simulator
    return app


async def _refuse(_request: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, Refusal):
        raise refusal
    return refusal.response
