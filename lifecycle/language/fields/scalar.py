"""JSON values as canonical text: one spelling of each text, number and point in time. An empty text is "no value"."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

DEEPEST = 100
"""Objects and lists inside each other; a record that goes deeper is taken for damage."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_MOST_DIGITS = 100
"""A number whose digits do not fit into so many places is taken for damage."""


def trimmed(text: str) -> str:
    """A text without NULs, and without white space at its ends."""
    return text.replace("\0", "").strip()


def plain_text(value: Any) -> str:
    """Any JSON value as text: booleans as ``true`` / ``false``, whole floats without fraction, objects as JSON.

    Raises:
        ValueError: Not a finite number, half of a surrogate pair (nothing that can be written as UTF-8), or nested
            too deeply.
    """
    if isinstance(value, str):
        text = trimmed(value)
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int | float):
        text = number_text(value)
    else:
        if _is_too_deep(value):
            raise ValueError("nested too deeply")
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    text.encode()
    return text


def number_text(value: Any) -> str:
    """A number in one spelling: 95, 95.0, ``"95"`` and ``" 95.00"`` are all ``95``; empty text is empty.

    All digits are kept, however many: keys may be longer than a float is exact.

    Raises:
        ValueError: Not a finite number.
    """
    if isinstance(value, bool):
        raise ValueError("a boolean is no number")  # noqa: TRY004  (bad data, not a bad call)
    text = trimmed(str(value))
    if not text:
        return ""
    number = read_number(text)
    if not number:
        return "0"
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def read_number(text: str) -> Decimal:
    """The number that a text spells, exactly.

    Raises:
        ValueError: Not a finite number of at most 100 places.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a finite number")
    number = Decimal(text)
    if number and (len(number.as_tuple().digits) > _MOST_DIGITS or abs(number.adjusted()) > _MOST_DIGITS):
        raise ValueError("a number of too many digits")
    return number


def read_timestamp(value: Any, layout: str | None, zone: ZoneInfo) -> datetime | None:
    """The point in time that a text tells, aware and as it was written; None for an empty text.

    Args:
        value: What stands in the record.
        layout: strptime format; ISO 8601 without one.
        zone: Of a text that names none.

    Raises:
        ValueError: Not a timestamp of this layout.
    """
    if not isinstance(value, str):
        raise ValueError("a timestamp is text")  # noqa: TRY004  (bad data, not a bad call)
    text = trimmed(value)
    if not text:
        return None
    moment = datetime.strptime(text, layout) if layout else datetime.fromisoformat(text)  # noqa: DTZ007 (the zone is given below)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def utc_text(moment: datetime) -> str:
    """An aware datetime in UTC as ISO 8601.

    Raises:
        ValueError: Beyond the year 9999 there.
    """
    try:
        return moment.astimezone(UTC).isoformat()
    except OverflowError:
        raise ValueError("a timestamp beyond the year 9999") from None


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        parts: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                parts += one.values()
            elif isinstance(one, list):
                parts += one
        if not parts:
            return False
        level = parts
    return True
