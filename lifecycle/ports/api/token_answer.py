"""Reading a token endpoint's answer (RFC 6749, sections 5.1 and 5.2, and what HaloITSM makes of them)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from lifecycle.errors import SourceAuthorizationError, SourceContractError, SourceUnavailableError
from lifecycle.ports.api.answers import body_kind, is_html, is_transient, parsed
from lifecycle.ports.api.refresh_token import AUTHORISE

_EVERYTHING = "all"
_NOT_LISTED = frozenset({"openid", "offline_access"})
"""Scopes that ask for something else than access: servers need not list them as granted."""
_REFUSED = frozenset({400, 401})
_UNTOLD_LIFETIME_S = 300.0
"""A server need not tell how long a token lives: then it is renewed often."""
_LONGEST_S = 366 * 86_400.0
_WRONG_TENANT = frozenset({404, 500})
_CODES = {
    "invalid_client": "the client id or secret is wrong, or the API application is disabled",
    "unauthorized_client": "the API application may not use this grant",
    "invalid_scope": "a scope asked for does not exist or is not allowed",
    "invalid_grant": "the grant is refused",
    "invalid_request": "the token request is refused",
    "unsupported_grant_type": "this grant is not offered",
}
_REFUSED_GRANTS: Mapping[str, str] = {
    "password": "the user name or password is wrong, or this user may not sign in so",
    "refresh_token": f"the refresh token was used already, withdrawn or has ended: {AUTHORISE}",
    "authorization_code": f"the code was used already or has ended: {AUTHORISE}",
}
"""Grant → what ``invalid_grant`` means for it."""


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """A token as granted.

    Args:
        value: The token, hidden.
        scopes: Granted scopes, sorted.
        expires_in_s: Seconds from the request until it ends.
        refresh_token: What the next token is had for, hidden; empty where none came.
    """

    value: str = field(repr=False)
    scopes: tuple[str, ...]
    expires_in_s: float
    refresh_token: str = field(default="", repr=False)


def is_refused_grant(response: httpx.Response) -> bool:
    """Whether what was exchanged, and not the client, is refused: for a refresh token, that it is spent."""
    return response.status_code in _REFUSED and _code(response) == "invalid_grant"


def read_token_answer(
    response: httpx.Response,
    needed: tuple[str, ...],
    grant: str = "client_credentials",
    *,
    needs_refresh_token: bool = False,
) -> TokenAnswer:
    """The token, if it is one and grants what is needed.

    Args:
        response: Answer of the token endpoint, body read.
        needed: Scopes without which nothing is to be read.
        grant: What was exchanged, for the message.
        needs_refresh_token: Whether an answer without a refresh token is of no use.

    Raises:
        SourceAuthorizationError: Client, tenant, what was exchanged, or granted scopes are wrong.
        SourceUnavailableError: The token endpoint is away or busy.
        SourceContractError: The answer is no token.
    """
    status = response.status_code
    page = is_html(response)
    if page and (not is_transient(response) or status in _WRONG_TENANT):
        raise SourceAuthorizationError(
            f"the token URL answered {status} with a web page: check the tenant's name and the token URL"
        )
    if is_transient(response):
        raise SourceUnavailableError(f"the token URL answered {status} ({body_kind(response)})")
    if response.is_redirect:
        raise SourceAuthorizationError(f"the token URL answered {status}, a redirect, which is not followed")
    answer = parsed(response)
    if not response.is_success:
        raise SourceAuthorizationError(f"the token URL answered {status} ({_meaning(response, grant)})")
    if not isinstance(answer, dict):
        raise SourceContractError(f"the token URL answered {status} with {body_kind(response)} instead of a token")
    refresh_token = _refresh_token(answer, needed=needs_refresh_token)
    return TokenAnswer(_value(answer), _scopes(answer, needed), _lifetime_s(answer), refresh_token)


def _code(response: httpx.Response) -> str:
    answer = parsed(response)
    code = answer.get("error") if isinstance(answer, dict) else None
    return code if isinstance(code, str) and code in _CODES else ""


def _meaning(response: httpx.Response, grant: str) -> str:
    code = _code(response)
    if not code:
        return body_kind(response)
    meaning = _REFUSED_GRANTS.get(grant, _CODES[code]) if code == "invalid_grant" else _CODES[code]
    return f"{code}: {meaning}"


def _refresh_token(answer: dict[str, Any], *, needed: bool) -> str:
    token = answer.get("refresh_token")
    if token is None and not needed:
        return ""
    if not isinstance(token, str) or not token or not token.isprintable():
        raise SourceContractError(
            "the token answer has no usable refresh_token: some servers give one only for the scope offline_access"
        )
    return token


def _value(answer: dict[str, Any]) -> str:
    value, kind = answer.get("access_token"), answer.get("token_type")
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or len(value.split()) != 1:
        raise SourceContractError("the token answer has no usable access_token")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise SourceContractError("the token answer's token_type is not Bearer")
    return value


def _scopes(answer: dict[str, Any], needed: tuple[str, ...]) -> tuple[str, ...]:
    # RFC 6749, section 5.1: a scope left out says that what was asked for was granted.
    text = answer.get("scope", " ".join(needed))
    if not isinstance(text, str):
        raise SourceContractError("the token answer's scope is no text")
    granted = set(text.split())
    missing = set() if _EVERYTHING in granted else set(needed) - granted - _NOT_LISTED
    if missing:
        raise SourceAuthorizationError(
            f"the server granted less than was asked for; missing: {', '.join(sorted(missing))}. "
            "Add them to the permissions of the API application"
        )
    return tuple(sorted(granted))


def _lifetime_s(answer: dict[str, Any]) -> float:
    lifetime = answer.get("expires_in", _UNTOLD_LIFETIME_S)
    if isinstance(lifetime, bool) or not isinstance(lifetime, int | float) or not 0 < lifetime <= _LONGEST_S:
        raise SourceContractError("the token answer's expires_in is not a number of seconds")
    return float(lifetime)
