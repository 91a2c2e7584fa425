"""Names of HTTP headers (RFC 9110, section 5.1); of their values the macros' place takes care."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def is_header_name(text: str) -> bool:
    """Whether a text is a token."""
    return _NAME.fullmatch(text) is not None
