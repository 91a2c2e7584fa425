"""Tokens: issued for a client and a scope, good for a while, revocable."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

_SCOPE = re.compile(r"all(:standard)?|admin|(read|edit):[a-z]+")
_EVERYTHING = frozenset({"all", "all:standard"})


@dataclass(frozen=True)
class Grant:
    """What a token is good for: ``scopes`` until ``expires_at`` (seconds of the simulator's clock)."""

    scopes: frozenset[str]
    expires_at: float

    def allows(self, access: str, what: str) -> bool:
        """Say whether ``access`` (``read`` or ``edit``) to ``what`` is granted; who may edit may read."""
        wanted = {f"edit:{what}", f"{access}:{what}"}
        return bool(self.scopes & (_EVERYTHING | wanted))


class Tokens:
    """The tokens that are good now."""

    def __init__(self) -> None:
        self._grants: dict[str, Grant] = {}
        self.exchanges = 0

    def issue(self, asked: str, now: float, lifetime_s: int, *, at_most: str = "") -> tuple[str, str]:
        """Return a new token and the scopes granted: those asked for, of those that exist.

        Args:
            asked: Scopes separated by spaces; empty asks for all.
            now: Seconds of the simulator's clock.
            lifetime_s: Seconds the token is good for.
            at_most: Scopes granted instead, when not empty.
        """
        granted = " ".join(scope for scope in (at_most or asked or "all").split() if _SCOPE.fullmatch(scope))
        token = secrets.token_urlsafe(24)
        self._grants[token] = Grant(frozenset(granted.split()), now + lifetime_s)
        self.exchanges += 1
        return token, granted

    def grant(self, authorization: str, now: float) -> Grant | None:
        """Return what an ``Authorization`` header is good for now, ``None`` for nothing."""
        kind, _, token = authorization.partition(" ")
        grant = self._grants.get(token) if kind.lower() == "bearer" else None
        return grant if grant is not None and now < grant.expires_at else None

    def revoke_all(self) -> None:
        """Make every token issued so far worthless."""
        self._grants.clear()
