"""The application: all routes behind the gate."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware

from sandbox.halo import admin, routes_tickets, routes_token, routes_users
from sandbox.halo.gate import Gate
from sandbox.halo.simulator import Simulator
from sandbox.simulators.answers import Refusal, refuse


def build(simulator: Simulator) -> Starlette:
    """Return the ASGI application of a simulator."""
    app = Starlette(
        routes=[*routes_token.ROUTES, *routes_users.ROUTES, *routes_tickets.ROUTES, *admin.ROUTES],
        middleware=[Middleware(Gate, simulator=simulator)],
        exception_handlers={Refusal: refuse},
    )
    app.state.simulator = simulator
    return app
