"""What a tenant holds: users, groups, products."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class User:
    """One user.

    Attributes:
        id: GUID.
        user_principal_name: Name to sign in with.
        mail: Address, None without one.
        immutable_id: Ties it to an account of Active Directory.
        synced: Whether Active Directory is its source.
        enabled: Whether it may sign in.
        usage_location: Two letters.
        licences: Product → service plans that are off, of those assigned to the user.
        photo: Bytes as they were sent, with their media type.
        sessions_from: Tokens issued before are worthless.
        revocations: How often sessions were revoked.
        replies: ``automaticRepliesSetting``; None without a mailbox.
    """

    id: str
    user_principal_name: str
    mail: str | None
    immutable_id: str | None
    synced: bool
    enabled: bool
    sessions_from: datetime
    created_at: datetime
    revocations: int = 0
    usage_location: str | None = None
    licences: dict[str, list[str]] = field(default_factory=dict)
    photo: tuple[bytes, str] | None = None
    replies: dict[str, Any] | None = None


@dataclass
class Group:
    """One group: members are users; licences as those of a user."""

    id: str
    name: str
    members: dict[str, None] = field(default_factory=dict)
    licences: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Product:
    """What the tenant has bought: ``units`` licences of service plans (GUID → name)."""

    sku_id: str
    part_number: str
    plans: dict[str, str]
    units: int


EXCHANGE, SHAREPOINT, TEAMS = (
    "efb87545-963c-4e0d-99df-69c6916d9eb0",
    "5dbe027f-2339-4123-9542-606e4d348a72",
    "57ff2da0-773e-42df-b2af-ffb7a2317929",
)
_OFFICE = {EXCHANGE: "EXCHANGE_S_ENTERPRISE", SHAREPOINT: "SHAREPOINTENTERPRISE", TEAMS: "TEAMS1"}


def seed_products() -> list[Product]:
    """Return the products of a new tenant; identifiers are Microsoft's published ones."""
    return [
        Product("05e9a617-0261-4cee-bb44-138d3ef5d965", "SPE_E3", dict(_OFFICE), 1_000),
        Product("06ebc4ee-1bb5-47dd-8120-11324bc54e06", "SPE_E5", dict(_OFFICE), 100),
        Product(
            "c5928f49-12ba-48f7-ada3-0d743a3601d5",
            "VISIOCLIENT",
            {"663a804f-1c30-4ff0-9915-9db84f0d1cea": "VISIO_CLIENT_SUBSCRIPTION"},
            25,
        ),
    ]
