"""What every admin side does alike: who may ask, how an order is read and refused, the switches, the reset.

It stands below ``/_sandbox``, needs no token and answers loopback addresses only.
"""

from __future__ import annotations

import ipaddress
import json
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.simulators.answers import JSONAnswer, Refusal, no_content
from sandbox.simulators.board import Board, UnknownFaultError
from sandbox.simulators.tokens import Tokens


class Simulated(Protocol):
    """What every simulator has."""

    @property
    def board(self) -> Board:
        """Its switches."""

    @property
    def tokens(self) -> Tokens[Any]:
        """Its tokens."""

    def reset(self) -> None:
        """Return to the start."""


class Order(BaseModel):
    """The body of what an admin side is told."""

    model_config = ConfigDict(extra="forbid")


_S = TypeVar("_S", bound=Simulated)
_O = TypeVar("_O", bound=BaseModel)


def simulator_in(request: Request, kind: type[_S]) -> _S:
    """Return the simulator that is asked.

    Args:
        request: What is asked.
        kind: The simulator's class.

    Raises:
        Refusal: 403, it is asked from elsewhere than loopback.
    """
    simulator = _simulated(request)
    if not isinstance(simulator, kind):
        raise TypeError(f"the application holds no {kind.__qualname__}")
    return simulator


async def order_in(request: Request, kind: type[_O]) -> _O:
    """Return the order that a body holds.

    Raises:
        Refusal: 422, with what is wrong and what is allowed.
    """
    try:
        return kind.model_validate(await _object(request))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        text = f"{place}: {first['msg']}" if place else first["msg"]
        raise Refusal(JSONAnswer({"error": text, "allowed": sorted(kind.model_fields)}, 422)) from error


def problem(status: int, text: str) -> Refusal:
    """Refuse an order with a sentence."""
    return Refusal(JSONAnswer({"error": text}, status))


async def reset(request: Request) -> Response:
    """Return to the start."""
    _simulated(request).reset()
    return no_content()


async def revoke_tokens(request: Request) -> Response:
    """Make every token worthless."""
    _simulated(request).tokens.revoke_all()
    return no_content()


async def put_faults(request: Request) -> Response:
    """Turn on exactly these switches; answers what is on."""
    board = _simulated(request).board
    try:
        board.put(await _object(request))
    except UnknownFaultError as error:
        return JSONAnswer({"error": error.problem, "allowed": error.allowed}, 422)
    return JSONAnswer(board.shown())


async def clear_faults(request: Request) -> Response:
    """Turn every switch off."""
    _simulated(request).board.clear()
    return no_content()


def _simulated(request: Request) -> Simulated:
    if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
        raise problem(403, "the admin side answers loopback addresses only")
    simulator: Simulated = request.app.state.simulator
    return simulator


async def _object(request: Request) -> dict[str, Any]:
    try:
        read = json.loads(await request.body() or b"{}")
    except ValueError:
        raise problem(422, "the body is no JSON") from None
    if not isinstance(read, dict):
        raise problem(422, "the body is no JSON object")
    return read


ROUTES = [
    Route("/_sandbox/reset", reset, methods=["POST"]),
    Route("/_sandbox/revoke-tokens", revoke_tokens, methods=["POST"]),
    Route("/_sandbox/faults", put_faults, methods=["PUT"]),
    Route("/_sandbox/faults", clear_faults, methods=["DELETE"]),
]
