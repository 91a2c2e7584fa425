"""The admin side, below ``/_sandbox``: who comes, who has what, what goes wrong, what was asked."""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.graph.licensing import assign
from sandbox.graph.objects import Product, User
from sandbox.graph.orders import GiveLicence, Join, MakeGroup, Sync, Units
from sandbox.graph.shapes import product_record, user_record
from sandbox.graph.simulator import Simulator
from sandbox.simulators import admin
from sandbox.simulators.admin import order_in, problem, simulator_in
from sandbox.simulators.answers import JSONAnswer, no_content


async def sync_user(request: Request) -> Response:
    """Bring in an account, or what changed about it; answers the user's id."""
    order, tenant = await order_in(request, Sync), _simulator(request).tenant
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
    order = await order_in(request, GiveLicence)
    user, product = _user(request, order.user), _product(request, order.sku)
    user.usage_location = user.usage_location or order.usage_location
    add = {"skuId": product.sku_id, "disabledPlans": order.disabled_plans}
    assign(_simulator(request).tenant, user, {"addLicenses": [add], "removeLicenses": []})
    return no_content()


async def make_group(request: Request) -> Response:
    """Make a group; answers its id."""
    order = await order_in(request, MakeGroup)
    licences = {_product(request, sku).sku_id: plans for sku, plans in order.licences.items()}
    return JSONAnswer({"id": _simulator(request).tenant.add_group(order.name, licences).id}, 201)


async def join(request: Request) -> Response:
    """Make a user a member of a group."""
    order, tenant = await order_in(request, Join), _simulator(request).tenant
    if order.group not in tenant.groups:
        raise problem(404, f"there is no group {order.group!r}")
    tenant.groups[order.group].members[_user(request, order.user).id] = None
    tenant.settle()
    return no_content()


async def set_units(request: Request) -> Response:
    """Buy licences, or let them go."""
    order = await order_in(request, Units)
    _product(request, order.sku).units = order.units
    _simulator(request).tenant.settle()
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
    return simulator_in(request, Simulator)


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
        raise problem(404, f"there is nobody with the key {key!r}")
    return user


def _product(request: Request, key: str) -> Product:
    product = _simulator(request).tenant.product(key)
    if product is None:
        raise problem(404, f"there is no product {key!r}")
    return product


ROUTES = [
    *admin.ROUTES,
    Route("/_sandbox/users", sync_user, methods=["POST"]),
    Route("/_sandbox/users/{user}", show_user, methods=["GET"]),
    Route("/_sandbox/users/{user}", delete_user, methods=["DELETE"]),
    Route("/_sandbox/licences", give_licence, methods=["POST"]),
    Route("/_sandbox/groups", make_group, methods=["POST"]),
    Route("/_sandbox/members", join, methods=["POST"]),
    Route("/_sandbox/units", set_units, methods=["PUT"]),
    Route("/_sandbox/state", state, methods=["GET"]),
]
