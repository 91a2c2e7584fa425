"""Every text with macros in a request, and where its values land: the one place where that is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lifecycle.config.endpoint import Endpoint
from lifecycle.config.message import FormMessage, JsonMessage, Message, RawMessage, texts_of
from lifecycle.language.macros.template import Place


@dataclass(frozen=True, slots=True)
class RequestText:
    """One text with macros.

    Args:
        path: Dotted path inside the file.
        text: As written there.
        place: Where its values land, hence how they are escaped.
    """

    path: str
    text: str
    place: Place


def request_texts(endpoint: Endpoint) -> Iterator[RequestText]:
    """All of an endpoint's.

    Query parameters, fields of a form and texts of a JSON structure are prose: they are encoded as a whole after their
    macros are filled in, so that no value can break out, and an empty one is an empty text.
    """
    yield RequestText("url", endpoint.url, "url")
    for name, text in endpoint.headers.items():
        yield RequestText(f"headers.{name}", text, "header")
    for name, text in endpoint.params.items():
        yield RequestText(f"params.{name}", text, "prose")
    yield from _message_texts(endpoint.message)


def _message_texts(message: Message) -> Iterator[RequestText]:
    match message:
        case FormMessage(fields=fields):
            for name, text in fields.items():
                yield RequestText(f"message.fields.{name}", text, "prose")
        case JsonMessage(body=body):
            for path, text in texts_of(body, "message.body"):
                yield RequestText(path, text, "prose")
        case RawMessage(body=text):
            yield RequestText("message.body", text, "xml" if message.language == "xml" else "prose")
