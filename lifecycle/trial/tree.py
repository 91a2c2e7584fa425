"""An answer as a tree: every field with its datatype; of a list, what its first elements have between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lifecycle.language.fields.inference import scalar_spec

FIRST_ELEMENTS = 20
"""Elements of a list whose fields are looked at."""
MOST_CHILDREN = 200
DEEPEST = 8
_LONGEST_SAMPLE = 60

Kind = Literal["Text", "Number", "Timestamp", "Array", "Object"]


@dataclass(frozen=True, slots=True)
class Branch:
    """A field of an answer.

    Args:
        name: Its key; ``[ ]`` stands for each element of a list, ``answer`` for the whole.
        kind: Its datatype; ``Object`` for what only holds others.
        sample: The first value, cut; empty where there is none.
        layout: strptime format of a timestamp that is not ISO 8601.
        count: Elements of a list: of the longest, where there are several.
        children: What is below it.
        left_out: Fields below it that are not shown.
    """

    name: str
    kind: Kind
    sample: str = field(default="", repr=False)
    layout: str = ""
    count: int | None = None
    children: tuple[Branch, ...] = ()
    left_out: int = 0

    @property
    def told(self) -> str:
        """Datatype with what there is to say about it."""
        if self.count is not None:
            return f"{self.kind}, {self.count} element{'' if self.count == 1 else 's'}"
        return f"{self.kind}, {self.layout}" if self.layout else self.kind


def tree_of(answer: Any) -> Branch:
    """The tree of an answer from which secrets are taken out already."""
    return _branch("answer", [answer], 0)


def _branch(name: str, values: Sequence[Any], depth: int) -> Branch:
    """What stands at one place, in all objects that have it."""
    there = [value for value in values if value is not None]
    if there and all(isinstance(value, dict) for value in there):
        children, left_out = _children(there, depth)
        return Branch(name, "Object", children=children, left_out=left_out)
    if there and all(isinstance(value, list) for value in there):
        return _list(name, there, depth)
    told = [value for value in there if not isinstance(value, str) or value.strip()]
    spec = scalar_spec(told) if told else {}
    kinds: dict[str, Kind] = {"number": "Number", "timestamp": "Timestamp"}
    return Branch(name, kinds.get(spec.get("type", ""), "Text"), _sample(told), spec.get("format", ""))


def _list(name: str, lists: Sequence[list[Any]], depth: int) -> Branch:
    items = [item for one in lists for item in one[:FIRST_ELEMENTS]]
    objects = [item for item in items if isinstance(item, dict)]
    if objects and len(objects) == len(items):
        children, left_out = _children(objects, depth)
    else:
        children, left_out = (_branch("[ ]", items, depth + 1),) if items and depth < DEEPEST else (), 0
    return Branch(name, "Array", count=max(map(len, lists)), children=children, left_out=left_out)


def _children(objects: Iterable[dict[str, Any]], depth: int) -> tuple[tuple[Branch, ...], int]:
    """The fields of objects between them, in the order in which they come."""
    values: dict[str, list[Any]] = {}
    for one in objects:
        for key, value in one.items():
            values.setdefault(key, []).append(value)
    if depth >= DEEPEST:
        return (), len(values)
    shown = list(values.items())[:MOST_CHILDREN]
    return tuple(_branch(key, found, depth + 1) for key, found in shown), len(values) - len(shown)


def _sample(values: Sequence[Any]) -> str:
    if not values:
        return ""
    first = values[0]
    text = str(first).lower() if isinstance(first, bool) else str(first)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_SAMPLE else f"{text[:_LONGEST_SAMPLE]}…"
