"""How requests are authorised: one frozen value a type, each naming what is wrong with it.

The names of the arguments are those of the block's fields, so that an error says which field to mend.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from lifecycle.config.header import is_header_name
from lifecycle.ports.api.refresh_token import NoStore, RefreshTokenStore

Problem = tuple[str, str]
"""Name of the argument and what is wrong."""


@dataclass(frozen=True, slots=True)
class NoAuthorization:
    """Everybody may read."""

    def problems(self) -> Iterator[Problem]:
        """Nothing can be wrong."""
        return iter(())


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key in a header or in the query."""

    api_key_name: str
    api_key: str = field(repr=False)
    api_key_place: Literal["header", "query"] = "header"

    def problems(self) -> Iterator[Problem]:
        """What cannot be sent."""
        if not self.api_key_name or (self.api_key_place == "header" and not is_header_name(self.api_key_name)):
            yield "api_key_name", f"is no name of a {self.api_key_place} parameter"
        if not self.api_key:
            yield "api_key", "is empty"
        if self.api_key_place == "header" and not _is_printable(self.api_key):
            yield "api_key", "may hold printable ASCII characters only"

    def is_set_by(self, headers: Iterable[str], params: Iterable[str]) -> bool:
        """Whether a request that names these headers and parameters sets the key itself."""
        if self.api_key_place == "query":
            return self.api_key_name in set(params)
        return self.api_key_name.lower() in {name.lower() for name in headers}


@dataclass(frozen=True, slots=True)
class Basic:
    """User name and password with every request (RFC 7617)."""

    user_name: str
    password: str = field(repr=False)

    def problems(self) -> Iterator[Problem]:
        """What cannot be sent."""
        if not self.user_name or ":" in self.user_name:
            yield "user_name", "is needed, and may hold no colon"
        if not self.password:
            yield "password", "is empty"


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token that somebody made by hand."""

    bearer_token: str = field(repr=False)

    def problems(self) -> Iterator[Problem]:
        """What cannot be sent."""
        if not self.bearer_token:
            yield "bearer_token", "is empty"
        elif not _is_printable(self.bearer_token) or " " in self.bearer_token:
            yield "bearer_token", "may hold printable ASCII characters only, and no spaces"


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth:
    """What the OAuth 2.0 grants have in common.

    Args:
        token_url: Where the token is exchanged; may hold ``{Host-Name}`` and ``{tenantname}``.
        client_id: Identifier of the API application.
        client_secret: Its secret; empty for a public client.
        scopes: Scopes asked for, all of which must be granted.
    """

    token_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """What cannot be exchanged."""
        if not self.client_id:
            yield "client_id", "is empty"
        if any(not scope or len(scope.split()) != 1 for scope in self.scopes):
            yield "scopes", "each scope is one word, e.g. read:customers"

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells one token from another of the same client and scopes: on whose behalf it is."""
        return (type(self).__name__,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentials(OAuth):
    """The application reads in its own name (RFC 6749, section 4.4)."""

    def problems(self) -> Iterator[Problem]:
        """What cannot be exchanged."""
        yield from OAuth.problems(self)
        if not self.client_secret:
            yield "client_secret", "is empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordGrant(OAuth):
    """The application reads in a user's name, by their password (RFC 6749, section 4.3)."""

    user_name: str
    password: str = field(repr=False)

    def problems(self) -> Iterator[Problem]:
        """What cannot be exchanged."""
        yield from OAuth.problems(self)
        for name in ("user_name", "password"):
            if not getattr(self, name):
                yield name, "is empty"

    @property
    def identity(self) -> tuple[str, ...]:
        """One token a user."""
        return (type(self).__name__, self.user_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCode(OAuth):
    """The application reads in the name of a user who agreed once in a browser (RFC 6749, section 4.1, and PKCE).

    Args:
        authorize_url: Page where the user agrees; may hold the placeholders.
        refresh_tokens: Where the refresh token is kept.
    """

    authorize_url: str
    refresh_tokens: RefreshTokenStore = field(default_factory=NoStore, repr=False, compare=False)

    @property
    def identity(self) -> tuple[str, ...]:
        """One token a stored refresh token."""
        return (type(self).__name__, self.refresh_tokens.name)


Authorization = NoAuthorization | ApiKey | Basic | Bearer | ClientCredentials | PasswordGrant | AuthorizationCode


def _is_printable(text: str) -> bool:
    return text.isascii() and text.isprintable()
