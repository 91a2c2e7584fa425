"""One request as it is to be sent, still without a secret: macros are rendered, paging parameters are set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self
from urllib.parse import urlencode

from lifecycle.config.pagination import SentIn

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Form:
    """Field → value, sent as ``application/x-www-form-urlencoded``."""

    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON structure."""

    value: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Raw:
    """A text of any kind, with its media type."""

    content_type: str
    text: str = field(repr=False)


Body = Form | Json | Raw | None


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """One request; shown without what may be personal data.

    Args:
        url: May hold ``{Host-Name}`` and ``{tenantname}`` until the client fills them.
        method: HTTP method; an endpoint reads with ``GET`` or ``POST``.
        params: Query parameters, added to those of the URL.
        headers: Headers besides those of the body, the authorization and the connection.
        body: What is sent with it.
    """

    url: str = field(repr=False)
    method: Method = "GET"
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Body = None

    def with_values(self, values: Mapping[str, str | int], sent_in: SentIn) -> Self:
        """The same request with paging parameters: in the query, a form, or on top of a JSON structure.

        Raises:
            ValueError: They are to be sent in a body that cannot hold them; loading refuses such a configuration.
        """
        texts = {name: str(value) for name, value in values.items()}
        if sent_in == "query":
            return replace(self, params={**self.params, **texts})
        match self.body:
            case Form(fields):
                return replace(self, body=Form({**fields, **texts}))
            case Json(dict() as inside):
                return replace(self, body=Json({**inside, **values}))
        raise ValueError("the message cannot hold paging parameters")

    def at(self, url: str) -> Self:
        """The same request to another address, which brings its own query."""
        return replace(self, url=url, params={})

    def content(self) -> tuple[bytes | None, dict[str, str]]:
        """The body as bytes, and the header that tells what it is."""
        match self.body:
            case Form(fields):
                return urlencode(fields).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
            case Json(value):
                return json.dumps(value, allow_nan=False).encode(), {"Content-Type": "application/json"}
            case Raw(content_type, text):
                return text.encode(), {"Content-Type": content_type}
        return None, {}

    @property
    def identity(self) -> str:
        """Everything that the request asks for, as one text: equal texts, equal requests."""
        content, _ = self.content()
        return json.dumps(
            [self.method, self.url, dict(self.params), dict(self.headers), (content or b"").decode()], sort_keys=True
        )
