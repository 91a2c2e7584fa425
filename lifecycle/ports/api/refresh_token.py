"""The refresh token: used once, so what replaces it is stored before anything else is done with the answer."""

from __future__ import annotations

from typing import Protocol

from lifecycle.errors import SourceAuthorizationError, StoreError

AUTHORISE = "authorise again with python -m deployments.authorize"


class RefreshTokenStore(Protocol):
    """Keeps one refresh token beyond the life of the process."""

    @property
    def name(self) -> str:
        """What tells this token from others, e.g. the name of the block that holds it."""

    def load(self) -> str:
        """The token as it is stored now, perhaps by another process; empty where there is none yet."""

    def save(self, token: str) -> None:
        """Store a token durably; an exception says that it is not stored."""


class NoStore:
    """For a connection that nobody gave a store: there is no token, and none can be kept."""

    name = ""

    def load(self) -> str:
        """Nothing."""
        return ""

    def save(self, token: str) -> None:  # noqa: ARG002 (the protocol's)
        """Refuse.

        Raises:
            StoreError: Always.
        """
        raise StoreError("nobody gave this connection a store for refresh tokens")


class RefreshTokens:
    """A store, and the token that could not be put there: it is the only one that still is good.

    Used by one caller at a time, who holds the lock of the access token.
    """

    def __init__(self, store: RefreshTokenStore) -> None:
        self._store = store
        self._unsaved = ""

    def current(self) -> str:
        """The token to use next.

        Raises:
            SourceAuthorizationError: There is none.
            StoreError: The last one is still not stored.
        """
        if self._unsaved:
            self.replace(self._unsaved)
        token = self._store.load()
        if not token:
            raise SourceAuthorizationError(f"there is no refresh token yet: {AUTHORISE}")
        return token

    def replace(self, token: str) -> None:
        """Store the token that replaces the one just used.

        Raises:
            StoreError: It is not stored; it is kept in this process and tried again at the next renewal.
        """
        self._unsaved = token
        kind = ""
        try:
            self._store.save(token)
        except Exception as error:  # noqa: BLE001  (whatever the store raises may hold the token)
            kind = type(error).__name__
        if kind:  # raised here, so that the other exception does not travel along
            raise StoreError(
                f"the new refresh token could not be stored ({kind}), so its access token is not used; the old one is "
                f"spent: if this process ends before it is stored, {AUTHORISE}"
            )
        self._unsaved = ""
