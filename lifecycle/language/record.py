"""Reading the fields of one JSON record into canonical text.

Text is kept, with white space and NULs trimmed; a number is written without a superfluous fraction (18.0 → ``18``); a
timestamp is written as ISO 8601 in UTC, null sentinels (years up to 1980, reference: HaloITSM writes 1900-01-01 and the
like for "none") are empty; an array is joined by ``;`` or written as JSON. An empty text is "no value" everywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from lifecycle.language.field import Datatype, FieldSpec
from lifecycle.language.json_path import JsonPath, JsonPathError

_LAST_SENTINEL_YEAR = 1980
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_MOST_DIGITS = 100
"""A number whose digits do not fit into so many places is taken for damage."""


class RecordReader:
    """Compiled once per endpoint; reads one record after another.

    Args:
        fields: Field name → specification.

    Raises:
        ValueError: A default does not fit the datatype of its field.
    """

    def __init__(self, fields: Mapping[str, FieldSpec]) -> None:
        self._zones = {spec.timezone: ZoneInfo(spec.timezone) for spec in fields.values()}
        self._readers = [
            (name, _selector(name, spec), spec, self._default(name, spec)) for name, spec in fields.items()
        ]

    def read(self, record: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
        """All fields of a record as canonical text, and the names of those whose value does not fit (left empty)."""
        values, unreadable = {}, []
        for name, select, spec, default in self._readers:
            try:
                values[name] = self._text(spec, select(record)) or default
            except (ValueError, JsonPathError):
                values[name] = ""
                unreadable.append(name)
        return values, unreadable

    def _text(self, spec: FieldSpec, found: list[Any]) -> str:
        values = [text for text in (self._one(spec, value) for value in found) if text]
        if not values:
            return ""
        match spec.pick:
            case "first":
                return values[0]
            case "last":
                return values[-1]
            case "join":
                return ";".join(values)
            case "all":
                return json.dumps(values, ensure_ascii=False)

    def _one(self, spec: FieldSpec, value: Any) -> str:
        if value is None:
            return ""
        match spec.type:
            case Datatype.NUMBER:
                return number_text(value)
            case Datatype.TIMESTAMP:
                return timestamp_text(value, spec.format, self._zones[spec.timezone])
            case Datatype.ARRAY | Datatype.TEXT:
                return plain_text(value)

    def _default(self, name: str, spec: FieldSpec) -> str:
        try:
            return self._one(spec, spec.default)
        except ValueError as error:
            raise ValueError(f"default of {name} does not fit its type {spec.type.value}: {error}") from None


def _selector(name: str, spec: FieldSpec) -> Callable[[Mapping[str, Any]], list[Any]]:
    if spec.select is None:
        return lambda record: _listed(record.get(name), spec)
    return JsonPath(spec.select).found


def _listed(value: Any, spec: FieldSpec) -> list[Any]:
    return value if isinstance(value, list) and spec.type is Datatype.ARRAY else [value]


def plain_text(value: Any) -> str:
    """Any JSON value as text: booleans as ``true`` / ``false``, whole floats without fraction, objects as JSON.

    Raises:
        ValueError: Not a finite number, or half of a surrogate pair: nothing that can be written as UTF-8.
    """
    if isinstance(value, str):
        text = value.replace("\0", "").strip()
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int | float):
        text = number_text(value)
    else:
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
    text = str(value).replace("\0", "").strip()
    if not text:
        return ""
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a finite number")
    number = Decimal(text)
    if not number:
        return "0"
    if len(number.as_tuple().digits) > _MOST_DIGITS or abs(number.adjusted()) > _MOST_DIGITS:
        raise ValueError("a number of too many digits")
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def timestamp_text(value: Any, layout: str | None, zone: ZoneInfo) -> str:
    """A timestamp in UTC as ``2026-11-23T08:00:00+00:00``; a null sentinel or empty text is empty.

    Raises:
        ValueError: Not a timestamp of this layout.
    """
    if not isinstance(value, str):
        raise ValueError("a timestamp is text")  # noqa: TRY004  (bad data, not a bad call)
    text = value.replace("\0", "").strip()
    if not text:
        return ""
    moment = datetime.strptime(text, layout) if layout else datetime.fromisoformat(text)  # noqa: DTZ007 (the zone is given below)
    if moment.year <= _LAST_SENTINEL_YEAR:
        return ""
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC).isoformat()
    except OverflowError:
        raise ValueError("a timestamp beyond the year 9999") from None
