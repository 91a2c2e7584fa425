"""How one field of a record is read: datatype, selector, timestamp format.

Shared by endpoint configuration and by the record reader; values come out as text, number, timestamp or list.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Datatype(StrEnum):
    """The four datatypes of a field."""

    TEXT = "text"
    NUMBER = "number"
    TIMESTAMP = "timestamp"
    ARRAY = "array"


class FieldSpec(BaseModel):
    """Datatype of a field and where its value stands in the record."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Datatype = Datatype.TEXT
    select: str | None = Field(
        None,
        description="RFC 9535 JSONPath inside the record; without it the key of the field's own name is read.",
        examples=["$.customfields[?@.name == 'CFStartDate'].value"],
    )
    pick: Literal["first", "last", "join", "all"] = Field("first", description="Which of several matches is taken.")
    format: str | None = Field(None, description="strptime format of a timestamp; ISO 8601 without it.")
    timezone: str = Field("UTC", description="IANA zone of a timestamp that names none.")
    default: str | None = Field(None, description="Text taken when the record has no value.")
