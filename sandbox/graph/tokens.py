"""Tokens: issued to an application that proved itself, good for a while, revocable."""

from __future__ import annotations

import secrets


class Tokens:
    """The tokens that are good now."""

    def __init__(self) -> None:
        self._ends_at: dict[str, float] = {}
        self.exchanges = 0

    def issue(self, now: float, lifetime_s: int) -> str:
        """Return a new token, good for so many seconds of the simulator's clock."""
        token = secrets.token_urlsafe(24)
        self._ends_at[token] = now + lifetime_s
        self.exchanges += 1
        return token

    def is_good(self, authorization: str, now: float) -> bool:
        """Say whether an ``Authorization`` header is good now."""
        kind, _, token = authorization.partition(" ")
        return kind.lower() == "bearer" and now < self._ends_at.get(token, now)

    def revoke_all(self) -> None:
        """Make every token issued so far worthless."""
        self._ends_at.clear()
