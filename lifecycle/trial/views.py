"""A request and its answer as they are shown: without secrets, and not longer than a page."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import httpx

from lifecycle.ports.api.answers import NO_JSON, parsed
from lifecycle.ports.api.authorization import ApiKey, Authorization, Basic, NoAuthorization
from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.request import ApiRequest
from lifecycle.trial.redaction import MARK, Pairs, Redaction

MOST_CHARACTERS = 20_000
"""Of a body; what goes beyond is left out, and said."""

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Shown:
    """A body as it is shown.

    Args:
        text: JSON indented, a form a field a line, any other text as it is.
        language: ``json`` or ``text``.
        left_out: Characters behind the last that is shown.
    """

    text: str = field(repr=False)
    language: str = "text"
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request.

    Args:
        method: HTTP method.
        url: Address without its query.
        params: Query parameters.
        headers: Headers.
        body: What is sent with it.
    """

    method: str
    url: str = field(repr=False)
    params: Pairs = field(repr=False)
    headers: Pairs = field(repr=False)
    body: Shown


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer.

    Args:
        status: HTTP status.
        reason: Its words.
        elapsed_s: Seconds until it was there.
        headers: Headers.
        body: The body.
    """

    status: int
    reason: str
    elapsed_s: float
    headers: Pairs = field(repr=False)
    body: Shown


def answer_view(response: httpx.Response, redaction: Redaction) -> AnswerView:
    """An answer whose body was read."""
    return AnswerView(
        response.status_code,
        response.reason_phrase,
        response.elapsed.total_seconds(),
        redaction.headers(_as_sent(response.headers)),
        _shown(response.content, response.headers.get("content-type", ""), redaction),
    )


def sent_view(request: httpx.Request, connection: ApiConnection, redaction: Redaction) -> RequestView:
    """A request as it was sent; a key that only went into its target is shown as a parameter."""
    params = [*request.url.params.multi_items(), *_key_of(connection.authorization)]
    return RequestView(
        request.method,
        redaction.address(str(request.url.copy_with(query=None))),
        redaction.params(params),
        redaction.headers(_as_sent(request.headers)),
        _shown(request.content, request.headers.get("content-type", ""), redaction),
    )


def unsent_view(request: ApiRequest, connection: ApiConnection, redaction: Redaction) -> RequestView:
    """A request as it would be sent.

    Raises:
        ConfigurationError: Its address has a placeholder that the block does not fill.
    """
    address = httpx.URL(connection.fill(request.url))
    content, of_body = request.content()
    way = connection.authorization
    headers = [*request.headers.items(), *of_body.items(), *_authorization_of(way)]
    params = [*address.params.multi_items(), *request.params.items(), *_key_of(way)]
    return RequestView(
        request.method,
        redaction.address(str(address.copy_with(query=None))),
        redaction.params(params),
        redaction.headers(headers),
        _shown(content or b"", of_body.get("Content-Type", ""), redaction),
    )


def _as_sent(headers: httpx.Headers) -> Pairs:
    """Headers with the case of their names, which httpx's own list does not keep."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)


def _key_of(way: Authorization) -> Pairs:
    return ((way.api_key_name, MARK),) if isinstance(way, ApiKey) and way.api_key_place == "query" else ()


def _authorization_of(way: Authorization) -> Pairs:
    match way:
        case NoAuthorization():
            return ()
        case ApiKey():
            return ((way.api_key_name, MARK),) if way.api_key_place == "header" else ()
        case Basic():
            return (("Authorization", f"Basic {MARK}"),)
    return (("Authorization", f"Bearer {MARK}"),)


def _shown(content: bytes, media_type: str, redaction: Redaction) -> Shown:
    answer = parsed(httpx.Response(200, content=content)) if content else NO_JSON
    if answer is not NO_JSON:
        return _capped(json.dumps(redaction.json(answer), ensure_ascii=False, indent=2), "json")
    if b"\0" in content:
        return Shown(f"({len(content)} bytes that are no text)")
    text = content.decode(errors="replace")
    if media_type.startswith(_FORM):
        fields = redaction.params(parse_qsl(text, keep_blank_values=True))
        return _capped("\n".join(f"{name}={value}" for name, value in fields))
    return _capped(redaction.text(text))


def _capped(text: str, language: str = "text") -> Shown:
    text = "".join(one if one.isprintable() or one in "\n\t" else "\N{REPLACEMENT CHARACTER}" for one in text)
    return Shown(text[:MOST_CHARACTERS], language, max(0, len(text) - MOST_CHARACTERS))
