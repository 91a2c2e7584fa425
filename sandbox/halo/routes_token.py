"""The token URL and the discovery: ``/auth/token``, ``/token``, ``/api/authinfo``."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.halo.answers import JSONAnswer, page
from sandbox.halo.faults import HtmlTenant, NarrowScope
from sandbox.halo.query import Query
from sandbox.halo.simulator import Simulator


async def exchange(request: Request) -> Response:
    """Exchange client credentials for a token."""
    simulator: Simulator = request.app.state.simulator
    application, board = simulator.application, simulator.board
    tenant = Query(request).text("tenant")  # may be absent where the host names the tenant
    if unknown := board.on(HtmlTenant):
        return page(unknown.status, "Tenant not found")
    if tenant and tenant.lower() != application.tenant.lower():
        return page(404, "Tenant not found")
    if not request.headers.get("content-type", "").lower().startswith("application/x-www-form-urlencoded"):
        return JSONAnswer({"error": "invalid_request"}, 400)
    form = {name: values[-1] for name, values in parse_qs((await request.body()).decode(errors="replace")).items()}
    if form.get("grant_type") != "client_credentials":
        return JSONAnswer({"error": "unsupported_grant_type"}, 400)
    good_id = hmac.compare_digest(form.get("client_id", "").encode(), application.client_id.encode())
    good_secret = hmac.compare_digest(form.get("client_secret", "").encode(), application.client_secret.encode())
    if not (good_id and good_secret):
        return JSONAnswer({"error": "invalid_client"}, 401)
    if simulator.settings.newest_token_only:
        simulator.tokens.revoke_all()
    narrow = board.on(NarrowScope)
    lifetime_s = simulator.settings.token_lifetime_s
    token, scope = simulator.tokens.issue(
        form.get("scope", ""), simulator.clock(), lifetime_s, at_most=narrow.scope if narrow else ""
    )
    return JSONAnswer({"token_type": "Bearer", "expires_in": lifetime_s, "access_token": token, "scope": scope})


async def discover(request: Request) -> Response:
    """Say where tokens are to be had; needs none itself."""
    simulator: Simulator = request.app.state.simulator
    return JSONAnswer({"auth_url": f"{request.base_url}auth", "tenant_id": simulator.application.tenant})


ROUTES = [
    Route("/auth/token", exchange, methods=["POST"]),
    Route("/token", exchange, methods=["POST"]),
    Route("/api/authinfo", discover, methods=["GET"]),
]
