"""Names and values of HTTP headers (RFC 9110, section 5)."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LAST_OF_LATIN_1 = "\xff"


def is_header_name(text: str) -> bool:
    """Whether a text is a token."""
    return _NAME.fullmatch(text) is not None


def is_header_value(text: str) -> bool:
    """Whether a text is one line of Latin-1: a line end would begin another header."""
    return not _CONTROL.search(text) and all(character <= _LAST_OF_LATIN_1 for character in text)
