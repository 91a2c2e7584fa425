"""The operators of filters and the values that they take.

A value is kept as canonical text: a number as ``95.5``, a date as ``2026-11-23``, a point in time as ISO 8601, a
duration as ``30d``. What does not fit its operator is refused when the configuration is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from lifecycle.language.fields.scalar import number_text, read_number
from lifecycle.language.pattern import Pattern

TextOperator = Literal[
    "is", "is_not", "in", "not_in", "contains", "not_contains", "starts_with", "ends_with", "matches"
]  # fmt: skip
NumberOperator = Literal["=", "!=", "<", "<=", ">", ">="]
TimestampOperator = Literal["before", "after", "on", "within_last", "within_next", "today"]
AnyOperator = Literal["between", "empty", "not_empty"]
Operator = Literal[TextOperator, NumberOperator, TimestampOperator, AnyOperator]

ALIASES: Mapping[str, str] = {"==": "=", "≠": "!=", "≤": "<=", "≥": ">="}
"""Other spellings of operators."""
NEGATED = frozenset({"is_not", "not_in", "not_contains", "!="})
"""Operators that hold where there is no value."""
WITHOUT_VALUE = frozenset({"empty", "not_empty", "today"})

Value = str | tuple[str, ...] | None
Reads = Literal["text", "number", "timestamp", "anything"]
"""What an operator takes the text of a field for."""

_LISTS = frozenset({"in", "not_in"})
_TEXT, _NUMBER = frozenset(get_args(TextOperator)), frozenset(get_args(NumberOperator))
_DURATION = re.compile(r"([1-9][0-9]{0,4})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LIMITS = 2
_LONGEST_QUOTE = 60


def read_value(operator: str, given: object) -> Value:
    """The value of a condition as canonical text; a tuple for lists and for the two limits of ``between``.

    Args:
        operator: One of :data:`Operator`.
        given: What stands in the file: text, number, date, datetime, a list of them, or None.

    Raises:
        ValueError: The value does not fit; says what would.
    """
    if operator in WITHOUT_VALUE:
        if given is not None:
            raise ValueError(f"operator {operator} takes no value")
        return None
    if given is None:
        raise ValueError(f"operator {operator} needs a value")
    return _READERS[operator](operator, given)


def reads(operator: str, value: Value) -> Reads:
    """What a condition takes the text of its field for; for ``between`` its limits tell."""
    if operator in {"empty", "not_empty"}:
        return "anything"
    if operator in _TEXT:
        return "text"
    if operator == "between":
        return "number" if isinstance(value, tuple) and _is_number(value[0]) else "timestamp"
    return "number" if operator in _NUMBER else "timestamp"


def point_of(text: str) -> date | datetime:
    """The date or point in time of a canonical text; a date alone is a date.

    Raises:
        ValueError: It is neither.
    """
    return date.fromisoformat(text) if _DATE.fullmatch(text) else datetime.fromisoformat(text)


def duration_of(text: str) -> timedelta:
    """A duration such as ``45m``, ``12h``, ``30d`` or ``2w``; a day has 24 hours.

    Raises:
        ValueError: It is none.
    """
    found = _DURATION.fullmatch(text)
    if not found:
        raise ValueError("not a duration")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _texts(operator: str, given: object) -> Value:
    for one in given if isinstance(given, list | tuple) else (given,):
        if not isinstance(one, str):
            raise ValueError(f'must be text or a list of texts, in quotes where YAML reads it otherwise: "{one}"')  # noqa: TRY004  (pydantic reports it)
    if isinstance(given, list | tuple) != (operator in _LISTS):
        need = "a list" if operator in _LISTS else "one value, not a list"
        raise ValueError(f"operator {operator} takes {need}")
    value = tuple(given) if isinstance(given, list | tuple) else str(given)
    if not value or "" in (value if isinstance(value, tuple) else (value,)):
        # Everything contains the empty text: a forgotten value would mean everybody.
        raise ValueError(f"operator {operator} needs a value that is not empty; see empty and not_empty")
    if operator == "matches" and isinstance(value, str):
        Pattern(value)  # first as it was written, so that an error speaks of that
        folded_pattern(value)
    return value


def folded_pattern(text: str) -> Pattern:
    """The regular expression of ``matches``, without regard to case.

    Raises:
        PatternError: It is none, or too large.
    """
    return Pattern("(?i)" + text)


def _is_number(given: object) -> bool:
    try:
        return not isinstance(given, bool) and isinstance(given, int | float | str) and number_text(given) != ""
    except ValueError:
        return False


def _number(operator: str, given: object) -> str:
    if not _is_number(given):
        raise ValueError(f"operator {operator} takes a number; given: {_quoted(given)}")
    return number_text(given)


def _point_text(given: object) -> str | None:
    if isinstance(given, date):  # a datetime is one as well
        return given.isoformat()
    if isinstance(given, str):
        try:
            return point_of(given.strip()).isoformat()
        except ValueError:
            return None
    return None


def _point(operator: str, given: object) -> str:
    text = _point_text(given)
    if text is None:
        raise ValueError(
            f"operator {operator} takes a date or a point in time, such as 2026-11-23 or 2026-11-23T08:00; "
            f"given: {_quoted(given)}"
        )
    return text


def _day(operator: str, given: object) -> str:
    text = _point_text(given)
    if text is None or not _DATE.fullmatch(text):
        raise ValueError(f"operator {operator} takes a date, such as 2026-11-23; given: {_quoted(given)}")
    return text


def _duration(operator: str, given: object) -> str:
    if not isinstance(given, str) or not _DURATION.fullmatch(given):
        raise ValueError(
            f"operator {operator} takes a duration of minutes, hours, days or weeks, such as 45m, 12h, 30d or 2w; "
            f"given: {_quoted(given)}"
        )
    return given


def _limits(operator: str, given: object) -> tuple[str, ...]:
    limits = list(given) if isinstance(given, list | tuple) else []
    if len(limits) == _LIMITS and all(map(_is_number, limits)):
        texts = tuple(map(number_text, limits))
        upside_down = read_number(texts[0]) > read_number(texts[1])
    elif len(limits) == _LIMITS and None not in (points := [_point_text(one) for one in limits]):
        texts = tuple(text for text in points if text is not None)
        upside_down = _is_after(*map(point_of, texts))
    else:
        raise ValueError(f"operator {operator} takes a list of two numbers or of two dates; given: {_quoted(given)}")
    if upside_down:
        raise ValueError(f"operator {operator} takes the lower limit first; given: {_quoted(given)}")
    return texts


def _is_after(one: date, other: date) -> bool:
    """Whether one limit lies behind the other in every zone; a date stands for its whole day."""
    aware = [isinstance(point, datetime) and point.tzinfo is not None for point in (one, other)]
    if any(aware):
        return all(aware) and one > other
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one > other
    days = [point.date() if isinstance(point, datetime) else point for point in (one, other)]
    return days[0] > days[1]


def _quoted(given: object) -> str:
    text = ", ".join(map(str, given)) if isinstance(given, list | tuple) else str(given)
    text = f"[{text}]" if isinstance(given, list | tuple) else f'"{text}"'
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…"


_READERS: Mapping[str, Callable[[str, object], Value]] = {
    **dict.fromkeys(_TEXT, _texts),
    **dict.fromkeys(_NUMBER, _number),
    **dict.fromkeys(("before", "after"), _point),
    **dict.fromkeys(("within_last", "within_next"), _duration),
    "on": _day,
    "between": _limits,
}
