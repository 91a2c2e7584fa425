"""Generated passwords: made, sent, forgotten. Never logged, returned, stored or shown."""

from __future__ import annotations

import secrets
import string

_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!#%+-=?@_")
LENGTH = 24


def generate_password(_person: str) -> str:
    """A random password with at least two characters of each kind, whoever it is for."""
    characters = [secrets.choice(kind) for kind in _KINDS for _ in range(2)]
    characters += [secrets.choice("".join(_KINDS)) for _ in range(LENGTH - len(characters))]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)
