"""Macros: ``%prefix.name%`` and ``%prefix.name(argument, …)%`` inside text, nested ones as ``#%…%#``.

A template is parsed once and rendered per record. ``%%`` is a literal percent sign. A macro without a value is empty
in prose and an error in a strict place (URL, distinguished name, primary key). Values are escaped for where they land.

Prefixes here: ``src`` (field of a record), ``env`` (a setting of config/settings.yaml), ``fx`` (a function); a
:class:`Scope` decides which of them a place offers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from lifecycle.directory.dn import escape_value
from lifecycle.language.functions import FUNCTIONS

Row = Mapping[str, str]
Place = Literal["prose", "url", "dn", "strict"]

_ESCAPES: dict[Place, Callable[[str], str]] = {
    "prose": str,
    "strict": str,
    "url": lambda value: quote(value, safe=""),
    "dn": escape_value,
}
_NAME = re.compile(r"(?P<prefix>[a-z0-9]+)\.(?P<name>[A-Za-z0-9_][A-Za-z0-9_.\-]*)")


class MacroError(ValueError):
    """A template cannot be parsed, or names something that does not exist. The text says what and where."""


class MissingValueError(ValueError):
    """A macro in a strict place has no value; the text names the macro, not the record."""


@dataclass(frozen=True, slots=True)
class Literally:
    """Text that stands as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """``%src.name%``."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """``%fx.name(argument, …)%``; each argument is a template of its own."""

    name: str
    arguments: tuple[tuple[Node, ...], ...]


Node = Literally | Field | Call


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template."""

    text: str
    place: Place
    nodes: tuple[Node, ...]

    @property
    def fields(self) -> frozenset[str]:
        """Names of all source fields that the template reads."""
        return frozenset(_fields(self.nodes))

    def render(self, row: Row) -> str:
        """The text for one record; ``row`` maps field names to text, missing ones count as empty.

        Raises:
            MissingValueError: A macro has no value in a strict place.
        """
        escape = _ESCAPES[self.place]
        parts = []
        for node in self.nodes:
            if isinstance(node, Literally):
                parts.append(node.text)
                continue
            value = _value(node, row)
            if not value and self.place != "prose":
                raise MissingValueError(f"macro %{_spelling(node)}% has no value")
            parts.append(escape(value))
        return "".join(parts)


def compile_template(text: str, env: Mapping[str, str], place: Place = "prose") -> Template:
    """Parse a template; settings (``env``) are filled in at once, because they are the same for every record.

    Raises:
        MacroError: The text is no template, or names an unknown prefix, setting or function.
    """
    return Template(text, place, tuple(_parse(text, env, "%", "%")))


def _parse(text: str, env: Mapping[str, str], opening: str, closing: str) -> list[Node]:
    nodes: list[Node] = []
    position = 0
    while (start := text.find(opening, position)) >= 0:
        if start > position:
            nodes.append(Literally(text[position:start]))
        if opening == "%" and text.startswith("%%", start):
            nodes.append(Literally("%"))
            position = start + 2
            continue
        node, position = _macro(text, start + len(opening), env, closing)
        nodes.append(node)
    if position < len(text):
        nodes.append(Literally(text[position:]))
    return nodes


def _macro(text: str, start: int, env: Mapping[str, str], closing: str) -> tuple[Node, int]:
    """Parse one macro whose prefix begins at ``start``; answers the node and the position behind it."""
    found = _NAME.match(text, start)
    if not found:
        raise MacroError(f"at character {start}: expected prefix.name after %; write %% for a percent sign")
    prefix, name, position = found["prefix"], found["name"], found.end()
    arguments: tuple[tuple[Node, ...], ...] = ()
    if text.startswith("(", position):
        end = _closing_parenthesis(text, position)
        arguments = tuple(
            tuple(_parse(argument.strip(), env, "#%", "%#")) for argument in _split(text[position + 1 : end])
        )
        position = end + 1
    if not text.startswith(closing, position):
        raise MacroError(f"at character {position}: macro {prefix}.{name} is not closed by {closing}")
    return _node(prefix, name, arguments, env), position + len(closing)


def _node(prefix: str, name: str, arguments: tuple[tuple[Node, ...], ...], env: Mapping[str, str]) -> Node:
    if prefix == "fx":
        if name not in FUNCTIONS:
            raise MacroError(f"unknown function fx.{name}; known: {', '.join(sorted(FUNCTIONS))}")
        FUNCTIONS[name].check(len(arguments))
        return Call(name, arguments)
    if arguments:
        raise MacroError(f"macro {prefix}.{name} takes no arguments")
    if prefix == "src":
        return Field(name)
    if prefix == "env":
        if name not in env:
            raise MacroError(f"unknown setting env.{name}; known: {', '.join(sorted(env)) or 'none'}")
        return Literally(env[name])
    raise MacroError(f"unknown prefix {prefix}; known: env, fx, src")


def _closing_parenthesis(text: str, opening: int) -> int:
    depth = 0
    for position in range(opening, len(text)):
        if text[position] == "(":
            depth += 1
        elif text[position] == ")":
            depth -= 1
            if depth == 0:
                return position
    raise MacroError(f"at character {opening}: parenthesis is not closed")


def _split(text: str) -> list[str]:
    """Split arguments at commas that stand in no nested parenthesis."""
    if not text.strip():
        return []
    pieces, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            pieces.append(text[start:position])
            start = position + 1
    return [*pieces, text[start:]]


def _value(node: Node, row: Row) -> str:
    match node:
        case Literally(text):
            return text
        case Field(name):
            return row.get(name, "")
        case Call(name, arguments):
            values = ["".join(_value(part, row) for part in argument) for argument in arguments]
            return FUNCTIONS[name].apply(*values)


def _fields(nodes: tuple[Node, ...]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, Field):
            found.add(node.name)
        elif isinstance(node, Call):
            for argument in node.arguments:
                found |= _fields(argument)
    return found


def _spelling(node: Node) -> str:
    return f"src.{node.name}" if isinstance(node, Field) else f"fx.{node.name}" if isinstance(node, Call) else ""
