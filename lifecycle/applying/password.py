"""Generated passwords: made, sent, forgotten. Never logged, returned, stored or shown."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable

from lifecycle.errors import ConfigurationError

_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!#%+-=?@_")
LENGTH = 24
"""Characters, unless a template says otherwise."""


def generate_password(_person: str, length: int = LENGTH) -> str:
    """A random password of so many characters, at least two of each kind, whoever it is for."""
    characters = [secrets.choice(kind) for kind in _KINDS for _ in range(2)]
    characters += [secrets.choice("".join(_KINDS)) for _ in range(length - len(characters))]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)


def no_secret(name: str) -> str:
    """Where no secrets are at hand.

    Raises:
        ConfigurationError: Always.
    """
    raise ConfigurationError("", "", f"there is no secret named {name!r}")


class Passwords:
    """Where the passwords of one run come from.

    Args:
        generated: Makes one for a primary key.
        held_by: Answers the one that a secret of this name holds.
    """

    def __init__(
        self, generated: Callable[[str], str] = generate_password, held_by: Callable[[str], str] = no_secret
    ) -> None:
        self.generated, self._held_by = generated, held_by
        self._read: dict[str, str] = {}

    def held_by(self, name: str) -> str:
        """The password of a secret, read once a run.

        Raises:
            ConfigurationError: There is no such secret, or it holds no password.
        """
        if name not in self._read:
            self._read[name] = self._held_by(name)
        return self._read[name]
