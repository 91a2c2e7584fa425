"""Access tokens, kept for the whole process: one for each token URL, client, set of scopes and user."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

from lifecycle.ports.api.authorization import AuthorizationCode, OAuth
from lifecycle.ports.api.refresh_token import NoStore, RefreshTokens


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """What was granted.

    Args:
        scopes: Granted scopes, sorted.
        expires_at: When the token ends, UTC.
    """

    scopes: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A token with its grant; compared by identity, shown without its value."""

    value: str = field(repr=False)
    grant: TokenGrant
    renew_at: datetime


class TokenSlot:
    """Room for one token; whoever holds the lock is the one that exchanges, and that uses the refresh token."""

    def __init__(self, refresh_tokens: RefreshTokens | None = None) -> None:
        self.lock = threading.Lock()
        self.token: Token | None = None
        self.refresh_tokens = refresh_tokens or RefreshTokens(NoStore())


class TokenCache:
    """The tokens of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slots: dict[tuple[object, ...], TokenSlot] = {}

    def slot(self, oauth: OAuth, token_endpoint: str) -> TokenSlot:
        """The room for the token of this client, exchanged at this address."""
        key = (token_endpoint, oauth.client_id, frozenset(oauth.scopes), oauth.identity)
        store = oauth.refresh_tokens if isinstance(oauth, AuthorizationCode) else NoStore()
        with self._lock:
            return self._slots.setdefault(key, TokenSlot(RefreshTokens(store)))


TOKENS = TokenCache()
