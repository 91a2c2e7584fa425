"""Exchange Online's face: tokens from the login host, and cmdlets by ``InvokeCommand``."""

from __future__ import annotations

import asyncio
import hmac
import json
import uuid
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography import x509
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.exchange.faults import (
    Board,
    CommitThenLost,
    ForeignLink,
    LateObjects,
    Passing,
    Slow,
    Throttled,
    Truncated,
    Unauthorized,
    Unavailable,
)
from sandbox.exchange.properties import Moment, Named
from sandbox.exchange.refusals import CmdletError, busy
from sandbox.exchange.simulator import Credentials, Simulator

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LIFETIME_S = 3599


async def discover(request: Request) -> Response:
    """Say where tokens are to be had (OpenID Connect Discovery 1.0)."""
    simulator: Simulator = request.app.state.simulator
    if request.path_params["tenant"] != simulator.credentials.tenant:
        return JSONResponse({"error": "invalid_tenant", "error_description": "AADSTS90002"}, 400)
    base = f"https://{request.url.netloc}/{simulator.credentials.tenant}"
    return JSONResponse(
        {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
        }
    )


async def exchange(request: Request) -> Response:
    """Exchange the application's secret, or an assertion signed with its certificate, for a token."""
    simulator: Simulator = request.app.state.simulator
    form = {name: values[-1] for name, values in parse_qs((await request.body()).decode(errors="replace")).items()}
    audience = f"https://{request.url.netloc}{request.url.path}"
    if form.get("grant_type") != "client_credentials" or not form.get("scope", "").endswith("/.default"):
        return JSONResponse({"error": "invalid_scope", "error_codes": [1002012]}, 400)
    if not _is_client(form, simulator.credentials, audience):
        return JSONResponse({"error": "invalid_client", "error_codes": [7000215], "error_description": "AADSTS"}, 401)
    return JSONResponse({"token_type": "Bearer", "expires_in": _LIFETIME_S, "access_token": simulator.issue_token()})


async def invoke(request: Request) -> Response:
    """Run one cmdlet."""
    simulator: Simulator = request.app.state.simulator
    given = json.loads(await request.body())["CmdletInput"]
    name, parameters = str(given["CmdletName"]), dict(given.get("Parameters", {}))
    if slow := simulator.board.on(Slow, name):
        await asyncio.sleep(slow.seconds)
    return (
        _kept_out(request, simulator, name)
        or _disturbed(request, simulator.board, name)
        or _run(simulator, name, parameters)
    )


def _kept_out(request: Request, simulator: Simulator, name: str) -> Response | None:
    """Who may not come in, or does not ask as the module does."""
    if simulator.board.on(Unauthorized, name):
        simulator.tokens.clear()
    if request.headers.get("authorization", "").removeprefix("Bearer ") not in simulator.tokens:
        return Response(status_code=401)
    if request.path_params["tenant"] != simulator.credentials.tenant or request.headers.get("x-cmdletname") != name:
        return JSONResponse({"error": {"code": "BadRequest", "message": "tenant or header"}}, 400)
    return None


def _disturbed(request: Request, board: Board, name: str) -> Response | None:
    """What goes wrong before a cmdlet runs."""
    answer: Response | None = None
    if throttled := board.on(Throttled, name):
        wait = {} if throttled.retry_after_s is None else {"Retry-After": str(throttled.retry_after_s)}
        answer = JSONResponse({"error": {"code": "TooManyRequests", "message": "slow down"}}, 429, headers=wait)
    elif board.on(Unavailable, name):
        answer = Response(status_code=503)
    elif passing := board.on(Passing, name):
        answer = _refused(busy(passing.exception))
    elif "skip" not in request.query_params and board.on(LateObjects, name):
        answer = _page([], f"{request.url}?skip=1")
    elif board.on(ForeignLink, name):
        answer = _page([], "https://elsewhere.example.test/adminapi/beta/x/InvokeCommand")
    return answer


def _run(simulator: Simulator, name: str, parameters: dict[str, Any]) -> Response:
    try:
        page = _page(simulator.online.run(name, parameters))
    except CmdletError as error:
        return _refused(error)
    if simulator.board.on(CommitThenLost, name):
        return Response(status_code=504)
    if simulator.board.on(Truncated, name):
        return Response(bytes(page.body)[: len(page.body) // 2], media_type="application/json")
    return page


def _page(objects: list[dict[str, Any]], link: str = "") -> Response:
    values = [{name: _json(value) for name, value in one.items()} for one in objects]
    answer = {"@odata.context": "#Collection(Exchange.GenericHashTable)", "value": values}
    return JSONResponse(answer | ({"@odata.nextLink": link} if link else {}), headers={"request-id": str(uuid.uuid4())})


def _json(value: Any) -> Any:
    if isinstance(value, Named | Moment):
        return value.text
    return str(value) if isinstance(value, uuid.UUID) else value


def _refused(error: CmdletError) -> Response:
    code = "NotFound" if error.status == 404 else "BadRequest"  # noqa: PLR2004 (HTTP)
    body = {
        "error": {
            "code": code,
            "message": "Error executing cmdlet",
            "details": [{"code": "Context", "target": "", "message": f"Ex6F9304|{error.exception}|{error.text}"}],
            "innererror": {"message": "Error executing cmdlet", "type": "ODataServiceException"},
        }
    }
    return JSONResponse(body, error.status, headers={"request-id": str(uuid.uuid4())})


def _is_client(form: dict[str, str], credentials: Credentials, audience: str) -> bool:
    if form.get("client_id") != credentials.client_id:
        return False
    if form.get("client_assertion_type") != _ASSERTION:
        return hmac.compare_digest(form.get("client_secret", "").encode(), credentials.client_secret.encode())
    if not credentials.client_certificate:
        return False
    key = x509.load_pem_x509_certificate(credentials.client_certificate.encode()).public_key()
    try:
        claims = jwt.decode(form["client_assertion"], key, algorithms=["RS256", "PS256"], audience=audience)  # type: ignore[arg-type]  # what the certificate holds
    except jwt.InvalidTokenError:
        return False
    return bool(claims.get("iss") == credentials.client_id)


ROUTES = [
    Route("/{tenant}/v2.0/.well-known/openid-configuration", discover, methods=["GET"]),
    Route("/{tenant}/oauth2/v2.0/token", exchange, methods=["POST"]),
    Route("/adminapi/beta/{tenant}/InvokeCommand", invoke, methods=["POST"]),
]
