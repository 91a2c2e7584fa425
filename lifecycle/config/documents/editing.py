"""Changing values in the text of a YAML file: every other character stays, comments, quotes and line ends among them.

Each change is made where the value stands and then held against what the file should say. A change that would also
change something else, as one behind an alias may, is made by writing that value out; what cannot be done so is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from lifecycle.config.documents.document import Document
from lifecycle.config.documents.yaml_nodes import ListNode, MappingNode, Node, ScalarNode, compose
from lifecycle.config.documents.yaml_scalar import plain

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_ALIAS = re.compile(r"\s*:\s*(\*[^\s,\]}]+)")
_COLON = re.compile(r"\s*:")
_LINE_END = re.compile(r"\r\n|\n|\r|\Z")
_PLAIN = re.compile(r"[A-Za-z_$][\w.$\-]*(?: [\w.$\-]+)*", re.ASCII)
"""Texts that need no quotes anywhere, if they mean nothing else."""

Path = Sequence[str]


class UneditableError(ValueError):
    """A value cannot be changed without changing another one; the text names its place."""


def with_values(text: str, changes: Mapping[tuple[str, ...], Any]) -> str:
    """The text with some values set, and no other changed.

    Args:
        text: A YAML file that can be read.
        changes: Keys from the root on → a scalar, or a mapping of scalars and lists. All keys but the last are there
            and hold mappings.

    Raises:
        UneditableError: It cannot be done without changing something else.
    """
    expected = Document(text).value
    for path, value in changes.items():
        _at(expected, path[:-1])[path[-1]] = value
    # Neighbours too: what stood behind an alias of something that has changed is written out.
    homes = dict.fromkeys(path[:-1] for path in changes)
    for path in [*changes, *((*home, key) for home in homes for key in _at(expected, home))]:
        text = _with_value(text, path, _at(expected, path))
    if not _same(Document(text).value, expected):
        raise UneditableError("it cannot be changed there without changing more: write it by hand")
    return text


def _with_value(text: str, path: Path, value: Any) -> str:
    if _says(text, path, value):
        return text
    for attempt in (_in_parts, _as_a_whole):
        changed = attempt(text, path, value)
        if changed is not None and _says(changed, path, value):
            return changed
    raise UneditableError(f"{'.'.join(path)} cannot be changed where it stands: write it by hand")


def _in_parts(text: str, path: Path, value: Any) -> str | None:
    """A scalar in its place, or a mapping key by key; None where that is not possible."""
    parent, found = _pair(text, path)
    if found is None:
        return _appended(text, parent, path, value)
    key, node = found
    if isinstance(value, Mapping) and isinstance(node, MappingNode) and node.start >= key.end:
        return _mapping(text, path, value)
    if isinstance(node, ScalarNode) and node.end > node.start >= key.end and not isinstance(value, Mapping):
        start = _content(text, node)
        return None if text[start] in "|>" else text[:start] + _flow(value) + text[node.end :]
    return None


def _mapping(text: str, path: Path, wanted: Mapping[str, Any]) -> str | None:
    for name in set(_at(Document(text).value, path)) - set(wanted):
        shorter = _removed(text, path, name)
        if shorter is None:
            return None
        text = shorter
    present = _at(Document(text).value, path)
    for name in wanted:
        if name in present and not _same(present[name], wanted[name]):
            changed = _in_parts(text, (*path, name), wanted[name])
            if changed is None:
                return None
            text = changed
    return _inserted(text, path, {name: one for name, one in wanted.items() if name not in present})


def _inserted(text: str, path: Path, more: Mapping[str, Any]) -> str | None:
    """New keys before the others of a mapping."""
    if not more:
        return text
    _, found = _pair(text, path)
    if found is None or not isinstance(node := found[1], MappingNode):
        return None
    key = found[0]
    start = _content(text, node)
    pairs = [f"{_flow(name)}: {_flow(one)}" for name, one in more.items()]
    if text[start] == "{":
        if not node.pairs:
            return f"{text[:start]}{{{', '.join(pairs)}}}{text[node.end :]}"
        first = node.pairs[0][0].start
        return text[:first] + "".join(f"{one}, " for one in pairs) + text[first:]
    indent = _column(text, node.pairs[0][0].start)
    at = _end_of_line(text, key.end)
    return text[:at] + "".join(f"{_newline(text)}{' ' * indent}{one}" for one in pairs) + text[at:]


def _appended(text: str, parent: MappingNode | None, path: Path, value: Any) -> str | None:
    """A new key behind the others of a mapping."""
    if parent is None or not parent.pairs:
        return None
    last = _last_end(text, *parent.pairs[-1])
    if text[_content(text, parent)] == "{":
        return f"{text[:last]}, {_flow(path[-1])}: {_flow(value)}{text[last:]}"
    indent = _column(text, parent.pairs[0][0].start)
    at = _end_of_line(text, last)
    return f"{text[:at]}{_newline(text)}{' ' * indent}{_flow(path[-1])}: {_flow(value)}{text[at:]}"


def _removed(text: str, path: Path, name: str) -> str | None:
    """A mapping without one of its own keys, and without its line."""
    _, found = _pair(text, path)
    if found is None or not isinstance(found[1], MappingNode):
        return None
    pairs = found[1].pairs
    place = next((number for number, (key, _) in enumerate(pairs) if _is_key(key, name)), None)
    if place is None or len(pairs) == 1:
        return None
    start, end = pairs[place][0].start, _last_end(text, *pairs[place])
    if text[_content(text, found[1])] != "{":
        return text[: start - _column(text, start)] + text[_behind_line(text, end) :]
    if place + 1 < len(pairs):
        return text[:start] + text[pairs[place + 1][0].start :]
    return text[: _last_end(text, *pairs[place - 1])] + text[end:]


def _as_a_whole(text: str, path: Path, value: Any) -> str | None:
    """A value written out in one line, whatever stood there."""
    _, found = _pair(text, path)
    if found is None:
        return None
    key, node = found
    colon = _COLON.match(text, key.end)
    if colon is None:
        return None
    return f"{text[: colon.end()]} {_flow(value)}{text[_last_end(text, key, node) :]}"


def _pair(text: str, path: Path) -> tuple[MappingNode | None, tuple[Node, Node] | None]:
    """The mapping that holds the last key, and its pair of key and value; None for what is not there itself."""
    node, found = compose(text), None
    parent: MappingNode | None = None
    for name in path:
        if not isinstance(node, MappingNode):
            return None, None
        parent = node
        found = next((pair for pair in node.pairs if _is_key(pair[0], name)), None)
        node = found[1] if found else None
    return parent, found


def _last_end(text: str, key: Node, value: Node) -> int:
    """Behind the last character of a pair, without the comment and the line end that may follow."""
    if value.start < key.end:
        alias = _ALIAS.match(text, key.end)
        return alias.end() if alias else key.end
    in_block = isinstance(value, MappingNode | ListNode) and text[_content(text, value)] not in "{["
    if isinstance(value, MappingNode) and in_block and value.pairs:
        return _last_end(text, *value.pairs[-1])
    if isinstance(value, ListNode) and in_block and value.items:
        return _last_end(text, key, value.items[-1]) if value.items[-1].start >= key.end else value.items[-1].end
    if value.end == value.start:
        colon = _COLON.match(text, key.end)
        return colon.end() if colon else key.end
    return len(text[: value.end].rstrip("\r\n"))


def _content(text: str, node: Node) -> int:
    """Where a value begins behind its anchor and its tag."""
    found = _PROPERTIES.match(text, node.start, node.end)
    return found.end() if found and found.end() < node.end else node.start


def _is_key(node: Node, name: str) -> bool:
    return isinstance(node, ScalarNode) and node.text == name


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def _says(text: str, path: Path, value: Any) -> bool:
    document = Document(text)
    if document.faults:
        return False
    try:
        return _same(_at(document.value, path), value)
    except (LookupError, TypeError):
        return False


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same, true and 1 being different, whatever the order of keys."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _column(text: str, offset: int) -> int:
    return offset - max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) - 1


def _end_of_line(text: str, offset: int) -> int:
    found = _LINE_END.search(text, offset)
    return found.start() if found else len(text)


def _behind_line(text: str, offset: int) -> int:
    found = _LINE_END.search(text, offset)
    return found.end() if found else len(text)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _flow(value: Any) -> str:
    """A value in one line."""
    match value:
        case dict():
            return "{" + ", ".join(f"{_flow(key)}: {_flow(one)}" for key, one in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case str() if _PLAIN.fullmatch(value) and plain(value) == value:
            return value
        case str() if value.isprintable() and ("'" not in value or '"' in value or "\\" in value):
            return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=False)  # whose texts are YAML's double-quoted ones
