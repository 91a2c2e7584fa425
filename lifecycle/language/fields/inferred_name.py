"""Names and selectors for what stands at a path in a record."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

_SHORTHAND = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
"""Other control characters cannot be named: python-jsonpath refuses their escapes as well."""
_ODD = re.compile(r"[^A-Za-z0-9_\-]+")


def member_selector(path: Sequence[str]) -> str:
    """The JSONPath of a member of a member …, from the root: ``$.address['post code']``."""
    return "$" + "".join(f".{key}" if _SHORTHAND.fullmatch(key) else f"[{literal(key)}]" for key in path)


def literal(text: str) -> str:
    """A text as a JSONPath string in single quotes (RFC 9535, section 2.3.1.1)."""
    return "'" + "".join(_ESCAPES.get(one, one) for one in text) + "'"


def field_name(words: Sequence[str], taken: Container[str]) -> str:
    """A name that macros can speak of: the words joined by ``_``, with a number where that is taken."""
    name = _ODD.sub("_", "_".join(words)).lstrip("-") or "_"
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
