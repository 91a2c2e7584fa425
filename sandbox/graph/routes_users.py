"""``/users``: lists, one user, changes, licences, sessions; and ``/subscribedSkus``."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.graph.answers import bad_request, collection
from sandbox.graph.licensing import assign
from sandbox.graph.odata import condition, page, selected
from sandbox.graph.reach import base_url, object_in, tenant_of, user_in
from sandbox.graph.shapes import FILTERABLE, USER_DEFAULTS, group_record, product_record, user_record
from sandbox.simulators.answers import JSONAnswer, no_content

_DEFAULT_TOP = 100
_WRITABLE = {"usageLocation", "accountEnabled"}
_COUNTRY = re.compile(r"[A-Z]{2}")


async def list_users(request: Request) -> Response:
    """List users, filtered and in pages."""
    tenant, asked = tenant_of(request), condition(request, FILTERABLE)
    records = [user_record(tenant, user) for user in tenant.users.values()]

    def is_wanted(record: dict[str, Any]) -> bool:
        return asked is None or str(record[asked[0]] or "").lower() in asked[1]

    found, link = page(request, base_url(request), records, _DEFAULT_TOP, is_wanted)
    return collection(base_url(request), "users", [selected(request, one, USER_DEFAULTS) for one in found], link)


async def get_user(request: Request) -> Response:
    """Show a user."""
    record = selected(request, user_record(tenant_of(request), user_in(request)), USER_DEFAULTS)
    return JSONAnswer({"@odata.context": f"{base_url(request)}/$metadata#users/$entity", **record})


async def patch_user(request: Request) -> Response:
    """Change a user: 204."""
    user, order = user_in(request), await object_in(request)
    if unknown := order.keys() - _WRITABLE:
        raise bad_request(f"Property '{min(unknown)}' is read-only and cannot be set.")
    if "accountEnabled" in order:
        if user.synced:
            raise bad_request(
                "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects "
                "currently undergoing migration."
            )
        if not isinstance(order["accountEnabled"], bool):
            raise bad_request("Invalid value specified for property 'accountEnabled' of resource 'User'.")
    location = order.get("usageLocation", user.usage_location)
    if location is not None and (not isinstance(location, str) or not _COUNTRY.fullmatch(location)):
        raise bad_request("Invalid value specified for property 'usageLocation' of resource 'User'.")
    user.usage_location, user.enabled = location, order.get("accountEnabled", user.enabled)
    return no_content()


async def assign_license(request: Request) -> Response:
    """Add and remove licences: 200 with the user."""
    tenant, user = tenant_of(request), user_in(request)
    assign(tenant, user, await object_in(request))
    record = {name: value for name, value in user_record(tenant, user).items() if name in USER_DEFAULTS}
    return JSONAnswer({"@odata.context": f"{base_url(request)}/$metadata#users/$entity", **record})


async def revoke_sessions(request: Request) -> Response:
    """Make every session of a user worthless."""
    user = user_in(request)
    user.sessions_from = request.app.state.simulator.now()
    user.revocations += 1
    return JSONAnswer({"@odata.context": f"{base_url(request)}/$metadata#Edm.Boolean", "value": True})


async def member_of(request: Request) -> Response:
    """List the groups of a user, in pages."""
    records = [group_record(group) for group in tenant_of(request).groups_of(user_in(request))]
    found, link = page(request, base_url(request), records, _DEFAULT_TOP, lambda _: True)
    shown = [selected(request, record, list(record)) for record in found]
    return collection(base_url(request), "directoryObjects", shown, link)


async def list_products(request: Request) -> Response:
    """List what the tenant has bought."""
    tenant = tenant_of(request)
    records = [product_record(tenant, product) for product in tenant.products.values()]
    return collection(base_url(request), "subscribedSkus", records)


ROUTES = [
    Route("/v1.0/users", list_users, methods=["GET"]),
    Route("/v1.0/users/{user}", get_user, methods=["GET"]),
    Route("/v1.0/users/{user}", patch_user, methods=["PATCH"]),
    Route("/v1.0/users/{user}/assignLicense", assign_license, methods=["POST"]),
    Route("/v1.0/users/{user}/revokeSignInSessions", revoke_sessions, methods=["POST"]),
    Route("/v1.0/users/{user}/memberOf", member_of, methods=["GET"]),
    Route("/v1.0/subscribedSkus", list_products, methods=["GET"]),
]
