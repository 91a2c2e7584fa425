"""The application: both faces and the admin side."""

from __future__ import annotations

from starlette.applications import Starlette

from sandbox.exchange import admin, online_face, winrm_face
from sandbox.exchange.simulator import Simulator


def build(simulator: Simulator) -> Starlette:
    """Return the ASGI application of a simulator."""
    app = Starlette(routes=[*admin.ROUTES, *online_face.ROUTES, *winrm_face.ROUTES])
    app.state.simulator = simulator
    return app
