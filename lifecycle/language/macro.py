"""Macros: ``%prefix.name%`` and ``%prefix.name(argument, …)%`` inside text, nested ones as ``#%…%#``.

A template is parsed once (:mod:`lifecycle.language.macro_syntax`) and rendered per record. ``%%`` is a literal percent
sign. A macro without a value is empty in prose and an error in a strict place (URL, distinguished name, primary key).
Values are escaped for where they land; settings are part of the configuration and stand as they are written there.

Prefixes: ``src`` (field of a record), ``env`` (a setting of config/settings.yaml), ``fx`` (a function); where a place
offers them also ``ad`` (attribute of the account), ``act`` (the action) and ``m365``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote

from lifecycle.directory.dn import escape_value
from lifecycle.language.functions import FUNCTIONS
from lifecycle.language.macro_syntax import Call, Field, Literally, MacroError, Node, parse
from lifecycle.language.vocabulary import Vocabulary

__all__ = ["MacroError", "MissingValueError", "Place", "Row", "Template", "UnfitValueError", "compile_template"]

Row = Mapping[str, str]
Place = Literal["prose", "url", "dn", "strict"]
_NOTHING: Row = MappingProxyType({})


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
        return self.names("src")

    def names(self, prefix: str) -> frozenset[str]:
        """Names behind a prefix that the template reads."""
        return frozenset(field.name for field in _fields(self.nodes) if field.prefix == prefix)

    def render(self, row: Row, *, ad: Row = _NOTHING, m365: Row = _NOTHING, act: Row = _NOTHING) -> str:
        """The text for one record; each mapping is from name to text, missing ones count as empty.

        Raises:
            MissingValueError: A macro has no value in a strict place.
            UnfitValueError: A function cannot read its argument, or the place cannot hold the value.
        """
        values = {"src": row, "ad": ad, "m365": m365, "act": act}
        return "".join(
            node.text if isinstance(node, Literally) else self._escaped(node, _value(node, values))
            for node in self.nodes
        )

    def _escaped(self, node: Field | Call, value: str) -> str:
        if not value and self.place != "prose":
            raise MissingValueError(f"macro %{_spelling(node)}% has no value")
        try:
            return _ESCAPES[self.place](value)
        except ValueError:  # its text may hold the value
            raise UnfitValueError(f"macro %{_spelling(node)}% has a value that cannot stand here") from None


def compile_template(
    text: str, words: Vocabulary, place: Place = "prose", at_hand: Collection[str] = frozenset({"src"})
) -> Template:
    """Parse a template; settings are filled in at once, because they are the same for every record.

    Args:
        text: The template.
        words: Settings.
        place: Where the text will stand; decides on escaping and on what an empty value means.
        at_hand: Prefixes whose values the place can offer, besides ``env`` and ``fx``.

    Raises:
        MacroError: The text is no template, or names an unknown prefix, setting or function.
    """
    return Template(text, place, parse(text, words.env, at_hand))


def _url_part(value: str) -> str:
    if value in {".", ".."}:  # no escape helps: servers take %2E%2E for a step up as well
        raise ValueError
    return quote(value, safe="")


_ESCAPES: dict[Place, Callable[[str], str]] = {
    "prose": str,
    "strict": str,
    "url": _url_part,
    "dn": escape_value,
}


def _value(node: Node, values: Mapping[str, Row]) -> str:
    match node:
        case Literally(text):
            return text
        case Field(name, prefix):
            return values[prefix].get(name, "")
        case Call(name, arguments):
            given = ["".join(_value(part, values) for part in argument) for argument in arguments]
            try:
                return FUNCTIONS[name].apply(*given)
            except ValueError:  # its text may hold the value
                raise UnfitValueError(f"fx.{name} cannot read its argument") from None


def _fields(nodes: tuple[Node, ...]) -> set[Field]:
    found: set[Field] = set()
    for node in nodes:
        if isinstance(node, Field):
            found.add(node)
        elif isinstance(node, Call):
            for argument in node.arguments:
                found |= _fields(argument)
    return found


def _spelling(node: Field | Call) -> str:
    return f"{node.prefix}.{node.name}" if isinstance(node, Field) else f"fx.{node.name}"
