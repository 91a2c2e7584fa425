"""What a request is about: the tenant, the user or group in its path, the JSON in its body."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from sandbox.graph.answers import bad_request, not_found
from sandbox.graph.objects import Group, User
from sandbox.graph.tenant import Tenant


def tenant_of(request: Request) -> Tenant:
    """Return the tenant."""
    tenant: Tenant = request.app.state.simulator.tenant
    return tenant


def base_url(request: Request) -> str:
    """Return the address of version 1.0."""
    return f"{request.base_url}v1.0"


def user_in(request: Request) -> User:
    """Return the user that the path names by id or userPrincipalName.

    Raises:
        Refusal: 404.
    """
    key = request.path_params["user"]
    user = tenant_of(request).find(key)
    if user is None:
        raise not_found(key)
    return user


def group_in(request: Request) -> Group:
    """Return the group that the path names.

    Raises:
        Refusal: 404.
    """
    key = request.path_params["group"]
    group = tenant_of(request).groups.get(key.lower())
    if group is None:
        raise not_found(key)
    return group


async def object_in(request: Request) -> dict[str, Any]:
    """Return the JSON object of a body.

    Raises:
        Refusal: 400, there is none.
    """
    try:
        read = json.loads(await request.body())
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise bad_request("Unable to read JSON request payload.", "BadRequest")
    return read
