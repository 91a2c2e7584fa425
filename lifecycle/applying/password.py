"""Generated passwords: made, sent, forgotten. Never logged, returned, stored or shown."""

from __future__ import annotations

import secrets
import string

_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!#%+-=?@_")
LENGTH = 24
"""Characters, unless a template says otherwise."""


def generate_password(_person: str, length: int = LENGTH) -> str:
    """A random password of so many characters, at least two of each kind, whoever it is for."""
    characters = [secrets.choice(kind) for kind in _KINDS for _ in range(2)]
    characters += [secrets.choice("".join(_KINDS)) for _ in range(length - len(characters))]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)
