"""The application: all routes behind the gate."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from sandbox.graph import admin, routes_batch, routes_groups, routes_mailbox, routes_photo, routes_users
from sandbox.graph.answers import error
from sandbox.graph.gate import Gate
from sandbox.graph.simulator import Simulator
from sandbox.simulators import entra
from sandbox.simulators.answers import Refusal, refuse


def build(simulator: Simulator) -> Starlette:
    """Return the ASGI application of a simulator."""
    app = Starlette(
        routes=[
            *admin.ROUTES,
            *routes_batch.ROUTES,
            *routes_users.ROUTES,
            *routes_photo.ROUTES,
            *routes_mailbox.ROUTES,
            *routes_groups.ROUTES,
            *entra.ROUTES,
        ],
        middleware=[Middleware(Gate, simulator=simulator)],
        exception_handlers={Refusal: refuse, HTTPException: _unknown},
    )
    app.state.simulator = simulator
    return app


async def _unknown(_request: Request, problem: Exception) -> Response:
    """Answer a path or method that does not exist."""
    if not isinstance(problem, HTTPException):
        raise problem
    return error(problem.status_code, "BadRequest", "Resource not found for the segment, or method not allowed.")
