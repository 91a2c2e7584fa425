"""Tokens and discovery: ``/auth/token``, ``/token``, ``/auth/authorize``, ``/api/authinfo``."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.halo.answers import page
from sandbox.halo.faults import HtmlTenant, NarrowScope
from sandbox.halo.grants import Agreement
from sandbox.halo.query import Query
from sandbox.halo.scopes import granted
from sandbox.halo.simulator import Simulator
from sandbox.simulators.answers import JSONAnswer

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PUBLIC = frozenset({"authorization_code", "refresh_token"})
"""Grants that a client without a secret may use: PKCE and the single use protect them."""


async def exchange(request: Request) -> Response:
    """Exchange a grant for a token."""
    simulator: Simulator = request.app.state.simulator
    if (refusal := _wrong_tenant(request, simulator)) is not None:
        return refusal
    if not request.headers.get("content-type", "").lower().startswith("application/x-www-form-urlencoded"):
        return JSONAnswer({"error": "invalid_request"}, 400)
    form = {name: values[-1] for name, values in parse_qs((await request.body()).decode(errors="replace")).items()}
    grant = form.get("grant_type", "")
    if grant not in {"client_credentials", "password", *_PUBLIC}:
        return JSONAnswer({"error": "unsupported_grant_type"}, 400)
    if not _is_client(form, simulator, public=grant in _PUBLIC):
        return JSONAnswer({"error": "invalid_client"}, 401)
    scope = _scope_of(grant, form, simulator)
    if scope is None:
        return JSONAnswer({"error": "invalid_grant"}, 400)
    return _token(simulator, scope, renewable=grant != "client_credentials")


async def authorize(request: Request) -> Response:
    """Let the one user agree at once: redirect with a code, as the page does after the sign-in."""
    simulator: Simulator = request.app.state.simulator
    if (refusal := _wrong_tenant(request, simulator)) is not None:
        return refusal
    asked = dict(request.query_params)
    target = asked.get("redirect_uri", "")
    if asked.get("client_id") != simulator.application.client_id or urlsplit(target).hostname not in _LOOPBACK:
        return page(400, "Unknown client or redirect address")
    answer = {"state": asked.get("state", "")}
    if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
        answer["error"] = "invalid_request"
    else:
        agreement = Agreement(asked.get("scope", ""), target, asked.get("code_challenge", ""))
        answer["code"] = simulator.codes.issue(agreement)
    return RedirectResponse(f"{target}?{urlencode(answer)}", 302)


async def discover(request: Request) -> Response:
    """Say where tokens are to be had; needs none itself."""
    simulator: Simulator = request.app.state.simulator
    return JSONAnswer({"auth_url": f"{request.base_url}auth", "tenant_id": simulator.application.tenant})


def _wrong_tenant(request: Request, simulator: Simulator) -> Response | None:
    tenant = Query(request).text("tenant")  # may be absent where the host names the tenant
    if unknown := simulator.board.on(HtmlTenant):
        return page(unknown.status, "Tenant not found")
    if tenant and tenant.lower() != simulator.application.tenant.lower():
        return page(404, "Tenant not found")
    return None


def _is_client(form: Mapping[str, str], simulator: Simulator, *, public: bool) -> bool:
    good_id = _same(form.get("client_id", ""), simulator.application.client_id)
    if public and "client_secret" not in form:
        return good_id
    return good_id and _same(form.get("client_secret", ""), simulator.application.client_secret)


def _scope_of(grant: str, form: Mapping[str, str], simulator: Simulator) -> str | None:
    """Return the scope that a grant asks for, ``None`` where the grant is no good."""
    match grant:
        case "password":
            good = _same(form.get("username", ""), simulator.application.user_name)
            good &= _same(form.get("password", ""), simulator.application.user_password)
            return form.get("scope", "") if good else None
        case "authorization_code":
            return simulator.codes.redeem(
                form.get("code", ""), form.get("redirect_uri", ""), form.get("code_verifier", "")
            )
        case "refresh_token":
            return simulator.refresh_tokens.redeem(form.get("refresh_token", ""))
        case _:
            return form.get("scope", "")


def _token(simulator: Simulator, asked: str, *, renewable: bool) -> Response:
    if simulator.settings.newest_token_only:
        simulator.tokens.revoke_all()
    narrow = simulator.board.on(NarrowScope)
    lifetime_s = simulator.settings.token_lifetime_s
    scopes = granted(asked, at_most=narrow.scope if narrow else "")
    token = simulator.tokens.issue(scopes, simulator.clock(), lifetime_s)
    answer = {"token_type": "Bearer", "expires_in": lifetime_s, "access_token": token, "scope": str(scopes)}
    return JSONAnswer(answer | ({"refresh_token": simulator.refresh_tokens.issue(asked)} if renewable else {}))


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())


ROUTES = [
    Route("/auth/token", exchange, methods=["POST"]),
    Route("/token", exchange, methods=["POST"]),
    Route("/auth/authorize", authorize, methods=["GET"]),
    Route("/api/authinfo", discover, methods=["GET"]),
]
