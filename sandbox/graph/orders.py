"""What the admin side can be told: the body of each order."""

from __future__ import annotations

import uuid

from pydantic import BaseModel, ConfigDict, Field, field_validator


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Sync(_Order):
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


class GiveLicence(_Order):
    """A user gets a licence; ``user`` is an id, a userPrincipalName or an objectGUID, ``sku`` a GUID or part number."""

    user: str
    sku: str
    disabled_plans: list[str] = []
    usage_location: str = "GB"


class MakeGroup(_Order):
    """A group that gives licences: product → service plans that are off."""

    name: str
    licences: dict[str, list[str]] = {}


class Join(_Order):
    """A user becomes a member of a group."""

    group: str
    user: str


class Units(_Order):
    """The tenant has so many licences of a product."""

    sku: str
    units: int = Field(ge=0)
