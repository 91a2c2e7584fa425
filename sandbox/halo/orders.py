"""What the admin side can be told: the body of each order."""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator

from sandbox.halo.people import FEWEST
from sandbox.organisation import DEPARTMENTS
from sandbox.simulators.admin import Order


class _Placed(Order):
    department: str
    title: str | None = None
    manager_email: str | None = None

    @field_validator("department")
    @classmethod
    def _known(cls, value: str) -> str:
        if value and value not in DEPARTMENTS:
            raise ValueError(f"there is no such department; there are {', '.join(DEPARTMENTS)}, or none")
        return value


class Hire(_Placed):
    """A person comes; dates are ISO 8601."""

    firstname: str
    surname: str
    start_date: str | None = None
    end_date: str | None = None


class Starter(Order):
    """Somebody asks by a ticket for an account; the date is ISO 8601."""

    firstname: str = ""
    surname: str = ""
    department: str = ""
    start_date: str | None = None


class Move(_Placed):
    """A person goes to another department; the manager is its head unless one is named."""

    id: int


class Rename(Order):
    """A person has another name; the e-mail address stays."""

    id: int
    firstname: str | None = None
    surname: str | None = None


class Shrink(Order):
    """The organisation is a smaller one from the beginning."""

    people: int = Field(ge=FEWEST)


class One(Order):
    """One person."""

    id: int


class Some(Order):
    """People by id, or a share of all that are visible."""

    fraction: float | None = Field(None, ge=0, le=1)
    ids: list[int] | None = None

    @model_validator(mode="after")
    def _either(self) -> Some:
        if (self.fraction is None) == (self.ids is None):
            raise ValueError("give either fraction or ids")
        return self


class Listed(Order):
    """People by id; nobody named means all."""

    ids: list[int] | None = None
