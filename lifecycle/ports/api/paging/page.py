"""What a paginator takes and gives. It never sends: the client does, until there is no further request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from lifecycle.ports.api.request import ApiRequest


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Args:
        content: Its JSON, hidden.
        address: Where it came from, without a secret; relative links start there.
        headers: Its headers, hidden.
    """

    content: Any = field(repr=False)
    address: str = field(default="", repr=False)
    headers: httpx.Headers = field(default_factory=httpx.Headers, repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Records of one answer.

    Args:
        records: JSON objects, as they came; not shown, because they are about people.
        number: Which page this is, counted from 1.
        total: Rows that the server says there are in all pages; None where it does not say.
    """

    records: list[dict[str, Any]] = field(repr=False)
    number: int
    total: int | None


class Paginator(Protocol):
    """What the client asks of a paginator. It serves one read and is then spent."""

    @property
    def upcoming(self) -> ApiRequest | None:
        """The next request; None when the read is complete."""

    def read(self, answer: Answer) -> Page:
        """Take the answer to the request asked for last.

        Raises:
            SourceContractError: The answer is not of the configured shape.
            IncompleteReadError: The read cannot be proven complete.
        """
