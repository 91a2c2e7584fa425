"""From an endpoint's configuration to its requests: every template compiled once, rendered for each record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lifecycle.config.endpoint import Endpoint
from lifecycle.config.message import FormMessage, JsonMessage, RawMessage
from lifecycle.config.request_texts import request_texts
from lifecycle.errors import ConfigurationError
from lifecycle.language.macros.template import Row, Template, compile_template
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.ports.api.request import ApiRequest, Body, Form, Json, Raw


class RequestTemplate:
    """One endpoint's request.

    Args:
        endpoint: As configured.
        words: Settings and tables.

    Raises:
        ConfigurationError: A template does not parse.
    """

    def __init__(self, endpoint: Endpoint, words: Vocabulary) -> None:
        self._endpoint = endpoint
        self._templates: dict[str, Template] = {}
        for one in request_texts(endpoint):
            try:
                self._templates[one.path] = compile_template(one.text, words, one.place)
            except ValueError as error:
                raise ConfigurationError(f"endpoints/{endpoint.name}.yaml", one.path, str(error)) from None

    def render(self, row: Row) -> ApiRequest:
        """The request for one record.

        Args:
            row: Field → text, as ``endpoint.field``.

        Raises:
            ValueError: A value is missing where one must be, or cannot stand where it should; the text names the
                macro, never the value.
        """
        endpoint = self._endpoint
        return ApiRequest(
            self._text("url", row),
            endpoint.method,
            {name: self._text(f"params.{name}", row) for name in endpoint.params},
            {name: self._text(f"headers.{name}", row) for name in endpoint.headers},
            self._body(row),
        )

    def alone(self) -> ApiRequest:
        """The request of an endpoint that stands for itself.

        Raises:
            ConfigurationError: It needs a record, or a function in it gives nothing.
        """
        try:
            return self.render({})
        except ValueError as error:
            raise ConfigurationError(f"endpoints/{self._endpoint.name}.yaml", "", str(error)) from None

    def _text(self, path: str, row: Row) -> str:
        return self._templates[path].render(row)

    def _body(self, row: Row) -> Body:
        match self._endpoint.message:
            case FormMessage(fields=fields):
                return Form({name: self._text(f"message.fields.{name}", row) for name in fields})
            case JsonMessage(body=body):
                return Json(self._structure(body, "message.body", row))
            case RawMessage(content_type=content_type):
                return Raw(content_type, self._text("message.body", row))
        return None

    def _structure(self, body: Any, path: str, row: Row) -> Any:
        """The structure with its texts filled in; it is written as JSON afterwards, so that they stay texts."""
        match body:
            case str():
                return self._text(path, row)
            case dict():
                return {name: self._structure(inner, f"{path}.{name}", row) for name, inner in body.items()}
            case list():
                return [self._structure(inner, f"{path}.{position}", row) for position, inner in enumerate(body)]
        return body


def record_row(endpoint: str, record: Mapping[Any, Any]) -> dict[str, str]:
    """A record of an endpoint as macros see it: ``endpoint.field`` → text."""
    return {f"{endpoint}.{name}": str(value) for name, value in record.items()}
