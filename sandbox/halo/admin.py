"""The admin side, below ``/_sandbox``: what happens in the organisation, what goes wrong, what was asked.

It needs no token and answers loopback addresses only.
"""

from __future__ import annotations

import ipaddress
import json
from collections import Counter
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.halo.answers import JSONAnswer, Refusal
from sandbox.halo.board import UnknownFaultError
from sandbox.halo.orders import Hire, Listed, Move, One, Rename, Some
from sandbox.halo.person import User
from sandbox.halo.simulator import Settings, Simulator

_WHO = "HR"
_SUMMARY = (
    "id", "name", "firstname", "surname", "title", "emailaddress", "department", "manager_email", "inactive",
    "isserviceaccount", "phonenumber", "mobilenumber", "site_name",
)  # fmt: skip
_O = TypeVar("_O", bound=BaseModel)


async def hire(request: Request) -> Response:
    """Add a person; answers the id."""
    order, register = await _order(request, Hire), _simulator(request).register
    manager = register.head_of(order.department) if order.manager_email is None else order.manager_email
    dates = {"CFStartDate": order.start_date, "CFEndDate": order.end_date}
    user = register.add({
        "firstname": order.firstname, "surname": order.surname, "department": order.department,
        "title": order.title or "", "emailaddress": register.email_for(order.firstname, order.surname),
        "manager_email": manager,
        "customfields": [{"name": name, "value": value} for name, value in dates.items() if value],
    })  # fmt: skip
    return JSONAnswer({"id": user["id"]}, 201)


async def move(request: Request) -> Response:
    """Move a person."""
    order, register = await _order(request, Move), _simulator(request).register
    manager = register.head_of(order.department, but=order.id) if order.manager_email is None else order.manager_email
    fields = {"department": order.department, "manager_email": manager}
    return _change(request, order.id, fields | ({} if order.title is None else {"title": order.title}))


async def rename(request: Request) -> Response:
    """Rename a person."""
    order = await _order(request, Rename)
    return _change(request, order.id, order.model_dump(exclude={"id"}, exclude_none=True))


async def leave(request: Request) -> Response:
    """Make a person inactive."""
    return _change(request, (await _order(request, One)).id, {"inactive": True})


async def rehire(request: Request) -> Response:
    """Make a person active again."""
    return _change(request, (await _order(request, One)).id, {"inactive": False})


async def vanish(request: Request) -> Response:
    """Let people disappear without a trace; answers who."""
    order, register = await _order(request, Some), _simulator(request).register
    ids = register.some(order.fraction or 0.0) if order.ids is None else order.ids
    for user_id in ids:
        _person(request, user_id)
    register.vanish(ids)
    return JSONAnswer({"ids": list(ids)})


async def reappear(request: Request) -> Response:
    """Bring back who vanished: those named, or all; answers who."""
    order, register = await _order(request, Listed), _simulator(request).register
    ids = sorted(register.vanished if order.ids is None else order.ids)
    if unknown := set(ids) - register.vanished:
        raise _problem(404, f"did not vanish: {sorted(unknown)}")
    register.vanished.difference_update(ids)
    return JSONAnswer({"ids": ids})


async def reset(request: Request) -> Response:
    """Return to the seed."""
    _simulator(request).reset()
    return Response(status_code=204)


async def revoke_tokens(request: Request) -> Response:
    """Make every token worthless."""
    _simulator(request).tokens.revoke_all()
    return Response(status_code=204)


async def put_settings(request: Request) -> Response:
    """Set exactly these settings; others return to their defaults."""
    _simulator(request).settings = await _order(request, Settings)
    return Response(status_code=204)


async def put_faults(request: Request) -> Response:
    """Turn on exactly these switches; answers what is on."""
    board = _simulator(request).board
    wanted = await _object(request)
    try:
        board.put(wanted)
    except UnknownFaultError as error:
        return JSONAnswer({"error": error.problem, "allowed": error.allowed}, 422)
    return JSONAnswer(board.shown())


async def clear_faults(request: Request) -> Response:
    """Turn every switch off."""
    _simulator(request).board.clear()
    return Response(status_code=204)


async def state(request: Request) -> Response:
    """Show people, tickets with their actions, and what was asked."""
    simulator = _simulator(request)
    register, desk, traffic = simulator.register, simulator.desk, simulator.traffic
    users = [
        {name: user[name] for name in _SUMMARY} | {"vanished": user["id"] in register.vanished}
        for user in register.users.values()
    ]
    kinds = Counter("vanished" if u["vanished"] else "inactive" if u["inactive"] else "active" for u in users)
    tickets = [ticket | {"actions": desk.actions[number]} for number, ticket in desk.tickets.items()]
    return JSONAnswer({
        "counts": {"users": len(users), **{name: kinds[name] for name in ("active", "inactive", "vanished")},
                   "tickets": len(tickets)},
        "users": users, "tickets": tickets, "requests": dict(traffic.requests), "refused_429": traffic.refused,
        "token_exchanges": simulator.tokens.exchanges, "faults": simulator.board.shown(),
        "settings": simulator.settings.model_dump(),
    })  # fmt: skip


def _simulator(request: Request) -> Simulator:
    if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
        raise _problem(403, "the admin side answers loopback addresses only")
    simulator: Simulator = request.app.state.simulator
    return simulator


def _problem(status: int, text: str) -> Refusal:
    return Refusal(JSONAnswer({"error": text}, status))


async def _object(request: Request) -> dict[str, Any]:
    try:
        read = json.loads(await request.body() or b"{}")
    except ValueError:
        raise _problem(422, "the body is no JSON") from None
    if not isinstance(read, dict):
        raise _problem(422, "the body is no JSON object")
    return read


async def _order(request: Request, kind: type[_O]) -> _O:
    try:
        return kind.model_validate(await _object(request))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        text = f"{place}: {first['msg']}" if place else first["msg"]
        raise Refusal(JSONAnswer({"error": text, "allowed": sorted(kind.model_fields)}, 422)) from error


def _person(request: Request, user_id: int) -> User:
    user = _simulator(request).register.get(user_id)
    if user is None:
        raise _problem(404, f"there is nobody with id {user_id}")
    return user


def _change(request: Request, user_id: int, fields: dict[str, Any]) -> Response:
    _simulator(request).register.change(_person(request, user_id), fields, who=_WHO)
    return JSONAnswer({"id": user_id})


_POSTS = (hire, move, rename, leave, rehire, vanish, reappear, reset)
ROUTES = [
    *(Route(f"/_sandbox/{order.__name__}", order, methods=["POST"]) for order in _POSTS),
    Route("/_sandbox/revoke-tokens", revoke_tokens, methods=["POST"]),
    Route("/_sandbox/settings", put_settings, methods=["PUT"]),
    Route("/_sandbox/faults", put_faults, methods=["PUT"]),
    Route("/_sandbox/faults", clear_faults, methods=["DELETE"]),
    Route("/_sandbox/state", state, methods=["GET"]),
]
