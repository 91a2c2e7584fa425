"""Exchange Online's face: cmdlets by ``InvokeCommand``, for who has a token of the authority."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.exchange.board import Board
from sandbox.exchange.faults import (
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
from sandbox.exchange.simulator import Simulator


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
        simulator.tokens.revoke_all()
    if simulator.tokens.granted(request.headers.get("authorization", ""), simulator.clock()) is None:
        return Response(status_code=401)
    if request.path_params["tenant"] != simulator.application.tenant or request.headers.get("x-cmdletname") != name:
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


ROUTES = [Route("/adminapi/beta/{tenant}/InvokeCommand", invoke, methods=["POST"])]
