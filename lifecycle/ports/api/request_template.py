"""From a request's configuration to requests: every template compiled once, rendered for each record or event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from lifecycle.config.message import FormMessage, JsonMessage, RawMessage
from lifecycle.config.request_texts import Configured, request_texts
from lifecycle.errors import ConfigurationError
from lifecycle.language.fields.scalar import read_number
from lifecycle.language.macros.syntax import Macro, parse
from lifecycle.language.macros.template import MissingValueError, Row, Template, compile_template
from lifecycle.language.vocabulary import Vocabulary
from lifecycle.ports.api.request import ApiRequest, Body, Form, Json, Raw

_NOTHING: Row = MappingProxyType({})


class RequestTemplate:
    """One configured request.

    Args:
        configured: An endpoint, or whatever else has a request.
        words: Settings and tables.
        file: What messages call it, e.g. ``endpoints/halo-users.yaml``.
        at_hand: What macros may speak of besides settings and functions.

    Raises:
        ConfigurationError: A template does not parse.
    """

    def __init__(
        self, configured: Configured, words: Vocabulary, file: str, at_hand: Collection[str] = frozenset({"src"})
    ) -> None:
        self._configured, self._file = configured, file
        self._templates: dict[str, Template] = {}
        for one in request_texts(configured):
            try:
                self._templates[one.path] = compile_template(one.text, words, one.place, at_hand)
            except ValueError as error:
                raise ConfigurationError(file, one.path, str(error)) from None
        self._numbers = {path for path, template in self._templates.items() if _is_number(template.text)}

    def names(self, prefix: str) -> frozenset[str]:
        """The names behind one prefix, in all texts of the request."""
        return frozenset(name for template in self._templates.values() for name in template.names(prefix))

    def render(self, row: Row, *, ad: Row = _NOTHING, act: Row = _NOTHING) -> ApiRequest:
        """The request for one record or event.

        Args:
            row: Field → text, as ``endpoint.field``.
            ad: LDAP name → text.
            act: What happened.

        Raises:
            ValueError: A value is missing where one must be, or cannot stand where it should; the text names the
                macro, never the value.
        """
        given = (row, ad, act)
        configured = self._configured
        return ApiRequest(
            self._text("url", given),
            configured.method,
            {name: self._text(f"params.{name}", given) for name in configured.params},
            {name: self._text(f"headers.{name}", given) for name in configured.headers},
            self._body(given),
        )

    def alone(self) -> ApiRequest:
        """The request of an endpoint that stands for itself.

        Raises:
            ConfigurationError: It needs a record, or a function in it gives nothing.
        """
        try:
            return self.render({})
        except ValueError as error:
            raise ConfigurationError(self._file, "", str(error)) from None

    def _text(self, path: str, given: tuple[Row, Row, Row]) -> str:
        row, ad, act = given
        return self._templates[path].render(row, ad=ad, act=act)

    def _body(self, given: tuple[Row, Row, Row]) -> Body:
        match self._configured.message:
            case FormMessage(fields=fields):
                return Form({name: self._text(f"message.fields.{name}", given) for name in fields})
            case JsonMessage(body=body):
                return Json(self._structure(body, "message.body", given))
            case RawMessage(content_type=content_type):
                return Raw(content_type, self._text("message.body", given))
        return None

    def _structure(self, body: Any, path: str, given: tuple[Row, Row, Row]) -> Any:
        """The structure with its texts filled in; it is written as JSON afterwards, so that they stay texts."""
        match body:
            case str():
                text = self._text(path, given)
                return _number(path, text) if path in self._numbers else text
            case dict():
                return {name: self._structure(inner, f"{path}.{name}", given) for name, inner in body.items()}
            case list():
                return [self._structure(inner, f"{path}.{position}", given) for position, inner in enumerate(body)]
        return body


def record_row(endpoint: str, record: Mapping[Any, Any]) -> dict[str, str]:
    """A record of an endpoint as macros see it: ``endpoint.field`` → text."""
    return {f"{endpoint}.{name}": str(value) for name, value in record.items()}


def _is_number(text: str) -> bool:
    """Whether a text is a call of ``fx.number`` and nothing else."""
    match parse(text):
        case (Macro(prefix="fx", name="number"),):
            return True
    return False


def _number(path: str, text: str) -> int | float:
    """A number for JSON; APIs take a text for another thing, and a missing number may mean another one."""
    if not text:
        raise MissingValueError(f"{path}: a number has no value")
    found = read_number(text)
    return int(found) if found == found.to_integral_value() else float(found)
