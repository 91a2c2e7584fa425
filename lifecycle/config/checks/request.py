"""What a request may not contain: somebody else's headers, paging parameters, a message that its method has not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import unquote_plus

from lifecycle.config.checks.problems import Problem
from lifecycle.config.endpoint import Endpoint
from lifecycle.config.header import is_header_name
from lifecycle.config.message import FormMessage, JsonMessage, Message, NoMessage
from lifecycle.config.pagination import paging_parameters
from lifecycle.config.request_texts import Configured

_SETTLED: Mapping[str, str] = {
    **dict.fromkeys(("authorization", "proxy-authorization", "cookie"), "the credentials block authorises requests"),
    "content-type": "the message's type says it",
    **dict.fromkeys(
        ("host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade"),
        "it belongs to the connection",
    ),
    "accept-encoding": "it belongs to the connection",
}
"""Lower-case name of a header → why a configuration never sets it."""


def request_problems(endpoint: Endpoint) -> Iterator[Problem]:
    """Everything that one endpoint's request may not contain."""
    if endpoint.method == "GET" and endpoint.repeatable:
        yield "repeatable", "is for POST: a GET may be repeated always"
    if endpoint.method == "GET" and not isinstance(endpoint.message, NoMessage):
        yield "message", "a GET has none; use method: POST"
    yield from any_request_problems(endpoint)
    yield from _in_paging(endpoint)


def any_request_problems(configured: Configured) -> Iterator[Problem]:
    """Everything that no request may contain, whoever sends it."""
    yield from url_problems(configured)
    yield from _in_headers(configured.headers)


def url_problems(configured: Configured) -> Iterator[tuple[str, str]]:
    """What no URL may contain."""
    if "@" in re.split(r"[/?#]", configured.url.removeprefix("https://"), maxsplit=1)[0]:
        yield "url", "names a user: secrets belong in the credentials block"


def _in_headers(headers: Mapping[str, str]) -> Iterator[Problem]:
    seen = set()
    for name in headers:
        path = f"headers.{name}"
        if not is_header_name(name):
            yield path, f"is no name of a header: {name!r}"
        elif reason := _SETTLED.get(name.lower()):
            yield path, f"is not set here: {reason}"
        elif name.lower() in seen:
            yield path, "stands twice: HTTP does not tell upper from lower case"
        seen.add(name.lower())


def _in_paging(endpoint: Endpoint) -> Iterator[Problem]:
    sent_in, names = paging_parameters(endpoint.pagination)
    if len(set(names)) < len(names):
        yield "pagination", f"needs two parameters: {names[0]!r} cannot stand for both"
    if sent_in == "body":
        inside = _message_names(endpoint.message)
        if inside is None:
            yield "pagination.sent_in", "body needs a message of type form, or of type json with a mapping"
        else:
            yield from _taken("message", names, inside)
        return
    yield from _taken("params", names, endpoint.params)
    yield from _taken("url", names, _query_names(endpoint.url))


def _message_names(message: Message) -> Collection[str] | None:
    match message:
        case FormMessage(fields=fields):
            return fields
        case JsonMessage(body=dict() as body):
            return body
    return None


def _query_names(url: str) -> set[str]:
    query = url.partition("?")[2].replace("%%", "%")  # two percent signs of a template are one of the URL
    return {unquote_plus(part.partition("=")[0]) for part in query.split("&")}


def _taken(path: str, names: Collection[str], there: Collection[str]) -> Iterator[Problem]:
    if taken := sorted(set(names) & set(there)):
        yield path, f"set by the pagination: {', '.join(taken)}"
