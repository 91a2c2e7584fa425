"""How one field of a record is read: datatype, selector, timestamp format.

Shared by endpoint configuration and by the record reader; values come out as text, number, timestamp or list.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from lifecycle.language.json_path import JsonPath
from lifecycle.language.model import LanguageModel

_ANY_DAY = datetime(2004, 11, 23, 13, 7, 9, tzinfo=UTC)
"""A day whose year, month, day and hour cannot be taken for one another."""


class Datatype(StrEnum):
    """The four datatypes of a field."""

    TEXT = "text"
    NUMBER = "number"
    TIMESTAMP = "timestamp"
    ARRAY = "array"


class FieldSpec(LanguageModel):
    """Datatype of a field and where its value stands in the record."""

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

    @field_validator("select")
    @classmethod
    def _is_jsonpath(cls, select: str | None) -> str | None:
        if select is not None:
            JsonPath(select)
        return select

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (KeyError, ValueError, OSError):  # unknown, no relative path, a folder of zones
            raise ValueError(f"is not an IANA timezone such as Europe/Berlin: {timezone!r}") from None
        return timezone

    @field_validator("format")
    @classmethod
    def _tells_the_day(cls, layout: str | None) -> str | None:
        if layout is not None:
            try:
                read = datetime.strptime(_ANY_DAY.strftime(layout), layout)  # noqa: DTZ007 (only the day is compared)
            except ValueError as error:
                raise ValueError(f"is not a strptime format ({error}): {layout!r}") from None
            if read.date() != _ANY_DAY.date():
                raise ValueError(f"must tell year, month and day, as %d/%m/%Y does: {layout!r}")
        return layout

    @model_validator(mode="after")
    def _of_timestamps_only(self) -> FieldSpec:
        for name in ("format", "timezone"):
            if name in self.model_fields_set and self.type is not Datatype.TIMESTAMP:
                raise ValueError(f"{name} belongs to type timestamp; the type is {self.type.value}")
        return self
