"""The authority: its addresses, and tokens for an application that proves itself by a secret or a signature."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qs

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.graph.answers import JSONAnswer
from sandbox.graph.simulator import Simulator

_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


async def discover(request: Request) -> Response:
    """Say where tokens are to be had (OpenID Connect Discovery 1.0)."""
    simulator: Simulator = request.app.state.simulator
    if (refusal := _wrong_tenant(request, simulator)) is not None:
        return refusal
    authority = f"{request.base_url}{simulator.application.tenant}"
    return JSONAnswer({
        "token_endpoint": f"{authority}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{authority}/discovery/v2.0/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "issuer": f"{authority}/v2.0",
        "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{authority}/oauth2/v2.0/devicecode",
        "end_session_endpoint": f"{authority}/oauth2/v2.0/logout",
    })  # fmt: skip


async def exchange(request: Request) -> Response:
    """Exchange a proof of the application for a token."""
    simulator: Simulator = request.app.state.simulator
    form = {name: values[-1] for name, values in parse_qs((await request.body()).decode(errors="replace")).items()}
    refusal = _wrong_tenant(request, simulator) or _wrong_form(request, simulator, form) or _proof(request, form)
    if refusal is not None:
        return refusal
    lifetime_s = simulator.token_lifetime_s
    token = simulator.tokens.issue(simulator.clock(), lifetime_s)
    return JSONAnswer(
        {"token_type": "Bearer", "expires_in": lifetime_s, "ext_expires_in": lifetime_s, "access_token": token}
    )


def _wrong_form(request: Request, simulator: Simulator, form: Mapping[str, str]) -> Response | None:
    if form.get("grant_type") != "client_credentials":
        return _refused(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
    if form.get("client_id") != simulator.application.client_id:
        return _refused(400, "unauthorized_client", 700016, "Application was not found in the directory.")
    if form.get("scope") != f"{request.base_url}.default":
        return _refused(400, "invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid.")
    return None


def _proof(request: Request, form: Mapping[str, str]) -> Response | None:
    simulator: Simulator = request.app.state.simulator
    if "client_assertion" in form:
        audience = f"{request.base_url}{simulator.application.tenant}/oauth2/v2.0/token"
        if not _is_signed(form, simulator, audience):
            return _refused(401, "invalid_client", 700027, "Client assertion contains an invalid signature.")
    elif not _same(form.get("client_secret", ""), simulator.application.client_secret):
        return _refused(401, "invalid_client", 7000215, "Invalid client secret provided.")
    return None


def _wrong_tenant(request: Request, simulator: Simulator) -> Response | None:
    if request.path_params["tenant"].lower() == simulator.application.tenant.lower():
        return None
    return _refused(400, "invalid_tenant", 90002, "Tenant not found.")


def _is_signed(form: Mapping[str, str], simulator: Simulator, audience: str) -> bool:
    """Say whether an assertion is signed with the registered certificate, for this endpoint, by this application."""
    application = simulator.application
    if application.certificate is None or form.get("client_assertion_type") != _JWT_BEARER:
        return False
    certificate = x509.load_pem_x509_certificate(application.certificate)
    thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA1())).rstrip(b"=").decode()  # noqa: S303 - RFC 7515, 4.1.7
    try:
        header = jwt.get_unverified_header(form["client_assertion"])
        claims = jwt.decode(
            form["client_assertion"], certificate.public_key(), algorithms=["RS256", "PS256"], audience=audience
        )
    except jwt.InvalidTokenError:
        return False
    return (
        header.get("x5t", "").rstrip("=") == thumbprint
        and claims.get("iss") == claims.get("sub") == application.client_id
    )


def _refused(status: int, code: str, number: int, text: str) -> Response:
    return JSONAnswer({"error": code, "error_description": f"AADSTS{number}: {text}", "error_codes": [number]}, status)


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())


ROUTES = [
    Route("/{tenant}/v2.0/.well-known/openid-configuration", discover, methods=["GET"]),
    Route("/{tenant}/oauth2/v2.0/token", exchange, methods=["POST"]),
]
