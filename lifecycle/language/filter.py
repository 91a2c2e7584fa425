"""Filters: ``all`` / ``any`` / ``not`` over ``field operator value``, evaluated over whole frames.

Frames hold text (see :mod:`lifecycle.language.record`); an empty text is "no value". Text is compared without regard
to case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import pandas as pd
from pydantic import Discriminator, Field, Tag, field_validator

from lifecycle.language.model import LanguageModel

TextOperator = Literal[
    "is", "is_not", "in", "not_in", "contains", "not_contains", "starts_with", "ends_with", "empty", "not_empty"
]
_WITHOUT_VALUE = frozenset({"empty", "not_empty"})
_WITH_LIST = frozenset({"in", "not_in"})


class Condition(LanguageModel):
    """One comparison of a field."""

    field: str
    operator: TextOperator
    value: str | tuple[str, ...] | None = None

    @field_validator("value", mode="before")
    @classmethod
    def _is_text(cls, value: object) -> object:
        for one in value if isinstance(value, list | tuple) else (value,):
            if not isinstance(one, str | None):
                raise ValueError(f'must be text or a list of texts, in quotes where YAML reads it otherwise: "{one}"')  # noqa: TRY004  (pydantic reports it)
        return value

    def model_post_init(self, _context: object) -> None:
        """Refuse a value that does not fit the operator.

        Raises:
            ValueError: Caught by pydantic and reported with its place in the file.
        """
        if self.operator in _WITHOUT_VALUE:
            if self.value is not None:
                raise ValueError(f"operator {self.operator} takes no value")
        elif self.value is None:
            raise ValueError(f"operator {self.operator} needs a value")
        elif isinstance(self.value, tuple) != (self.operator in _WITH_LIST):
            need = "a list" if self.operator in _WITH_LIST else "one value, not a list"
            raise ValueError(f"operator {self.operator} takes {need}")
        elif not self.value or "" in (self.value if isinstance(self.value, tuple) else (self.value,)):
            # Everything contains the empty text: a forgotten value would mean everybody.
            raise ValueError(f"operator {self.operator} needs a value that is not empty; see empty and not_empty")


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


def fields_of(filter_: Filter) -> frozenset[str]:
    """Names of all fields that the filter reads."""
    match filter_:
        case Condition():
            return frozenset({filter_.field})
        case All():
            return frozenset[str]().union(*map(fields_of, filter_.all))
        case Any():
            return frozenset[str]().union(*map(fields_of, filter_.any))
        case Not():
            return fields_of(filter_.not_)


def mask(filter_: Filter, frame: pd.DataFrame) -> pd.Series:
    """A boolean series, index as the frame's: where the filter holds.

    Raises:
        KeyError: The frame has no such column.
    """
    match filter_:
        case Condition():
            return _OPERATORS[filter_.operator](frame[filter_.field].str.casefold(), _folded(filter_.value))
        case All():
            result = pd.Series(data=True, index=frame.index)
            for part in filter_.all:
                result &= mask(part, frame)
            return result
        case Any():
            result = pd.Series(data=False, index=frame.index)
            for part in filter_.any:
                result |= mask(part, frame)
            return result
        case Not():
            return ~mask(filter_.not_, frame)


def _folded(value: str | tuple[str, ...] | None) -> str | tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(item.casefold() for item in value)
    return (value or "").casefold()


_OPERATORS: dict[str, Callable[..., pd.Series]] = {
    "is": lambda column, value: column == value,
    "is_not": lambda column, value: column != value,
    "in": lambda column, value: column.isin(value),
    "not_in": lambda column, value: ~column.isin(value),
    "contains": lambda column, value: column.str.contains(value, regex=False),
    "not_contains": lambda column, value: ~column.str.contains(value, regex=False),
    "starts_with": lambda column, value: column.str.startswith(value),
    "ends_with": lambda column, value: column.str.endswith(value),
    "empty": lambda column, _: column == "",
    "not_empty": lambda column, _: column != "",
}
