"""Pydantic models as tables of their keys, in markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from prefect.types import SecretDict
from pydantic import BaseModel, Secret, SecretStr
from pydantic.fields import FieldInfo

NAMES: Mapping[object, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    date: "date",
    SecretStr: "secret text",
    SecretDict: "name → secret text",
    Any: "any YAML",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A markdown table; what would end a cell or begin a tag is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def model_tables(model: type[BaseModel], seen: set[type[BaseModel]] | None = None) -> Iterator[str]:
    """The model's sentence and table, then those of every model inside it, each once.

    Args:
        model: Where to begin.
        seen: Models that have a table already; they are added to.
    """
    seen = seen if seen is not None else set()
    seen.add(model)
    yield sentence(model)
    yield table(("key", "value", "default", "meaning"), [_row(name, info) for name, info in model.model_fields.items()])
    for info in model.model_fields.values():
        for inner in _models(info.annotation):
            if inner not in seen:
                yield f"### {inner.__name__}"
                yield from model_tables(inner, seen)


def sentence(described: type) -> str:
    """The first line of a docstring, with markdown's code marks."""
    return (described.__doc__ or "").partition("\n")[0].replace("``", "`")


def kind(annotation: Any) -> str:
    """A type in the words of somebody who writes YAML; that a key may be left out is told by its default."""
    annotation = _plain(annotation)
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Literal:
            return " or ".join(f"`{value}`" for value in arguments)
        case origin if origin in {Union, UnionType}:
            return " or ".join(dict.fromkeys(kind(one) for one in arguments if one is not NoneType))
        case origin if origin in {tuple, list}:
            return f"list of {kind(arguments[0])}"
        case origin if origin in {dict, Mapping}:
            return f"name → {kind(arguments[1])}"
    return NAMES.get(annotation) or _class(annotation)


def shown_default(info: FieldInfo) -> str:
    """The default of a field as it would stand in YAML; empty where it is "nothing"."""
    if info.is_required():
        return "**required**"
    value = info.get_default(call_default_factory=True, validated_data={})
    match value:
        case BaseModel():
            value = value.model_dump(mode="json", exclude_defaults=True)
        case SecretStr() | Secret():
            value = value.get_secret_value()
    if isinstance(value, date):
        return f"`{value.isoformat()}`"
    if value is None or value in ("", (), [], {}):
        return ""
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value)}`"


def _cell(text: str) -> str:
    parts = text.replace("|", "\\|").replace("``", "`").split("`")
    return "`".join(part if at % 2 else part.replace("<", "&lt;") for at, part in enumerate(parts))  # code is code


def _class(annotation: Any) -> str:
    """A model by its name, an enumeration by its values; anything else is a fault of this page."""
    if issubclass(annotation, BaseModel):
        return str(annotation.__name__)
    return " or ".join(f"`{member.value}`" for member in annotation)


def _row(name: str, info: FieldInfo) -> tuple[str, str, str, str]:
    inner = list(_models(info.annotation))
    meaning = info.description or (sentence(inner[0]) if len(inner) == 1 else "")
    return f"`{info.alias or name}`", kind(info.annotation), shown_default(info), meaning


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    annotation = _plain(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _plain(annotation: Any) -> Any:
    """The type behind what pydantic is told about it."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation
