"""Tokens: issued to who proved themselves, good for a while, revocable."""

from __future__ import annotations

import secrets
from typing import Generic, TypeVar

_G = TypeVar("_G")


class Tokens(Generic[_G]):
    """The tokens that are good now, each with what was granted.

    Attributes:
        exchanges: How many were issued since the last reset.
    """

    def __init__(self) -> None:
        self._issued: dict[str, tuple[_G, float]] = {}
        self.exchanges = 0

    def issue(self, granted: _G, now: float, lifetime_s: int) -> str:
        """Return a new token, good for so many seconds of the simulator's clock."""
        token = secrets.token_urlsafe(24)
        self._issued[token] = granted, now + lifetime_s
        self.exchanges += 1
        return token

    def granted(self, authorization: str, now: float) -> _G | None:
        """Return what an ``Authorization`` header is good for now, ``None`` for nothing."""
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer" or token not in self._issued:
            return None
        granted, ends_at = self._issued[token]
        return granted if now < ends_at else None

    def values(self) -> frozenset[str]:
        """Return the tokens themselves, so that a test can look where they must not stand."""
        return frozenset(self._issued)

    def revoke_all(self) -> None:
        """Make every token issued so far worthless."""
        self._issued.clear()
