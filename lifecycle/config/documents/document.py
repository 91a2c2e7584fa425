"""One configuration file as it was read: its text, what it says, and where each part of it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from lifecycle.config.documents.yaml_content import LONGEST_KEY, Content
from lifecycle.config.documents.yaml_nodes import ListNode, MappingNode, Node, ScalarNode, YamlFaultError, compose

_LINE_END = re.compile(r"\r\n|\n|\r")

At = Literal["key", "value", "file"]
"""Which half of a pair is meant, or the text of the file without regard to what it says."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text, for people and their editors.

    Args:
        line: Counted from 1; 0 where the file as a whole is meant.
        column: Character in that line, counted from 1; 0 as above.
        span: How many characters are meant, all in this line.
    """

    line: int = 0
    column: int = 0
    span: int = 0


WHOLE_FILE = Place()


class Document:
    """A file's text, read as YAML.

    Attributes:
        value: What it says; an empty mapping where it says nothing.
        faults: Why it cannot be used, whatever a model says.

    Args:
        text: The whole file, without a byte order mark.
        is_yaml: Whether to read it; otherwise it is kept to show places in it.
    """

    def __init__(self, text: str, *, is_yaml: bool = True) -> None:
        self.text = text
        self.value: Any = {}
        self.faults: list[YamlFaultError] = []
        self._root: Node | None = None
        if is_yaml:
            self._read()

    def _read(self) -> None:
        try:
            self._root = compose(self.text)
            if self._root is not None:
                content = Content(self._root)
                self.faults += content.faults
                self.value = {} if content.value is None else content.value
        except YamlFaultError as fault:
            self.faults, self._root = [fault], None

    @property
    def is_readable(self) -> bool:
        """Whether there is anything that a model could be asked about."""
        return self._root is not None or not self.faults

    def raw(self, path: str) -> str | None:
        """A scalar as it is written; None for anything else."""
        found = _find(self._root, path)
        return found.value.text if found.is_whole and isinstance(found.value, ScalarNode) else None

    def place(self, path: str, at: At = "value", offset: int | None = None, length: int = 1) -> Place:
        """Where a part of the file stands.

        Args:
            path: Keys and positions, joined by dots; where it leads to nothing, the last that is there is meant.
            at: Whether the key is meant or what stands behind it; ``file`` counts characters from the file's beginning.
            offset: The character of a scalar that is meant, counted from 0; it is shown where the scalar stands in the
                file as it is, in one line.
            length: How many characters are meant.
        """
        if at == "file":
            return WHOLE_FILE if offset is None else self.span(offset, offset + length)
        found = _find(self._root, path)
        value = found.value
        if value is None:
            return self.span(0, 1) if self.text else WHOLE_FILE
        if found.key is not None and (at == "key" or not found.is_whole or value.start == value.end):
            return self.span(found.key.start, found.key.end)
        if not isinstance(value, ScalarNode):
            return self._place_of_container(value, found)
        first = self._first_character(value)
        if offset is None or first is None:
            return self.span(value.start, value.end)
        return self.span(first + offset, min(first + offset + length, value.end))

    def span(self, start: int, end: int) -> Place:
        """The characters from ``start`` up to ``end``, or up to the end of the line."""
        start = min(max(start, 0), len(self.text))
        number = bisect_right(self._starts, start) - 1
        begin = self._starts[number]
        room = begin + len(self.line(number + 1)) - start
        return Place(number + 1, start - begin + 1, max(1, min(end - start, room)))

    def line(self, number: int) -> str:
        """One line, counted from 1, without its end."""
        begin = self._starts[number - 1]
        found = _LINE_END.search(self.text, begin)
        return self.text[begin : found.start() if found else len(self.text)]

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_END.finditer(self.text))]

    def _place_of_container(self, value: Node, found: _Found) -> Place:
        start, end = value.start, value.end
        in_one_line = self.text[start : start + 1] in {"{", "["} and not _LINE_END.search(self.text, start, end)
        if found.is_whole and in_one_line:
            return self.span(start, end)
        if found.key is not None:
            return self.span(found.key.start, found.key.end)
        inner = _first_leaf(value)
        return self.span(inner.start, inner.end)

    def _first_character(self, node: ScalarNode) -> int | None:
        """Where a scalar's own characters begin, if they stand in the file as they are."""
        written = self.text[node.start : node.end]
        if written == node.text:
            return node.start
        if written[1:-1] == node.text and written[0] in {"'", '"'}:
            return node.start + 1
        return None


@dataclass(frozen=True, slots=True)
class _Found:
    """What a path leads to; ``is_whole`` when all of it was there."""

    key: Node | None
    value: Node | None
    is_whole: bool


def _find(root: Node | None, path: str) -> _Found:
    """Follow a path as far as it leads. Keys may hold dots: the longest way is the right one."""
    best, best_left = _Found(None, root, not path), len(path)
    ways: list[tuple[Node | None, Node | None, str]] = [(None, root, path)]
    seen: set[tuple[int, int]] = set()
    while ways:
        key, node, left = ways.pop()
        if (id(node), len(left)) in seen:
            continue
        seen.add((id(node), len(left)))
        if len(left) < best_left or not left:
            best, best_left = _Found(key, node, not left), len(left)
        if not left:
            break
        ways += _steps(node, left)
    return best


def _steps(node: Node | None, left: str) -> list[tuple[Node | None, Node | None, str]]:
    if isinstance(node, ListNode):
        head, _, rest = left.partition(".")
        if (
            head.isascii()
            and head.isdecimal()
            and len(head) <= len(str(len(node.items)))
            and int(head) < len(node.items)
        ):
            return [(None, node.items[int(head)], rest)]
    if isinstance(node, MappingNode):
        pairs = node.merged or {}
        ends = [place for place, character in enumerate(left[: LONGEST_KEY + 1]) if character == "."]
        heads = [(left[:end], left[end + 1 :]) for end in ends] + [(left, "")]
        return [(*pairs[head], rest) for head, rest in heads if head in pairs]
    return []


def _first_leaf(node: Node) -> Node:
    while True:
        match node:
            case MappingNode(pairs=[(key, _), *_]):
                node = key
            case ListNode(items=[item, *_]):
                node = item
            case _:
                return node
