"""Every text with macros in a request, and where its values land: the one place where that is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from lifecycle.config.message import FormMessage, JsonMessage, Message, RawMessage, texts_of
from lifecycle.language.macros.template import Place


class Configured(Protocol):
    """What has a request: an endpoint, a webhook, a look-up."""

    @property
    def method(self) -> Literal["GET", "POST", "PUT", "PATCH", "DELETE"]:
        """HTTP method."""

    @property
    def url(self) -> str:
        """URL with macros."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Header → text with macros."""

    @property
    def params(self) -> Mapping[str, str]:
        """Query parameter → text with macros."""

    @property
    def message(self) -> Message:
        """What it carries."""


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


def request_texts(configured: Configured) -> Iterator[RequestText]:
    """All of a request's.

    Query parameters, fields of a form and texts of a JSON structure are prose: they are encoded as a whole after their
    macros are filled in, so that no value can break out, and an empty one is an empty text.
    """
    yield RequestText("url", configured.url, "url")
    for name, text in configured.headers.items():
        yield RequestText(f"headers.{name}", text, "header")
    for name, text in configured.params.items():
        yield RequestText(f"params.{name}", text, "prose")
    yield from _message_texts(configured.message)


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
