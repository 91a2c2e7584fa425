"""Reading the fields of one JSON record into canonical text (:mod:`lifecycle.language.fields.scalar`).

Text is kept, with white space and NULs trimmed; a number is written without a superfluous fraction (18.0 → ``18``); a
timestamp is written as ISO 8601 in UTC; what means "none" is empty; of several values the first or last is taken, or
all, joined or as a JSON list. An empty text is "no value" everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from lifecycle.language.fields.field import Datatype, FieldSpec
from lifecycle.language.fields.json_path import JsonPath
from lifecycle.language.fields.scalar import number_text, plain_text, read_timestamp, utc_text


class RecordReader:
    """Compiled once per endpoint; reads one record after another.

    Args:
        fields: Field name → specification.

    Raises:
        ValueError: A default does not fit the datatype of its field.
    """

    def __init__(self, fields: Mapping[str, FieldSpec]) -> None:
        self._readers = [(name, _FieldReader(name, spec)) for name, spec in fields.items()]

    def read(self, record: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
        """All fields of a record as canonical text, and the names of those whose value does not fit (left empty)."""
        values, unreadable = {}, []
        for name, reader in self._readers:
            try:
                values[name] = reader.read(record)
            except ValueError:
                values[name] = ""
                unreadable.append(name)
        return values, unreadable


class _FieldReader:
    """One field: where its values stand, what they are, which of them is taken."""

    def __init__(self, name: str, spec: FieldSpec) -> None:
        self._spec = spec
        self._find = _finder(name, spec)
        self._convert = _converter(spec)
        self._nulls = frozenset(plain_text(one).casefold() for one in spec.nulls)
        try:
            self._default = "" if spec.default is None else self._picked([spec.default])
        except ValueError as error:
            raise ValueError(f"default of {name} does not fit its type {spec.type.value}: {error}") from None

    def read(self, record: Mapping[str, Any]) -> str:
        """The field of a record.

        Raises:
            ValueError: A value does not fit the datatype.
        """
        return self._picked(self._find(record)) or self._default

    def _picked(self, found: list[Any]) -> str:
        values = [text for text in map(self._one, found) if text]
        if not values:
            return ""
        match self._spec.pick:
            case "first":
                return values[0]
            case "last":
                return values[-1]
            case "join":
                return self._spec.separator.join(values)
            case "all":
                return json.dumps(values, ensure_ascii=False)

    def _one(self, value: Any) -> str:
        if value is None or (self._nulls and self._is_null(value)):
            return ""
        text = self._convert(value)
        return "" if self._nulls and text.casefold() in self._nulls else text

    def _is_null(self, value: Any) -> bool:
        """Whether a value means none before it is read: "N/A" is no timestamp."""
        return isinstance(value, str) and plain_text(value).casefold() in self._nulls


def _finder(name: str, spec: FieldSpec) -> Callable[[Mapping[str, Any]], list[Any]]:
    if spec.select is not None:
        return JsonPath(spec.select).found
    if spec.type is Datatype.ARRAY:
        return lambda record: value if isinstance(value := record.get(name), list) else [value]
    return lambda record: [record.get(name)]


def _converter(spec: FieldSpec) -> Callable[[Any], str]:
    match spec.type:
        case Datatype.NUMBER:
            return number_text
        case Datatype.TIMESTAMP:
            zone, layout, earliest = ZoneInfo(spec.timezone), spec.format, spec.null_before
            return lambda value: _timestamp(value, layout, zone, earliest)
        case Datatype.ARRAY | Datatype.TEXT:
            return plain_text


def _timestamp(value: Any, layout: str | None, zone: ZoneInfo, earliest: date | None) -> str:
    moment = read_timestamp(value, layout, zone)
    if moment is None or (earliest is not None and moment.date() < earliest):
        return ""
    return utc_text(moment)
