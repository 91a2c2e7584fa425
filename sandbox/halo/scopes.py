"""Scopes: what a token is asked for, what of that exists, and what it then allows."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SCOPE = re.compile(r"all(:standard)?|admin|(read|edit):[a-z]+")
_EVERYTHING = frozenset({"all", "all:standard"})


@dataclass(frozen=True)
class Scopes:
    """What a token is good for."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.names)

    def allows(self, access: str, what: str) -> bool:
        """Say whether ``access`` (``read`` or ``edit``) to ``what`` is granted; who may edit may read."""
        return not _EVERYTHING.isdisjoint(self.names) or not {f"edit:{what}", f"{access}:{what}"}.isdisjoint(self.names)


def granted(asked: str, *, at_most: str = "") -> Scopes:
    """Return the scopes granted: those asked for, of those that exist.

    Args:
        asked: Scopes separated by spaces; empty asks for all.
        at_most: Scopes granted instead, when not empty.
    """
    return Scopes(tuple(scope for scope in (at_most or asked or "all").split() if _SCOPE.fullmatch(scope)))
