"""The authority of Microsoft Entra ID: its addresses, and tokens for an application that proves itself.

It proves itself by a secret or a signature. Graph and Exchange Online each have an authority of their own here.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qs

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.simulators.answers import JSONAnswer
from sandbox.simulators.tokens import Tokens

LIFETIME_S = 3599
"""Seconds that a token of Microsoft Entra ID is good for."""
_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Application:
    """The one application of the tenant, as it is registered in Microsoft Entra ID.

    Attributes:
        tenant: Name of the tenant.
        client_id: GUID of the application.
        client_secret: Its secret.
        certificate: PEM certificate that it may sign with instead; None without one.
    """

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    certificate: bytes | None = None


class Simulator(Protocol):
    """What the authority knows of the simulator that it belongs to; tokens are issued to a client id.

    Attributes:
        application: Who may have a token.
        tokens: Where they are kept.
        token_lifetime_s: Seconds that a token is good for.
        is_apart: Whether tokens may be for another host than the authority's own.
    """

    application: Application
    tokens: Tokens[str]
    token_lifetime_s: int
    is_apart: bool

    def clock(self) -> float:
        """Seconds since the epoch."""


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
    token = simulator.tokens.issue(simulator.application.client_id, simulator.clock(), lifetime_s)
    return JSONAnswer(
        {"token_type": "Bearer", "expires_in": lifetime_s, "ext_expires_in": lifetime_s, "access_token": token}
    )


def _wrong_form(request: Request, simulator: Simulator, form: Mapping[str, str]) -> Response | None:
    if form.get("grant_type") != "client_credentials":
        return _refused(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
    if form.get("client_id") != simulator.application.client_id:
        return _refused(400, "unauthorized_client", 700016, "Application was not found in the directory.")
    scope = form.get("scope", "")
    if not scope.endswith("/.default") or not (simulator.is_apart or scope == f"{request.base_url}.default"):
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
    try:
        header = jwt.get_unverified_header(form["client_assertion"])
        claims = jwt.decode(
            form["client_assertion"], certificate.public_key(), algorithms=["RS256", "PS256"], audience=audience
        )
    except jwt.InvalidTokenError:
        return False
    return _names(header, certificate) and claims.get("iss") == claims.get("sub") == application.client_id


def _names(header: Mapping[str, str], certificate: x509.Certificate) -> bool:
    """Say whether the header of an assertion names a certificate (RFC 7515, sections 4.1.7 and 4.1.8)."""
    name, kind = ("x5t#S256", hashes.SHA256()) if "x5t#S256" in header else ("x5t", hashes.SHA1())  # noqa: S303 - x5t is SHA-1
    thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(kind)).rstrip(b"=").decode()
    return header.get(name, "").rstrip("=") == thumbprint


def _refused(status: int, code: str, number: int, text: str) -> Response:
    return JSONAnswer({"error": code, "error_description": f"AADSTS{number}: {text}", "error_codes": [number]}, status)


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())


ROUTES = [
    Route("/{tenant}/v2.0/.well-known/openid-configuration", discover, methods=["GET"]),
    Route("/{tenant}/oauth2/v2.0/token", exchange, methods=["POST"]),
]
