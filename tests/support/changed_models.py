"""Tomorrow's build, for the length of a test: stored models with other fields, and the converters that go with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lifecycle.planning.plan import Plan
from lifecycle.versions import BodyKind, Converter


@contextmanager
def changed_model(model: type[BaseModel], *gone: str, **new: FieldInfo) -> Iterator[None]:
    """A model with other fields.

    Args:
        model: A kind of change.
        gone: Fields that it has no more.
        new: Fields that it gets.
    """
    fields = model.__pydantic_fields__
    before = dict(fields)
    _become(model, {name: one for name, one in before.items() if name not in gone} | new)
    try:
        yield
    finally:
        _become(model, before)


@contextmanager
def new_version(kind: BodyKind, convert: Converter) -> Iterator[None]:
    """One more version of a kind of body, by one converter."""
    before = kind.converters
    object.__setattr__(kind, "converters", (*before, convert))
    try:
        yield
    finally:
        object.__setattr__(kind, "converters", before)


def _become(model: type[BaseModel], wanted: Mapping[str, Any]) -> None:
    fields = model.__pydantic_fields__
    fields.clear()
    fields.update(wanted)
    model.model_rebuild(force=True)
    Plan.model_rebuild(force=True)
