"""``/groups``: members, and with them the licences that a group gives."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.graph.answers import bad_request, collection, not_found
from sandbox.graph.odata import page
from sandbox.graph.reach import base_url, group_in, object_in, tenant_of, user_in
from sandbox.graph.shapes import group_record
from sandbox.simulators.answers import JSONAnswer, no_content

_DEFAULT_TOP = 100


async def get_group(request: Request) -> Response:
    """Show a group."""
    record = {name: value for name, value in group_record(group_in(request)).items() if not name.startswith("@")}
    return JSONAnswer({"@odata.context": f"{base_url(request)}/$metadata#groups/$entity", **record})


async def list_members(request: Request) -> Response:
    """List the members of a group, in pages."""
    records = [{"@odata.type": "#microsoft.graph.user", "id": user_id} for user_id in group_in(request).members]
    found, link = page(request, base_url(request), records, _DEFAULT_TOP, lambda _: True)
    return collection(base_url(request), "directoryObjects", found, link)


async def add_member(request: Request) -> Response:
    """Add the object that ``@odata.id`` names: 204."""
    tenant, group = tenant_of(request), group_in(request)
    reference = (await object_in(request)).get("@odata.id")
    if not isinstance(reference, str):
        raise bad_request("Invalid URL format specified in @odata.id.", "BadRequest")
    user_id = reference.rpartition("/")[2].lower()
    if user_id not in tenant.users:
        raise not_found(user_id)
    if user_id in group.members:
        raise bad_request("One or more added object references already exist for the following modified properties: "
                          "'members'.")  # fmt: skip
    group.members[user_id] = None
    tenant.settle()
    return no_content()


async def remove_member(request: Request) -> Response:
    """End a membership: 204."""
    tenant, group, user = tenant_of(request), group_in(request), user_in(request)
    if user.id not in group.members:
        raise not_found(user.id)
    del group.members[user.id]
    tenant.settle()
    return no_content()


ROUTES = [
    Route("/v1.0/groups/{group}", get_group, methods=["GET"]),
    Route("/v1.0/groups/{group}/members", list_members, methods=["GET"]),
    Route("/v1.0/groups/{group}/members/$ref", add_member, methods=["POST"]),
    Route("/v1.0/groups/{group}/members/{user}/$ref", remove_member, methods=["DELETE"]),
]
