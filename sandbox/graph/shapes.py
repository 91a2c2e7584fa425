"""Objects as Graph shows them (resource types user, group, subscribedSku)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.graph.licensing import assigned, states
from sandbox.graph.objects import Group, Product, User
from sandbox.graph.tenant import Tenant

USER_DEFAULTS = (
    "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
    "preferredLanguage", "surname", "userPrincipalName", "id",
)  # fmt: skip
"""What comes of a user without ``$select``."""
FILTERABLE = ("id", "userPrincipalName", "onPremisesImmutableId", "mail")


def user_record(tenant: Tenant, user: User) -> dict[str, Any]:
    """Return every property of a user that is simulated."""
    return {
        "id": user.id,
        "businessPhones": [],
        "displayName": user.user_principal_name.partition("@")[0],
        "givenName": None,
        "jobTitle": None,
        "mail": user.mail,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": None,
        "surname": None,
        "userPrincipalName": user.user_principal_name,
        "accountEnabled": user.enabled,
        "assignedLicenses": assigned(tenant, user),
        "createdDateTime": stamp(user.created_at),
        "licenseAssignmentStates": states(tenant, user),
        "onPremisesImmutableId": user.immutable_id,
        "onPremisesSyncEnabled": True if user.synced else None,
        "signInSessionsValidFromDateTime": stamp(user.sessions_from),
        "usageLocation": user.usage_location,
    }


def group_record(group: Group) -> dict[str, Any]:
    """Return a group as it stands in ``memberOf``."""
    return {
        "@odata.type": "#microsoft.graph.group",
        "id": group.id,
        "displayName": group.name,
        "mailEnabled": False,
        "securityEnabled": True,
    }


def product_record(tenant: Tenant, product: Product) -> dict[str, Any]:
    """Return a product as it stands in ``subscribedSkus``."""
    return {
        "accountId": "f97aeefc-af85-414d-8ae4-b457f90efc40",
        "accountName": "example",
        "appliesTo": "User",
        "capabilityStatus": "Enabled",
        "consumedUnits": tenant.consumed(product.sku_id),
        "id": f"f97aeefc-af85-414d-8ae4-b457f90efc40_{product.sku_id}",
        "prepaidUnits": {"enabled": product.units, "lockedOut": 0, "suspended": 0, "warning": 0},
        "servicePlans": [
            {"appliesTo": "User", "provisioningStatus": "Success", "servicePlanId": plan, "servicePlanName": name}
            for plan, name in product.plans.items()
        ],
        "skuId": product.sku_id,
        "skuPartNumber": product.part_number,
        "subscriptionIds": [],
    }


def stamp(moment: datetime) -> str:
    """Return a DateTimeOffset."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
