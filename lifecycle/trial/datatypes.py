"""What an answer says of the datatypes of an endpoint's fields, next to what its file says.

A datatype that the file names and that reads every value is somebody's word, and stays. One that it does not name, or
that does not read a value, becomes what the values suggest. What has no value says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lifecycle.config.endpoint import Endpoint
from lifecycle.language.fields.field import FieldSpec
from lifecycle.language.fields.inference import infer_fields, scalar_spec
from lifecycle.language.fields.inferred_name import member_selector
from lifecycle.language.fields.json_path import JsonPath, JsonPathError
from lifecycle.language.fields.record import RecordReader

_OF_TIMESTAMPS = frozenset({"format", "timezone", "null_before"})

Given = Mapping[str, Any]
"""A field as it is written in the file."""
Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One field whose datatype is to be set.

    Args:
        field: Its name.
        before: As it is written; None where the file does not have it.
        after: As it would be written.
    """

    field: str
    before: Given | None
    after: Given

    @property
    def told(self) -> str:
        """In a line: ``startdate: text → timestamp %d/%m/%Y``."""
        before = "new" if self.before is None else _datatype(self.before)
        return f"{self.field}: {before} → {_datatype(self.after)}"


def suggestions(endpoint: Endpoint, given: Mapping[str, Given], records: Records, *, add: bool) -> list[Suggestion]:
    """What is to be set, in the order of the file; new fields in that of the alphabet.

    Args:
        endpoint: The endpoint.
        given: Its fields as they are written.
        records: As they came.
        add: Whether fields that the file does not have are added.
    """
    found = []
    for name, spec in endpoint.fields.items():
        after = _suggested(name, given[name], spec, records)
        if after != given[name]:
            found.append(Suggestion(name, given[name], after))
    return [*found, *_new(endpoint, records)] if add else found


def _suggested(name: str, given: Given, spec: FieldSpec, records: Records) -> Given:
    reader = RecordReader({name: spec})
    fits = not any(reader.read(record)[1] for record in records)
    if "type" in given and fits:
        return given
    values = [value for record in records for value in _values(name, spec, record) if _has_value(value, spec)]
    if not values:
        return given
    if all(isinstance(value, list) for value in values):
        return {
            "type": "array",
            **({"pick": "join"} if "pick" not in given else {}),
            **_without_type(given, stays=False),
        }
    inferred = FieldSpec(**scalar_spec(values)).model_dump(exclude_unset=True, mode="json")
    kind = inferred.get("type", "text")
    if "type" not in given and kind == "text":
        return given
    rest = _without_type(given, stays=kind == "timestamp")
    if kind == "timestamp":
        rest.pop("format", None)
    return {**inferred, "type": kind, **{key: value for key, value in rest.items() if key not in inferred}}


def _without_type(given: Given, *, stays: bool) -> dict[str, Any]:
    """What else is written; what belongs to timestamps only where it stays one."""
    return {key: value for key, value in given.items() if key != "type" and (stays or key not in _OF_TIMESTAMPS)}


def _values(name: str, spec: FieldSpec, record: Mapping[str, Any]) -> list[Any]:
    if spec.select is None:
        return [record.get(name)]
    try:
        return list(JsonPath(spec.select).found(record))
    except JsonPathError:
        return []


def _has_value(value: Any, spec: FieldSpec) -> bool:
    if isinstance(value, str):
        return bool(value.strip()) and value.strip().casefold() not in {one.casefold() for one in spec.nulls}
    return value is not None


def _new(endpoint: Endpoint, records: Records) -> Iterator[Suggestion]:
    """Fields that the records suggest and nobody reads yet, under this name or another."""
    read = {spec.select or member_selector([name]) for name, spec in endpoint.fields.items()}
    for name, spec in infer_fields(records).items():
        if name not in endpoint.fields and (spec.select or member_selector([name])) not in read:
            yield Suggestion(name, None, spec.model_dump(exclude_unset=True, mode="json"))


def _datatype(given: Given) -> str:
    kind, layout = str(given.get("type", "text")), given.get("format")
    return f"{kind} {layout}" if layout else kind
