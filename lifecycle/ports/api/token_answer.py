"""Reading the token endpoint's answer (RFC 6749, sections 5.1 and 5.2, and what HaloITSM makes of them)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from lifecycle.errors import SourceAuthorizationError, SourceContractError, SourceUnavailableError
from lifecycle.ports.api.answers import body_kind, is_html, is_transient, parsed

_EVERYTHING = "all"
_LONGEST_S = 366 * 86_400.0
_WRONG_TENANT = frozenset({404, 500})
_CODES = {
    "invalid_client": "the client id or secret is wrong, or the API application is disabled",
    "unauthorized_client": "the API application may not use client credentials",
    "invalid_scope": "a scope asked for does not exist or is not allowed",
    "invalid_grant": "the grant is refused",
    "invalid_request": "the token request is refused",
    "unsupported_grant_type": "client credentials are not offered",
}


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """A token as granted.

    Args:
        value: The token, hidden.
        scopes: Granted scopes, sorted.
        expires_in_s: Seconds from the request until it ends.
    """

    value: str = field(repr=False)
    scopes: tuple[str, ...]
    expires_in_s: float


def read_token_answer(response: httpx.Response, needed: tuple[str, ...]) -> TokenAnswer:
    """The token, if it is one and grants what is needed.

    Args:
        response: Answer of the token endpoint, body read.
        needed: Scopes without which nothing is to be read.

    Raises:
        SourceAuthorizationError: Client, tenant or granted scopes are wrong.
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
        code = answer.get("error") if isinstance(answer, dict) else None
        meaning = f"{code}: {_CODES[code]}" if isinstance(code, str) and code in _CODES else body_kind(response)
        raise SourceAuthorizationError(f"the token URL answered {status} ({meaning})")
    if not isinstance(answer, dict):
        raise SourceContractError(f"the token URL answered {status} with {body_kind(response)} instead of a token")
    return TokenAnswer(_value(answer), _scopes(answer, needed), _lifetime_s(answer))


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
    missing = set() if _EVERYTHING in granted else set(needed) - granted
    if missing:
        raise SourceAuthorizationError(
            f"HaloITSM granted less than was asked for; missing: {', '.join(sorted(missing))}. "
            "Add them to the permissions of the API application"
        )
    return tuple(sorted(granted))


def _lifetime_s(answer: dict[str, Any]) -> float:
    lifetime = answer.get("expires_in")
    if isinstance(lifetime, bool) or not isinstance(lifetime, int | float) or not 0 < lifetime <= _LONGEST_S:
        raise SourceContractError("the token answer's expires_in is not a number of seconds")
    return float(lifetime)
