"""Scalars of YAML 1.2 (chapter 10.3, the core schema): what a plain word means.

``yes``, ``on``, ``2026-11-23`` and ``1_000`` are text, as YAML 1.2 has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_NULL = re.compile(r"null|Null|NULL|~|")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL, _HEXADECIMAL = re.compile(r"0o[0-7]+"), re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE, _NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)"), re.compile(r"\.(nan|NaN|NAN)")

_MOST_DIGITS = 300
"""A longer number is kept as text: Python refuses to read more than some thousand digits."""

Scalar = str | int | float | bool | None
_READERS: tuple[tuple[str, re.Pattern[str], Callable[[str], Scalar]], ...] = (
    ("null", _NULL, lambda _text: None),
    ("bool", _BOOLEAN, lambda text: text.lower() == "true"),
    ("int", _DECIMAL, int),
    ("int", _OCTAL, lambda text: int(text, 8)),
    ("int", _HEXADECIMAL, lambda text: int(text, 16)),
    ("float", _FLOAT, float),
    ("float", _INFINITE, lambda text: float(text.replace(".", ""))),
    ("float", _NO_NUMBER, lambda _text: float("nan")),
)
_PREFIX = "tag:yaml.org,2002:"
_KINDS: Mapping[str, str] = {f"{_PREFIX}{kind}": kind for kind in ("str", "null", "bool", "int", "float")} | {
    "!": "str"
}


def plain(text: str) -> Scalar:
    """The value of a scalar without quotes and without a tag."""
    for _, pattern, read in _READERS:
        if pattern.fullmatch(text):
            return text if len(text) > _MOST_DIGITS else read(text)
    return text


def tagged(text: str, tag: str) -> Scalar:
    """The value of a scalar with a tag.

    Raises:
        ValueError: The tag is not one of the core schema, or the text does not fit it.
    """
    kind = _KINDS.get(tag)
    if kind is None:
        raise ValueError(f"tag {shown_tag(tag)} has no meaning here")
    if kind == "str":
        return text
    for own, pattern, read in _READERS:
        if own == kind and len(text) <= _MOST_DIGITS and pattern.fullmatch(text):
            return read(text)
    raise ValueError(f"is not what its tag {shown_tag(tag)} says")


def shown_tag(tag: str) -> str:
    """A tag as a person writes it."""
    return "!!" + tag.removeprefix(_PREFIX) if tag.startswith(_PREFIX) else tag
