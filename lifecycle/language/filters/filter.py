"""Filters: ``all`` / ``any`` / ``not`` over ``field operator value``. The models, and what fits what.

Fields are canonical text (:mod:`lifecycle.language.fields.scalar`). Text is compared without regard to case. An empty
text is "no value": every comparison of it is false, except the negated ones (``is_not``, ``not_in``, ``not_contains``,
``!=``).
A date alone is a whole day of the organisation (:class:`lifecycle.language.moment.Moment`).

A text that an operator cannot read is never "false": it counts for a row as soon as its condition stands in the filter,
whatever else holds there, so that the outcome does not depend on the order of the conditions.

:mod:`lifecycle.language.filters.row` evaluates one row, :mod:`lifecycle.language.filters.frame` a whole frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationInfo, field_validator

from lifecycle.language.fields.field import Datatype
from lifecycle.language.fields.scalar import number_text
from lifecycle.language.filters.value import ALIASES, Operator, Reads, read_value, reads
from lifecycle.language.model import LanguageModel


def _spelled(operator: object) -> object:
    return ALIASES.get(operator, operator) if isinstance(operator, str) else operator


_Given = str | float | date | datetime
"""What may stand in a file for a value."""


class Condition(LanguageModel):
    """One comparison of a field."""

    field: str
    operator: Annotated[
        Operator,
        BeforeValidator(_spelled, json_schema_input_type=Literal[Operator, "==", "≠", "≤", "≥"]),
    ] = Field(description="In quotes where it begins with ! or >: YAML reads these otherwise.")
    value: str | tuple[str, ...] | None = Field(None, validate_default=True)

    @field_validator("value", mode="before", json_schema_input_type=_Given | tuple[_Given, ...] | None)
    @classmethod
    def _fits_the_operator(cls, value: object, info: ValidationInfo) -> object:
        operator = info.data.get("operator")
        return read_value(operator, value) if operator else None  # an unknown operator is told by itself

    @property
    def reads(self) -> Reads:
        """What the condition takes the text of its field for."""
        return reads(self.operator, self.value)


class All(LanguageModel):
    """True where every part is."""

    all: tuple[Filter, ...] = Field(min_length=1)


class Any(LanguageModel):
    """True where at least one part is."""

    any: tuple[Filter, ...] = Field(min_length=1)


class Not(LanguageModel):
    """True where the part is not."""

    not_: Filter = Field(alias="not")


def _kind(value: object) -> str:
    if isinstance(value, dict):
        for kind in ("all", "any", "not"):
            if kind in value:
                return kind
        return "condition"
    match value:
        case All():
            return "all"
        case Any():
            return "any"
        case Not():
            return "not"
        case _:
            return "condition"


Filter = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[Any, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Condition, Tag("condition")],
    Discriminator(_kind),
]

for _model in (All, Any, Not):
    _model.model_rebuild()


def conditions_of(filter_: Filter) -> Iterator[Condition]:
    """Every condition of the filter, in the order of the file."""
    match filter_:
        case Condition():
            yield filter_
        case All():
            for part in filter_.all:
                yield from conditions_of(part)
        case Any():
            for part in filter_.any:
                yield from conditions_of(part)
        case Not():
            yield from conditions_of(filter_.not_)


def fields_of(filter_: Filter) -> frozenset[str]:
    """Names of all fields that the filter reads."""
    return frozenset(condition.field for condition in conditions_of(filter_))


_FITTING: dict[Reads, frozenset[str]] = {
    "text": frozenset({Datatype.TEXT, Datatype.ARRAY, Datatype.NUMBER}),
    "number": frozenset({Datatype.NUMBER}),
    "timestamp": frozenset({Datatype.TIMESTAMP}),
    "anything": frozenset(Datatype),
}
_FOR: dict[Reads, str] = {
    "text": "text, arrays and numbers",
    "number": "numbers",
    "timestamp": "timestamps",
    "anything": "every datatype",
}
_EXACT = frozenset({"is", "is_not", "in", "not_in"})


def fits(operator: str, datatype: str) -> bool:
    """Whether an operator may be put to a field of a datatype.

    Text operators are for text and for what was picked from an array, and for numbers, whose text has one spelling
    (``95``, never ``95.0``). They are not for timestamps: these are kept in UTC, where the day may be another.
    """
    if operator == "between":
        return datatype in _FITTING["number"] | _FITTING["timestamp"]
    return datatype in _FITTING[reads(operator, None)]


def misfit(condition: Condition, datatype: str) -> tuple[str, str] | None:
    """The key of a condition that does not fit its field of this datatype, and why; None where all fits."""
    name, field = condition.operator, condition.field
    if datatype not in _FITTING[condition.reads]:
        if fits(name, datatype):
            return "value", f"operator {name} is given {_FOR[condition.reads]}; {field} is {datatype}"
        return "operator", f"operator {name} is for {_FOR[condition.reads]}; {field} is {datatype}"
    if datatype == Datatype.NUMBER and name in _EXACT:
        for value in condition.value if isinstance(condition.value, tuple) else (condition.value or "",):
            spelling = _number_spelling(value)
            if spelling != value:
                problem = f'operator {name} compares the text of a number, {spelling or "digits"}, not "{value}"'
                return "value", problem
    return None


def _number_spelling(text: str) -> str:
    try:
        return number_text(text)
    except ValueError:
        return ""
