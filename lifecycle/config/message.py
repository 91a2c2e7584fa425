"""What a request carries besides its address (section ``message`` of an endpoint)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from lifecycle.config.model import ConfigModel

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/(?P<kind>[a-z0-9!#$&^_.+-]+)(?P<parameters>;[ -~]*)?", re.IGNORECASE)
_FORM = "x-www-form-urlencoded"
_DEEPEST = 30


class NoMessage(ConfigModel):
    """The request has no body."""

    type: Literal["none"] = "none"


class FormMessage(ConfigModel):
    """A form, as a web page sends it (application/x-www-form-urlencoded)."""

    type: Literal["form"]
    fields: dict[str, str] = Field(min_length=1, description="Field → text with macros.")


class JsonMessage(ConfigModel):
    """A JSON text, written as the YAML structure that it is."""

    type: Literal["json"]
    body: Any = Field(
        description="Any YAML structure. Texts in it may hold macros; whatever their values, they stay texts: they are "
        "filled in first and written as JSON afterwards.",
        examples=[{"filter": {"site": "%src.halo-users.site_name%"}, "sort": ["id"]}],
    )

    @field_validator("body")
    @classmethod
    def _is_json(cls, body: Any) -> Any:
        for place, problem in _not_json(body, "body"):
            raise ValueError(f"{place} {problem}")
        return body


class RawMessage(ConfigModel):
    """A text of any other kind, such as XML."""

    type: Literal["raw"]
    content_type: str = Field(description="Media type of the text.", examples=["text/xml; charset=utf-8"])
    body: str = Field(
        description="Text with macros, sent as UTF-8. In XML and plain text values are escaped as these need it; a "
        "text of any other kind may hold no values of a record, because nothing is known of how to escape them."
    )

    @field_validator("content_type")
    @classmethod
    def _is_for_this_type(cls, content_type: str) -> str:
        found = _MEDIA_TYPE.fullmatch(content_type)
        if not found:
            raise ValueError(f"must be a media type such as text/xml: {content_type!r}")
        kind = found["kind"].lower()
        if kind == "json" or kind.endswith("+json"):
            raise ValueError(f"is JSON: use message type json, out of which no value can break: {content_type!r}")
        if kind == _FORM:
            raise ValueError(f"is a form: use message type form: {content_type!r}")
        return content_type

    @property
    def language(self) -> Literal["xml", "text", "other"]:
        """What the text is written in, as far as escaping is concerned."""
        media_type = self.content_type.partition(";")[0].strip().lower()
        if media_type.endswith(("/xml", "+xml")):
            return "xml"
        return "text" if media_type == "text/plain" else "other"


Message = Annotated[NoMessage | FormMessage | JsonMessage | RawMessage, Field(discriminator="type")]


def texts_of(body: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text inside a JSON structure with its dotted path."""
    match body:
        case str():
            yield path, body
        case dict():
            for name, inner in body.items():
                yield from texts_of(inner, f"{path}.{name}")
        case list():
            for position, inner in enumerate(body):
                yield from texts_of(inner, f"{path}.{position}")


def _not_json(body: Any, path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    match body:
        case dict() | list() if depth == _DEEPEST:  # also what contains itself, by an alias of YAML
            yield path, "is nested too deep"
        case dict():
            for name, inner in body.items():
                if isinstance(name, str):
                    yield from _not_json(inner, f"{path}.{name}", depth + 1)
                else:
                    yield path, f"has a key that is no text: write it in quotes: {name!r}"
        case list():
            for position, inner in enumerate(body):
                yield from _not_json(inner, f"{path}.{position}", depth + 1)
        case float() if not math.isfinite(body):
            yield path, "must be a finite number"
        case str() | bool() | int() | float() | None:
            pass
        case _:
            yield path, "is read as a date by YAML: write it in quotes"
