"""The application: both faces and the admin side."""

from __future__ import annotations

from starlette.applications import Starlette

from sandbox.exchange import admin, online_face, winrm_face
from sandbox.exchange.simulator import Simulator
from sandbox.simulators import entra
from sandbox.simulators.answers import Refusal, refuse


def build(simulator: Simulator) -> Starlette:
    """Return the ASGI application of a simulator."""
    app = Starlette(
        routes=[*admin.ROUTES, *entra.ROUTES, *online_face.ROUTES, *winrm_face.ROUTES],
        exception_handlers={Refusal: refuse},
    )
    app.state.simulator = simulator
    return app
