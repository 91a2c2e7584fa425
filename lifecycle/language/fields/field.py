"""How one field of a record is read: datatype, selector, what means "none", timestamp format.

Shared by endpoint configuration and by the record reader; values come out as text, number, timestamp or list.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from lifecycle.language.fields.json_path import JsonPath
from lifecycle.language.model import LanguageModel
from lifecycle.language.moment import zone_named

_ANY_DAY = datetime(2004, 11, 23, 13, 7, 9, tzinfo=UTC)
"""A day whose year, month, day and hour cannot be taken for one another."""
NULL_BEFORE = date(1981, 1, 1)
"""HaloITSM writes 1900-01-01 and the like where there is no date."""


class Datatype(StrEnum):
    """The four datatypes of a field."""

    TEXT = "text"
    NUMBER = "number"
    TIMESTAMP = "timestamp"
    ARRAY = "array"


def _day(given: object) -> object:
    if isinstance(given, str):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    if given is not None and (isinstance(given, datetime) or not isinstance(given, date)):
        raise ValueError(f"must be a date such as 1981-01-01, or null: {str(given)!r}")
    return given


class FieldSpec(LanguageModel):
    """Datatype of a field and where its value stands in the record."""

    type: Datatype = Datatype.TEXT
    select: str | None = Field(
        None,
        description="RFC 9535 JSONPath inside the record; without it the key of the field's own name is read. "
        "match() and search() take RE2 syntax.",
        examples=["$.customfields[?@.name == 'CFStartDate'].value", "$.emails[?@.primary == true].value"],
    )
    pick: Literal["first", "last", "join", "all"] = Field(
        "first",
        description="Which of several values is taken: join writes them into one text, all writes a JSON list.",
    )
    separator: str = Field(";", min_length=1, description="Text between values that are joined.")
    format: str | None = Field(None, description="strptime format of a timestamp; ISO 8601 without it.")
    timezone: str = Field("UTC", description="IANA zone of a timestamp that names none.")
    nulls: tuple[str, ...] = Field(
        (), description="Texts that mean no value, whatever the datatype; without regard to case.", examples=[["N/A"]]
    )
    null_before: Annotated[date | None, BeforeValidator(_day, json_schema_input_type=date | None)] = Field(
        NULL_BEFORE,
        description="A timestamp before this day, as it is written, means no value: HaloITSM writes 1900-01-01 and "
        "the like for none. Null for fields such as a birthday.",
    )
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
        zone_named(timezone)
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
    def _belongs(self) -> FieldSpec:
        for name in ("format", "timezone", "null_before"):
            if name in self.model_fields_set and self.type is not Datatype.TIMESTAMP:
                raise ValueError(f"{name} belongs to type timestamp; the type is {self.type.value}")
        if "separator" in self.model_fields_set and self.pick != "join":
            raise ValueError(f"separator belongs to pick join; pick is {self.pick}")
        return self
