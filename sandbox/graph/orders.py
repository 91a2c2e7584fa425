"""What the admin side can be told: the body of each order."""

from __future__ import annotations

import uuid

from pydantic import Field, field_validator

from sandbox.simulators.admin import Order


class Sync(Order):
    """An account of Active Directory comes or has changed; without ``guid`` the cloud makes a user of its own."""

    guid: str | None = None
    upn: str
    mail: str | None = None
    enabled: bool = True
    mailbox: bool = True

    @field_validator("guid")
    @classmethod
    def _is_guid(cls, value: str | None) -> str | None:
        return None if value is None else str(uuid.UUID(value))


class GiveLicence(Order):
    """A user gets a licence; ``user`` is an id, a userPrincipalName or an objectGUID, ``sku`` a GUID or part number."""

    user: str
    sku: str
    disabled_plans: list[str] = Field(default_factory=list)
    usage_location: str = "GB"


class MakeGroup(Order):
    """A group that gives licences: product → service plans that are off."""

    name: str
    licences: dict[str, list[str]] = Field(default_factory=dict)


class Join(Order):
    """A user becomes a member of a group."""

    group: str
    user: str


class Units(Order):
    """The tenant has so many licences of a product."""

    sku: str
    units: int = Field(ge=0)
