"""What a client exchanges besides its own credentials: codes and refresh tokens, each good for one use."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """What a user agreed to: ``scope``, and where and for whom the code is good."""

    scope: str
    redirect_uri: str
    challenge: str


class Codes:
    """Authorization codes with PKCE (RFC 7636, S256)."""

    def __init__(self) -> None:
        self._agreements: dict[str, Agreement] = {}

    def issue(self, agreement: Agreement) -> str:
        """Return a new code."""
        code = secrets.token_urlsafe(24)
        self._agreements[code] = agreement
        return code

    def redeem(self, code: str, redirect_uri: str, verifier: str) -> str | None:
        """Return the scope agreed to; ``None`` for a code that is unknown, used, or somebody else's."""
        agreement = self._agreements.pop(code, None)
        if agreement is None or agreement.redirect_uri != redirect_uri:
            return None
        digest = hashlib.sha256(verifier.encode()).digest()
        made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return agreement.scope if hmac.compare_digest(made, agreement.challenge) else None


class RefreshTokens:
    """Refresh tokens that are good now, each with its scope."""

    def __init__(self) -> None:
        self._scopes: dict[str, str] = {}

    def issue(self, scope: str) -> str:
        """Return a new refresh token."""
        token = secrets.token_urlsafe(24)
        self._scopes[token] = scope
        return token

    def redeem(self, token: str) -> str | None:
        """Return the scope and use the token up; ``None`` for one that is unknown or was used."""
        return self._scopes.pop(token, None)

    def revoke_all(self) -> None:
        """Make every refresh token worthless."""
        self._scopes.clear()
