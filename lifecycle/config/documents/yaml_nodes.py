"""From the text of a YAML file to a tree of nodes, each with its place; whatever is written, in bounded time.

ruamel reads the text into events, iteratively; the tree is built here, so that depth and number of nodes are counted
while they come, before any memory is spent on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

MOST_DEPTH = 60
MOST_NODES = 8_000
"""Keys and values, some 100 µs each: with the size of a file, what keeps the reading of it below a second."""


class YamlFaultError(ValueError):
    """The text is no YAML, or none that is taken here.

    Args:
        problem: What is wrong.
        offset: The character at which it is, counted from 0.
        length: How many characters are meant.
        hint: What to do about it; may be empty.
    """

    def __init__(self, problem: str, offset: int, length: int = 1, hint: str = "") -> None:
        super().__init__(problem, offset, length, hint)
        self.problem, self.offset, self.length, self.hint = problem, offset, length, hint


@dataclass(slots=True, eq=False)
class Node:
    """What all nodes have: the characters from ``start`` up to ``end``, and a tag where one is written."""

    start: int
    end: int
    tag: str | None


@dataclass(slots=True, eq=False)
class ScalarNode(Node):
    """A scalar; ``plain`` when it has no quotes and no tag."""

    text: str
    plain: bool


@dataclass(slots=True, eq=False)
class ListNode(Node):
    """A list."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class MappingNode(Node):
    """A mapping as it is written: pairs of key and value; ``merged`` is filled when its content is read."""

    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    merged: dict[str, tuple[Node, Node]] | None = None


def compose(text: str) -> Node | None:
    """The root of the only document; None where the text holds nothing.

    Raises:
        YamlFaultError: It is no YAML, holds several documents, or goes beyond the bounds above.
    """
    try:
        return _Composer(text).document()
    except ReaderError as error:
        problem = f"unacceptable character #x{error.character:04x}: {error.reason}"
        raise YamlFaultError(f"is no YAML: {problem}", error.position) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hint = "indent with spaces, not with tabs" if "'\\t'" in str(error.problem) else ""
        raise YamlFaultError(f"is no YAML: {error.problem}", mark.index if mark else 0, hint=hint) from None
    except YAMLError as error:
        raise YamlFaultError("is no YAML: " + str(error).partition("\n")[0], 0) from None


class _Composer:
    """Reads events one after the other; ``_at`` is where the last one stood."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._events = self._all_events()
        self._anchors: dict[str, Node] = {}
        self._open: set[int] = set()
        self._at, self._nodes = 0, 0

    def document(self) -> Node | None:
        root, documents = None, 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise YamlFaultError("is no YAML: but found another document", event.start_mark.index, 3)
            elif isinstance(event, NodeEvent):
                root = self._node(event, 0)
        return root

    def _all_events(self) -> Iterator[Any]:
        events = YAML(typ="safe", pure=True).parse(self._text)
        while True:
            try:
                event = next(events)
            except StopIteration:
                return
            except (YAMLError, YamlFaultError):
                raise
            except Exception as error:  # noqa: BLE001 - on some texts ruamel fails in whatever way Python does
                kind = type(error).__name__
                raise YamlFaultError(
                    f"is no YAML: something after this place cannot be read ({kind})", self._at
                ) from None
            self._at = event.end_mark.index
            yield event

    def _node(self, event: Any, depth: int) -> Node:
        self._nodes += 1
        start, end = event.start_mark.index, event.end_mark.index
        if self._nodes > MOST_NODES:
            raise YamlFaultError(f"holds more than {MOST_NODES} keys and values", start)
        if isinstance(event, AliasEvent):
            return self._alias(event)
        if depth >= MOST_DEPTH and not isinstance(event, ScalarEvent):
            raise YamlFaultError(f"is nested deeper than {MOST_DEPTH} times", start)
        tag = str(event.ctag) if event.ctag is not None else None
        node: Node
        match event:
            case ScalarEvent():
                plain = tag is None and bool(event.implicit[0])
                node = ScalarNode(start, end, tag, event.value, plain)
            case SequenceStartEvent():
                node = ListNode(start, end, tag)
            case _:
                node = MappingNode(start, end, tag)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        if isinstance(node, ListNode | MappingNode):
            self._fill(node, depth + 1)
        return node

    def _fill(self, node: ListNode | MappingNode, depth: int) -> None:
        self._open.add(id(node))
        for event in self._events:
            if isinstance(event, SequenceEndEvent | MappingEndEvent):
                node.end = event.end_mark.index
                break
            child = self._node(event, depth)
            if isinstance(node, ListNode):
                node.items.append(child)
            else:
                node.pairs.append((child, self._node(next(self._events), depth)))
        self._open.discard(id(node))

    def _alias(self, event: Any) -> Node:
        start, length = event.start_mark.index, event.end_mark.index - event.start_mark.index
        node = self._anchors.get(event.anchor)
        if node is None:
            raise YamlFaultError(f"alias *{event.anchor} names no anchor before it", start, length)
        if id(node) in self._open:
            raise YamlFaultError(f"alias *{event.anchor} stands inside of what it names", start, length)
        return node
