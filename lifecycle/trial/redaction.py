"""Secrets are taken out of all that a trial shows: by value, by the name that they stand under, by their look.

What looks like a secret is hidden though it may be none; a page is read by more people than a block.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

from lifecycle.config.findings.secrecy import HIDDEN, is_secret, masked
from lifecycle.ports.api.authorization import (
    ApiKey,
    AuthorizationCode,
    Basic,
    Bearer,
    OAuth,
    PasswordGrant,
)
from lifecycle.ports.api.connection import ApiConnection

MARK = HIDDEN * 6
"""Stands for a secret, however long it is."""

_OF_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
_WITH_SCHEME = frozenset({"authorization", "proxy-authorization"})
_MORE_NAMES = frozenset({"jwt", "credential", "credentials", "session", "sessionid", "session_id", "otp", "pin"})
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_JWT = re.compile(r"eyJ[\w-]{5,}\.[\w-]{2,}(?:\.[\w-]*)*")
_MASKED = re.compile(f"{HIDDEN}+")

Pairs = tuple[tuple[str, str], ...]


class Redaction:
    """What is hidden, compiled.

    Args:
        secrets: Values that are hidden wherever they stand, also encoded for an address, JSON or a web page.
        names: Headers and parameters whose values are hidden, besides those that are named like a secret.
    """

    def __init__(self, secrets: Iterable[str], names: Iterable[str] = ()) -> None:
        spelled = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
        longest_first = sorted(spelled, key=lambda one: (-len(one), one))
        self._values = re.compile("|".join(map(re.escape, longest_first)) if longest_first else r"(?!)")
        self._names = frozenset(name.lower() for name in names)

    def is_named(self, name: str) -> bool:
        """Whether a header, a parameter or a key is named like a secret."""
        words = _HUMP.sub("_", name)
        return name.lower() in self._names or words.lower() in _MORE_NAMES or is_secret(words)

    def text(self, text: str) -> str:
        """A text of any kind."""
        text = _JWT.sub(MARK, self._values.sub(MARK, text))
        hidden = masked(text)
        return text if hidden == text else _MASKED.sub(MARK, hidden)

    def json(self, value: Any, *, is_secret: bool = False) -> Any:
        """A JSON structure; its shape stays.

        Args:
            value: The structure.
            is_secret: Whether it stands under a name of a secret.
        """
        match value:
            case dict():
                about = value.get("name")  # a list of {name, value}, as HaloITSM's custom fields are
                is_pair = isinstance(about, str) and self.is_named(about)
                return {
                    self._values.sub(MARK, key): self.json(
                        inner, is_secret=is_secret or self.is_named(key) or (is_pair and key == "value")
                    )
                    for key, inner in value.items()
                }
            case list():
                return [self.json(inner, is_secret=is_secret) for inner in value]
            case None | bool():
                return value
            case str():
                return (MARK if value else value) if is_secret else self.text(value)
        return MARK if is_secret or self._values.search(str(value)) else value

    def headers(self, pairs: Iterable[tuple[str, str]]) -> Pairs:
        """Headers; of an authorization its scheme stays."""
        return tuple((name, self._header(name.lower(), value)) for name, value in pairs)

    def params(self, pairs: Iterable[tuple[str, str]]) -> Pairs:
        """Parameters of an address, or fields of a form."""
        return tuple(
            (self._values.sub(MARK, name), MARK if self.is_named(name) else self.text(value)) for name, value in pairs
        )

    def address(self, text: str) -> str:
        """An address without its query."""
        return _JWT.sub(MARK, self._values.sub(MARK, text))

    def _header(self, name: str, value: str) -> str:
        if name in _WITH_SCHEME:
            scheme, space, _ = value.partition(" ")
            return f"{scheme} {MARK}" if space and scheme.lower() in {"basic", "bearer"} else MARK
        return MARK if name in _OF_HEADERS or self.is_named(name) else self.text(value)


def redaction_of(connections: Iterable[ApiConnection], sent: Iterable[str] = ()) -> Redaction:
    """What is to be hidden of calls over some connections.

    Args:
        connections: Whose secrets are hidden.
        sent: ``Authorization`` headers as they were sent: they hold the tokens of the moment.
    """
    ways = [connection.authorization for connection in connections]
    secrets = [secret for way in ways for secret in _secrets_of(way)]
    secrets += [one.partition(" ")[2] or one for one in sent]
    return Redaction(secrets, [way.api_key_name for way in ways if isinstance(way, ApiKey)])


def _secrets_of(way: object) -> Iterator[str]:
    match way:
        case ApiKey(api_key=key):
            yield key
        case Basic(user_name=user, password=password):
            yield password
            yield b64encode(f"{user}:{password}".encode()).decode()
        case Bearer(bearer_token=token):
            yield token
        case OAuth(client_secret=secret):
            yield secret
            if isinstance(way, PasswordGrant):
                yield way.password
            if isinstance(way, AuthorizationCode):
                yield way.refresh_tokens.load()


def _spellings(secret: str) -> set[str]:
    plain = {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], html.escape(secret)}
    return plain | {quote(secret), quote(secret, safe=""), quote_plus(secret)}
