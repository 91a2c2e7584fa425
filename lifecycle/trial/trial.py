"""What a trial comes to, and what it is made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.delivery import Delivery
from lifecycle.ports.api.request import ApiRequest
from lifecycle.ports.api.tokens import TokenGrant
from lifecycle.trial.tree import Branch
from lifecycle.trial.views import AnswerView, RequestView


class Api(Protocol):
    """What sends: :class:`lifecycle.ports.api.client.ApiClient`."""

    def authorize(self) -> TokenGrant | None:
        """Make sure of a token."""

    def deliver(self, webhook: str, request: ApiRequest) -> Delivery:
        """Send a request once."""


@dataclass(frozen=True, slots=True)
class Line:
    """A client, and the connection that it was made of."""

    api: Api
    connection: ApiConnection


OpenLine = Callable[[str], AbstractContextManager[Line]]
"""Name of a credentials block → its line."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One call, and what is shown of it. Secrets are hidden in all of it but ``records``.

    Args:
        kind: What was tried.
        name: Its name.
        verdict: What it came to, in a sentence without personal data.
        successful: Whether it was sent and answered as it should be.
        sent: Whether it was sent at all.
        request: The request.
        answer: The answer; None where none came.
        tree: The answer as a tree; None where it is no JSON.
        notes: What else there is to say, without personal data.
        records: The records that came, as they came: for datatypes, never shown.
    """

    kind: Literal["endpoint", "webhook"]
    name: str
    verdict: str
    successful: bool
    sent: bool
    request: RequestView
    answer: AnswerView | None = None
    tree: Branch | None = None
    notes: tuple[str, ...] = ()
    records: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
