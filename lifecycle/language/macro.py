"""Macros: ``%prefix.name%`` and ``%prefix.name(argument, …)%`` inside text, nested ones as ``#%…%#``.

A template is parsed once (:mod:`lifecycle.language.macro_syntax`) and rendered per record. ``%%`` is a literal percent
sign. A macro without a value is empty in prose and an error in a strict place (URL, distinguished name, primary key).
Values are escaped for where they land; settings are part of the configuration and stand as they are written there.

Prefixes: ``src`` (field of a record), ``env`` (a setting of config/settings.yaml), ``fx`` (a function).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote
from xml.sax.saxutils import escape

from lifecycle.directory.dn import escape_value
from lifecycle.language.functions import FUNCTIONS
from lifecycle.language.macro_syntax import Call, Field, Literally, MacroError, Node, parse
from lifecycle.language.vocabulary import Vocabulary

__all__ = ["MacroError", "MissingValueError", "Place", "Row", "Template", "UnfitValueError", "compile_template"]

Row = Mapping[str, str]
Place = Literal["prose", "url", "header", "xml", "dn", "strict"]
_MAY_BE_EMPTY: frozenset[Place] = frozenset({"prose", "header", "xml"})


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class MissingValueError(ValueError):
    """A macro in a strict place has no value; the text names the macro, not the record."""


class UnfitValueError(ValueError):
    """A function cannot read a value, or a place cannot hold it; the text names the macro, not the value."""


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
            UnfitValueError: A function cannot read its argument, or the place cannot hold the value.
        """
        return "".join(
            node.text if isinstance(node, Literally) else self._escaped(node, _value(node, row)) for node in self.nodes
        )

    def _escaped(self, node: Field | Call, value: str) -> str:
        if not value and self.place not in _MAY_BE_EMPTY:
            raise MissingValueError(f"macro %{_spelling(node)}% has no value")
        try:
            return _ESCAPES[self.place](value)
        except ValueError:  # its text may hold the value
            raise UnfitValueError(f"macro %{_spelling(node)}% has a value that cannot stand here") from None


def compile_template(text: str, words: Vocabulary, place: Place = "prose") -> Template:
    """Parse a template; settings are filled in at once, because they are the same for every record.

    Raises:
        MacroError: The text is no template, or names an unknown prefix, setting or function.
    """
    nodes = parse(text, words.env)
    if place == "header":
        for node in nodes:
            try:
                _header(node.text if isinstance(node, Literally) else "")
            except ValueError as error:
                raise MacroError(f"the text cannot stand here: {error}") from None
    return Template(text, place, nodes)


def _url_part(value: str) -> str:
    if value in {".", ".."}:  # no escape helps: servers take %2E%2E for a step up as well
        raise ValueError
    return quote(value, safe="")


def _header(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("control characters cannot stand here")
    value.encode("latin-1")
    return value


def _xml(value: str) -> str:
    if _NOT_IN_XML.search(value):
        raise ValueError
    return escape(value, {'"': "&quot;", "'": "&apos;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})


_ESCAPES: dict[Place, Callable[[str], str]] = {
    "prose": str,
    "strict": str,
    "url": _url_part,
    "header": _header,
    "xml": _xml,
    "dn": escape_value,
}


def _value(node: Node, row: Row) -> str:
    match node:
        case Literally(text):
            return text
        case Field(name):
            return row.get(name, "")
        case Call(name, arguments):
            values = ["".join(_value(part, row) for part in argument) for argument in arguments]
            try:
                return FUNCTIONS[name].apply(*values)
            except ValueError:  # its text may hold the value
                raise UnfitValueError(f"fx.{name} cannot read its argument") from None


def _fields(nodes: tuple[Node, ...]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, Field):
            found.add(node.name)
        elif isinstance(node, Call):
            for argument in node.arguments:
                found |= _fields(argument)
    return found


def _spelling(node: Field | Call) -> str:
    return f"src.{node.name}" if isinstance(node, Field) else f"fx.{node.name}"
