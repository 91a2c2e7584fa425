"""Licences of users: the refusals of ``assignLicense``, and the states that come of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sandbox.graph.answers import bad_request
from sandbox.graph.objects import User
from sandbox.graph.tenant import Tenant


def assign(tenant: Tenant, user: User, order: Mapping[str, Any]) -> None:
    """Carry out ``addLicenses`` and ``removeLicenses``: all of it, or a refusal and nothing.

    Raises:
        Refusal: 400, as Graph words it.
    """
    missing = [name for name in ("addLicenses", "removeLicenses") if not isinstance(order.get(name), list)]
    if missing:
        raise bad_request(
            "One or more parameters of the operation 'assignLicense' are missing from the request payload. "
            f"The missing parameters are: {', '.join(missing)}."
        )
    add = {_guid(one.get("skuId")): [_guid(plan) for plan in one.get("disabledPlans") or []]
           for one in order["addLicenses"]}  # fmt: skip
    remove = [_guid(sku_id) for sku_id in order["removeLicenses"]]
    for sku_id in (*add, *remove):
        if sku_id not in tenant.products:
            raise bad_request(f"License {sku_id} does not correspond to a valid company License.")
    _check_removal(tenant, user, remove)
    _check_addition(tenant, user, add)
    for sku_id in remove:
        del user.licences[sku_id]
    user.licences |= add
    tenant.settle()


def states(tenant: Tenant, user: User) -> list[dict[str, Any]]:
    """Return ``licenseAssignmentStates``: one for each way by which the user has a licence."""
    ways: list[tuple[str | None, dict[str, list[str]]]] = [(None, user.licences)]
    ways += [(group.id, group.licences) for group in tenant.groups_of(user)]
    return [
        {
            "skuId": sku_id,
            "assignedByGroup": group_id,
            "disabledPlans": list(plans),
            "state": "Active" if tenant.has_seat(sku_id, user) else "Error",
            "error": "None" if tenant.has_seat(sku_id, user) else "CountViolation",
            "lastUpdatedDateTime": user.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for group_id, licences in ways
        for sku_id, plans in licences.items()
    ]


def assigned(tenant: Tenant, user: User) -> list[dict[str, Any]]:
    """Return ``assignedLicenses``: each product once; a plan is off if every way has it off."""
    found: dict[str, set[str]] = {}
    for state in states(tenant, user):
        if state["state"] == "Active":
            plans = set(state["disabledPlans"])
            found[state["skuId"]] = found.get(state["skuId"], plans) & plans
    return [{"skuId": sku_id, "disabledPlans": sorted(plans)} for sku_id, plans in found.items()]


def _check_removal(tenant: Tenant, user: User, remove: list[str]) -> None:
    inherited = {sku_id for group in tenant.groups_of(user) for sku_id in group.licences}
    for sku_id in remove:
        if sku_id not in user.licences:
            raise bad_request(
                "User license is inherited from a group membership and it cannot be removed directly from the user."
                if sku_id in inherited
                else "User does not have a corresponding license."
            )


def _check_addition(tenant: Tenant, user: User, add: Mapping[str, list[str]]) -> None:
    if add and not user.usage_location:
        raise bad_request("License assignment cannot be done for user with invalid usage location.")
    for sku_id, plans in add.items():
        if unknown := [plan for plan in plans if plan not in tenant.products[sku_id].plans]:
            raise bad_request(
                f"License assignment failed because service plan {unknown[0]} is not part of the license."
            )
        if not tenant.has_seat(sku_id, user) and not tenant.free(sku_id):
            raise bad_request(f"Subscription with SKU {sku_id} does not have any available licenses.")


def _guid(value: Any) -> str:
    try:
        return str(uuid.UUID(value))
    except (ValueError, TypeError, AttributeError):
        raise bad_request("Cannot convert a primitive value to the expected type 'Edm.Guid'.") from None
