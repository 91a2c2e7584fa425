"""The admin side, below ``/_sandbox``: what happens in the organisation, what goes wrong, what was asked."""

from __future__ import annotations

from collections import Counter
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.halo.orders import Hire, Listed, Move, One, Rename, Shrink, Some, Starter
from sandbox.halo.people import CHIEFS_TITLE
from sandbox.halo.person import User
from sandbox.halo.simulator import Settings, Simulator
from sandbox.halo.webhooks import Target
from sandbox.simulators import admin
from sandbox.simulators.admin import order_in, problem, simulator_in
from sandbox.simulators.answers import JSONAnswer, no_content

_WHO = "HR"
_STARTER = 32
"""The type of tickets that ask for an account."""
_SUMMARY = (
    "id", "name", "firstname", "surname", "title", "emailaddress", "department", "manager_email", "inactive",
    "isserviceaccount", "phonenumber", "mobilenumber", "site_name",
)  # fmt: skip


async def hire(request: Request) -> Response:
    """Add a person; answers the id."""
    order, register = await order_in(request, Hire), _simulator(request).register
    manager = register.head_of(order.department) if order.manager_email is None else order.manager_email
    dates = {"CFStartDate": order.start_date, "CFEndDate": order.end_date}
    user = register.add({
        "firstname": order.firstname, "surname": order.surname, "department": order.department,
        "title": order.title or "", "emailaddress": register.email_for(order.firstname, order.surname),
        "manager_email": manager,
        "customfields": [{"name": name, "value": value} for name, value in dates.items() if value],
    })  # fmt: skip
    return JSONAnswer({"id": user["id"]}, 201)


async def starter(request: Request) -> Response:
    """Open a ticket that asks for an account; answers its number."""
    order, desk = await order_in(request, Starter), _simulator(request).desk
    asked = {
        "CFStarterFirstName": order.firstname, "CFStarterSurname": order.surname,
        "CFStarterDepartment": order.department, "CFStarterStartDate": order.start_date,
    }  # fmt: skip
    ticket = desk.open(
        {
            "summary": f"New starter: {order.firstname} {order.surname}".strip(), "tickettype_id": _STARTER,
            "customfields": [{"name": name, "value": value} for name, value in asked.items() if value],
        },
        None,
    )  # fmt: skip
    return JSONAnswer({"id": ticket["id"]}, 201)


async def move(request: Request) -> Response:
    """Move a person."""
    order, register = await order_in(request, Move), _simulator(request).register
    manager = register.head_of(order.department, but=order.id) if order.manager_email is None else order.manager_email
    fields = {"department": order.department, "manager_email": manager}
    return _change(request, order.id, fields | ({} if order.title is None else {"title": order.title}))


async def rename(request: Request) -> Response:
    """Rename a person."""
    order = await order_in(request, Rename)
    return _change(request, order.id, order.model_dump(exclude={"id"}, exclude_none=True))


async def leave(request: Request) -> Response:
    """Make a person inactive."""
    return _change(request, (await order_in(request, One)).id, {"inactive": True})


async def rehire(request: Request) -> Response:
    """Make a person active again."""
    return _change(request, (await order_in(request, One)).id, {"inactive": False})


async def shrink(request: Request) -> Response:
    """Let only the first so many people be there, and the chief: what is done for everybody takes less long."""
    order, register = await order_in(request, Shrink), _simulator(request).register
    last = sorted(register.users)[min(order.people, len(register.users)) - 1]
    chief = next(number for number, user in register.users.items() if user["title"] == CHIEFS_TITLE)
    for number in [number for number in register.users if number > last and number != chief]:
        register.remove(register.users[number])
    return JSONAnswer({"people": len(register.users)})


async def vanish(request: Request) -> Response:
    """Let people disappear without a trace; answers who."""
    order, register = await order_in(request, Some), _simulator(request).register
    ids = register.some(order.fraction or 0.0) if order.ids is None else order.ids
    for user_id in ids:
        _person(request, user_id)
    register.vanish(ids)
    return JSONAnswer({"ids": list(ids)})


async def reappear(request: Request) -> Response:
    """Bring back who vanished: those named, or all; answers who."""
    order, register = await order_in(request, Listed), _simulator(request).register
    ids = sorted(register.vanished if order.ids is None else order.ids)
    if unknown := set(ids) - register.vanished:
        raise problem(404, f"did not vanish: {sorted(unknown)}")
    register.vanished.difference_update(ids)
    return JSONAnswer({"ids": ids})


async def put_settings(request: Request) -> Response:
    """Set exactly these settings; others return to their defaults."""
    _simulator(request).settings = await order_in(request, Settings)
    return no_content()


async def put_webhook(request: Request) -> Response:
    """Tell this target of every change of a user from now on."""
    _simulator(request).webhooks.target = await order_in(request, Target)
    return no_content()


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
        "settings": simulator.settings.model_dump(), "webhooks": dict(simulator.webhooks.sent),
    })  # fmt: skip


def _simulator(request: Request) -> Simulator:
    return simulator_in(request, Simulator)


def _person(request: Request, user_id: int) -> User:
    user = _simulator(request).register.get(user_id)
    if user is None:
        raise problem(404, f"there is nobody with id {user_id}")
    return user


def _change(request: Request, user_id: int, fields: dict[str, Any]) -> Response:
    _simulator(request).register.change(_person(request, user_id), fields, who=_WHO)
    return JSONAnswer({"id": user_id})


_POSTS = (hire, starter, move, rename, leave, rehire, shrink, vanish, reappear)
ROUTES = [
    *admin.ROUTES,
    *(Route(f"/_sandbox/{order.__name__}", order, methods=["POST"]) for order in _POSTS),
    Route("/_sandbox/settings", put_settings, methods=["PUT"]),
    Route("/_sandbox/webhook", put_webhook, methods=["PUT"]),
    Route("/_sandbox/state", state, methods=["GET"]),
]
