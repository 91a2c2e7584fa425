"""Evaluating a filter over one row; :mod:`lifecycle.language.filters.frame` does the same for many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from lifecycle.language.fields.scalar import read_number
from lifecycle.language.filters.filter import All, Any, Condition, Filter, Not, conditions_of
from lifecycle.language.filters.value import NEGATED, duration_of, folded_pattern, point_of
from lifecycle.language.moment import Moment

Test = Callable[[str], bool]
"""Whether a condition holds for the text of its field; raises ValueError where it cannot read the text."""


class UnreadableFieldError(ValueError):
    """A field holds a text that an operator cannot read; names the field, never the text.

    Args:
        field: The first of them in the order of the alphabet.
    """

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field

    def __str__(self) -> str:
        return f"the value of {self.field} cannot be read as what its filter takes it for"


def holds(filter_: Filter, row: Mapping[str, str], moment: Moment) -> bool:
    """Whether the filter holds for one row.

    Args:
        filter_: The filter.
        row: Field → canonical text; missing ones count as empty.
        moment: Of the run.

    Raises:
        UnreadableFieldError: A condition that stands anywhere in the filter cannot read its field.
    """
    verdicts: dict[int, bool] = {}
    unreadable = []
    for condition in conditions_of(filter_):
        try:
            verdicts[id(condition)] = test_of(condition, moment)(row.get(condition.field, ""))
        except ValueError:
            unreadable.append(condition.field)
    if unreadable:
        raise UnreadableFieldError(min(unreadable))
    return _joined(filter_, verdicts)


def _joined(filter_: Filter, verdicts: Mapping[int, bool]) -> bool:
    match filter_:
        case Condition():
            return verdicts[id(filter_)]
        case All():
            return all(_joined(part, verdicts) for part in filter_.all)
        case Any():
            return any(_joined(part, verdicts) for part in filter_.any)
        case Not():
            return not _joined(filter_.not_, verdicts)


@lru_cache(maxsize=1024)
def test_of(condition: Condition, moment: Moment) -> Test:
    """The test that a condition is at a moment, made once and put to many texts."""
    match condition.operator:
        case "empty":
            return lambda text: not text
        case "not_empty":
            return bool
    test = {"text": _of_text, "number": _of_number, "timestamp": _of_timestamp}[condition.reads](condition, moment)
    without_value = condition.operator in NEGATED
    return lambda text: test(text) if text else without_value


def _of_text(condition: Condition, _moment: Moment) -> Test:
    name = condition.operator
    if isinstance(condition.value, tuple):
        asked = frozenset(one.casefold() for one in condition.value)
        return (lambda text: text.casefold() in asked) if name == "in" else (lambda text: text.casefold() not in asked)
    value = condition.value or ""
    if name == "matches":
        return folded_pattern(value).matches
    folded = value.casefold()
    tests: dict[str, Test] = {
        "is": lambda text: text.casefold() == folded,
        "is_not": lambda text: text.casefold() != folded,
        "contains": lambda text: folded in text.casefold(),
        "not_contains": lambda text: folded not in text.casefold(),
        "starts_with": lambda text: text.casefold().startswith(folded),
        "ends_with": lambda text: text.casefold().endswith(folded),
    }
    return tests[name]


_ORDERS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": Decimal.__eq__,
    "!=": Decimal.__ne__,
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
}


def _of_number(condition: Condition, _moment: Moment) -> Test:
    if isinstance(condition.value, tuple):
        low, high = map(read_number, condition.value)
        return lambda text: low <= read_number(text) <= high
    asked, order = read_number(condition.value or ""), _ORDERS[condition.operator]
    return lambda text: order(read_number(text), asked)


def _of_timestamp(condition: Condition, moment: Moment) -> Test:
    first, last = _span(condition, moment)
    match condition.operator:
        case "before":
            return lambda text: _read_point(text) < first
        case "after":
            return lambda text: _read_point(text) > last
        case _:
            return lambda text: first <= _read_point(text) <= last


def _span(condition: Condition, moment: Moment) -> tuple[datetime, datetime]:
    """The first and the last point in time of what a condition speaks of, in UTC."""
    match condition.operator, condition.value:
        case "today", _:
            return moment.day(moment.today)
        case "within_last", str(text):
            return moment.shifted(-duration_of(text)), moment.now
        case "within_next", str(text):
            return moment.now, moment.shifted(duration_of(text))
        case _, str(text):
            return _ends(text, moment)
        case _, (low, high):
            return _ends(low, moment)[0], _ends(high, moment)[1]
    raise AssertionError(condition)  # the model has refused all else


def _ends(text: str, moment: Moment) -> tuple[datetime, datetime]:
    point = point_of(text)
    if isinstance(point, datetime):
        return moment.instant(point), moment.instant(point)
    return moment.day(point)


def _read_point(text: str) -> datetime:
    """A timestamp of a record; one without an offset could mean any of a day's hours."""
    point = datetime.fromisoformat(text)
    if point.tzinfo is None:
        raise ValueError("a timestamp without an offset")
    return point
