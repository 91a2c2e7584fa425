"""The admin side, below ``/_sandbox``: who comes, who has what, what goes wrong, what was asked.

It needs no token and answers loopback addresses only.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import uuid
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.graph.answers import JSONAnswer, Refusal, no_content
from sandbox.graph.board import UnknownFaultError
from sandbox.graph.licensing import assign
from sandbox.graph.objects import Product, User
from sandbox.graph.orders import GiveLicence, Join, MakeGroup, Sync, Units
from sandbox.graph.shapes import product_record, user_record
from sandbox.graph.simulator import Simulator

_O = TypeVar("_O", bound=BaseModel)


async def sync_user(request: Request) -> Response:
    """Bring in an account, or what changed about it; answers the user's id."""
    order, tenant = await _order(request, Sync), _simulator(request).tenant
    if order.guid is None:
        user = tenant.add(order.upn, order.mail, immutable_id=None, enabled=order.enabled, mailbox=order.mailbox)
    else:
        user = tenant.sync(order.guid, order.upn, order.mail, enabled=order.enabled, mailbox=order.mailbox)
    return JSONAnswer({"id": user.id}, 201)


async def delete_user(request: Request) -> Response:
    """Delete a user."""
    _simulator(request).tenant.remove(_user(request, request.path_params["user"]))
    return no_content()


async def show_user(request: Request) -> Response:
    """Show a user with its groups, photo and mailbox."""
    return JSONAnswer(_whole(request, _user(request, request.path_params["user"])))


async def give_licence(request: Request) -> Response:
    """Assign a licence to a user, under the rules of Graph."""
    order = await _order(request, GiveLicence)
    user, product = _user(request, order.user), _product(request, order.sku)
    user.usage_location = user.usage_location or order.usage_location
    add = {"skuId": product.sku_id, "disabledPlans": order.disabled_plans}
    assign(_simulator(request).tenant, user, {"addLicenses": [add], "removeLicenses": []})
    return no_content()


async def make_group(request: Request) -> Response:
    """Make a group; answers its id."""
    order = await _order(request, MakeGroup)
    licences = {_product(request, sku).sku_id: plans for sku, plans in order.licences.items()}
    return JSONAnswer({"id": _simulator(request).tenant.add_group(order.name, licences).id}, 201)


async def join(request: Request) -> Response:
    """Make a user a member of a group."""
    order, tenant = await _order(request, Join), _simulator(request).tenant
    if order.group not in tenant.groups:
        raise _problem(404, f"there is no group {order.group!r}")
    tenant.groups[order.group].members[_user(request, order.user).id] = None
    tenant.settle()
    return no_content()


async def set_units(request: Request) -> Response:
    """Buy licences, or let them go."""
    order = await _order(request, Units)
    _product(request, order.sku).units = order.units
    _simulator(request).tenant.settle()
    return no_content()


async def reset(request: Request) -> Response:
    """Return to an empty tenant."""
    _simulator(request).reset()
    return no_content()


async def revoke_tokens(request: Request) -> Response:
    """Make every token worthless."""
    _simulator(request).tokens.revoke_all()
    return no_content()


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
    return no_content()


async def state(request: Request) -> Response:
    """Show users, groups, products, and what was asked."""
    simulator = _simulator(request)
    tenant = simulator.tenant
    return JSONAnswer({
        "users": [_whole(request, user) for user in tenant.users.values()],
        "groups": [{"id": one.id, "name": one.name, "members": list(one.members), "licences": one.licences}
                   for one in tenant.groups.values()],
        "products": [product_record(tenant, product) for product in tenant.products.values()],
        "requests": dict(simulator.requests), "token_exchanges": simulator.tokens.exchanges,
        "faults": simulator.board.shown(),
    })  # fmt: skip


def _whole(request: Request, user: User) -> dict[str, Any]:
    tenant = _simulator(request).tenant
    return user_record(tenant, user) | {
        "groups": [group.id for group in tenant.groups_of(user)],
        "photoSha256": None if user.photo is None else hashlib.sha256(user.photo[0]).hexdigest(),
        "automaticRepliesSetting": user.replies,
        "revocations": user.revocations,
    }


def _simulator(request: Request) -> Simulator:
    if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
        raise _problem(403, "the admin side answers loopback addresses only")
    simulator: Simulator = request.app.state.simulator
    return simulator


def _user(request: Request, key: str) -> User:
    """Return a user by id, userPrincipalName or objectGUID."""
    tenant = _simulator(request).tenant
    user = tenant.find(key)
    if user is None:
        try:
            immutable_id = base64.b64encode(uuid.UUID(key).bytes_le).decode("ascii")
        except ValueError:
            immutable_id = ""
        user = next((one for one in tenant.users.values() if immutable_id and one.immutable_id == immutable_id), None)
    if user is None:
        raise _problem(404, f"there is nobody with the key {key!r}")
    return user


def _product(request: Request, key: str) -> Product:
    product = _simulator(request).tenant.product(key)
    if product is None:
        raise _problem(404, f"there is no product {key!r}")
    return product


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


ROUTES = [
    Route("/_sandbox/users", sync_user, methods=["POST"]),
    Route("/_sandbox/users/{user}", show_user, methods=["GET"]),
    Route("/_sandbox/users/{user}", delete_user, methods=["DELETE"]),
    Route("/_sandbox/licences", give_licence, methods=["POST"]),
    Route("/_sandbox/groups", make_group, methods=["POST"]),
    Route("/_sandbox/members", join, methods=["POST"]),
    Route("/_sandbox/units", set_units, methods=["PUT"]),
    Route("/_sandbox/reset", reset, methods=["POST"]),
    Route("/_sandbox/revoke-tokens", revoke_tokens, methods=["POST"]),
    Route("/_sandbox/faults", put_faults, methods=["PUT"]),
    Route("/_sandbox/faults", clear_faults, methods=["DELETE"]),
    Route("/_sandbox/state", state, methods=["GET"]),
]
