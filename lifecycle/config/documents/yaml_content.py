"""From the tree of a YAML file to what models read: texts, numbers, lists and mappings.

Aliases are followed and counted, so that a small file never becomes a large one. Every key is text: ``49: Germany`` has
the key ``"49"``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lifecycle.config.documents.file_text import MOST_BYTES
from lifecycle.config.documents.yaml_nodes import (
    MOST_DEPTH,
    MOST_NODES,
    ListNode,
    MappingNode,
    Node,
    ScalarNode,
    YamlFaultError,
)
from lifecycle.config.documents.yaml_scalar import plain, shown_tag, tagged

LONGEST_KEY = 256
_LONGEST_QUOTE = 60
_LIST_TAGS = frozenset({None, "!", "tag:yaml.org,2002:seq"})
_MAPPING_TAGS = frozenset({None, "!", "tag:yaml.org,2002:map"})


class Content:
    """What a tree of nodes says.

    Attributes:
        value: Texts, numbers, booleans, None, lists and dicts.
        faults: What is wrong with it, besides what stops the reading: keys that stand twice.

    Args:
        root: The tree.

    Raises:
        YamlFaultError: A tag or a key has no meaning here, or aliases make the file larger than it may be.
    """

    def __init__(self, root: Node) -> None:
        self.faults: list[YamlFaultError] = []
        self._values, self._characters = 0, 0
        self.value: Any = self._value(root, 0)

    def _value(self, node: Node, depth: int) -> Any:
        self._values += 1
        if self._values > MOST_NODES:
            raise YamlFaultError(f"holds more than {MOST_NODES} values where aliases are followed", node.start)
        if depth > MOST_DEPTH:
            raise YamlFaultError(f"is nested deeper than {MOST_DEPTH} times where aliases are followed", node.start)
        match node:
            case ScalarNode():
                self._characters += len(node.text)
                if self._characters > 2 * MOST_BYTES:
                    raise YamlFaultError("holds too much text where aliases are followed", node.start)
                return _scalar(node)
            case ListNode():
                _refuse_tag(node, _LIST_TAGS)
                return [self._value(item, depth + 1) for item in node.items]
            case MappingNode():
                _refuse_tag(node, _MAPPING_TAGS)
                return {name: self._value(value, depth + 1) for name, (_, value) in self._merged(node, depth).items()}
        raise TypeError(node)

    def _merged(self, node: MappingNode, depth: int) -> dict[str, tuple[Node, Node]]:
        """The pairs of a mapping by key, with those that ``<<`` takes in; its own come first."""
        if depth > MOST_DEPTH:
            raise YamlFaultError(f"is nested deeper than {MOST_DEPTH} times where aliases are followed", node.start)
        if node.merged is None:
            own: dict[str, tuple[Node, Node]] = {}
            taken: dict[str, tuple[Node, Node]] = {}
            for key, value in node.pairs:
                if isinstance(key, ScalarNode) and key.plain and key.text == "<<":
                    for part in _mappings(value):
                        taken = {**self._merged(part, depth + 1), **taken}
                    self._values += len(taken)
                    if self._values > MOST_NODES:
                        raise YamlFaultError(f"holds more than {MOST_NODES} values where << is followed", key.start)
                    continue
                name = _key(key)
                if name in own:
                    self.faults.append(YamlFaultError(f"key {name!r} stands twice", key.start, key.end - key.start))
                else:
                    own[name] = (key, value)
            node.merged = {**taken, **own}
        return node.merged


def _scalar(node: ScalarNode) -> Any:
    try:
        value = plain(node.text) if node.plain else tagged(node.text, node.tag) if node.tag else node.text
    except ValueError as error:
        raise YamlFaultError(str(error), node.start, node.end - node.start) from None
    if isinstance(value, str) and not _is_unicode(value):
        raise YamlFaultError("holds half of a surrogate pair: no text", node.start, node.end - node.start)
    return value


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _key(node: Node) -> str:
    length = max(node.end - node.start, 1)
    if not isinstance(node, ScalarNode):
        raise YamlFaultError("a key must be text", node.start, length)
    if not node.text and node.plain:
        raise YamlFaultError("a key is missing before the colon", node.start)
    if node.tag is not None or not node.plain:
        _scalar(node)
    if len(node.text) > LONGEST_KEY:
        raise YamlFaultError(f"a key may have at most {LONGEST_KEY} characters", node.start, _LONGEST_QUOTE)
    return node.text


def _mappings(node: Node) -> Iterator[MappingNode]:
    """What ``<<`` names: a mapping, or a list of them; the first counts most."""
    parts = node.items if isinstance(node, ListNode) else [node]
    for part in parts:
        if not isinstance(part, MappingNode):
            raise YamlFaultError("<< takes mappings alone", part.start, max(part.end - part.start, 1))
        yield part


def _refuse_tag(node: Node, known: frozenset[str | None]) -> None:
    if node.tag not in known:
        raise YamlFaultError(f"tag {shown_tag(node.tag or '')} has no meaning here", node.start)
