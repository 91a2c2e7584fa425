"""Pages: a paginator never sends. It reads an answer, shapes the next request, and proves that the end is the end.

It is asked for the parameters of the next request until it has none; an error on the way says that the read is not
proven complete. A paginator serves one read and is then spent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from lifecycle.config.endpoint import Endpoint, NoPagination, PageNumberPagination
from lifecycle.errors import IncompleteReadError, SourceContractError

_COUNT = "record_count"


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
    """What the client asks of a paginator."""

    @property
    def upcoming(self) -> Mapping[str, str] | None:
        """Query parameters of the next request; None when the read is complete."""

    def read(self, answer: Any) -> Page:
        """Take the answer to the request asked for last.

        Raises:
            SourceContractError: The answer is not of the configured shape.
            IncompleteReadError: The read cannot be proven complete.
        """


def paginator_for(endpoint: Endpoint) -> Paginator:
    """A fresh paginator for one read of this endpoint."""
    match endpoint.pagination:
        case NoPagination():
            return SinglePage(endpoint)
        case PageNumberPagination() as settings:
            return PageNumbers(endpoint, settings)


class SinglePage:
    """Everything in one answer."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.upcoming: Mapping[str, str] | None = {}

    def read(self, answer: Any) -> Page:
        """Take the only answer; one that counts more rows than it brings is a page, not everything."""
        records = records_of(self._endpoint, answer)
        count = answer.get(_COUNT) if self._endpoint.records and isinstance(answer, dict) else None
        if count is not None and count != len(records):
            raise IncompleteReadError(
                f"endpoint {self._endpoint.name}: {len(records)} rows came without paging, but {_COUNT} is another "
                "figure: configure pagination"
            )
        self.upcoming = None
        return Page(records, 1, None)


class PageNumbers:
    """Pages asked for by number; a page is as long as the server likes, whatever size was asked for."""

    def __init__(self, endpoint: Endpoint, settings: PageNumberPagination) -> None:
        self._endpoint, self._settings = endpoint, settings
        self._pages = self._rows = 0
        self._total: int | None = None
        self._first_length = 0
        self._seen: set[bytes] = set()
        self.upcoming: Mapping[str, str] | None = self._parameters()

    def read(self, answer: Any) -> Page:
        """Take the answer to the page asked for last."""
        records = records_of(self._endpoint, answer)
        self._check_total(answer)
        self._check_repeated(records)
        self._pages += 1
        self._rows += len(records)
        if self._pages == 1:
            self._first_length = len(records)
        ended = self._ended_by_length(records) if self._total is None else self._ended_by_total(records, self._total)
        if not ended and self._pages >= self._settings.max_pages:
            raise self._incomplete(f"the hard stop of {self._settings.max_pages} pages is reached")
        self.upcoming = None if ended else self._parameters()
        return Page(records, self._pages, self._total)

    def _parameters(self) -> dict[str, str]:
        settings = self._settings
        return {
            settings.page_parameter: str(settings.first_page + self._pages),
            settings.size_parameter: str(settings.page_size),
        }

    def _check_total(self, answer: Any) -> None:
        if (key := self._settings.total) is None:
            return
        total = answer.get(key) if isinstance(answer, dict) else None
        if not isinstance(total, int) or isinstance(total, bool) or total < 0:
            raise SourceContractError(f"endpoint {self._endpoint.name}: {key} is missing or not a whole number")
        if self._total is not None and total != self._total:
            raise self._incomplete(f"{key} moved between pages, from {self._total} to {total}")
        self._total = total

    def _check_repeated(self, records: list[dict[str, Any]]) -> None:
        if not records:
            return
        fingerprint = sha256(json.dumps(records, sort_keys=True).encode()).digest()
        if fingerprint in self._seen:
            raise self._incomplete("a page came a second time")
        self._seen.add(fingerprint)

    def _ended_by_total(self, records: list[dict[str, Any]], total: int) -> bool:
        if self._rows > total or (not records and self._rows < total):
            raise self._incomplete(f"{self._rows} rows came, {self._settings.total} is {total}")
        return self._rows == total

    def _ended_by_length(self, records: list[dict[str, Any]]) -> bool:
        return len(records) < max(self._first_length, 1)

    def _incomplete(self, reason: str) -> IncompleteReadError:
        return IncompleteReadError(f"endpoint {self._endpoint.name}, after page {self._pages}: {reason}")


def records_of(endpoint: Endpoint, answer: Any) -> list[dict[str, Any]]:
    """The records of an answer: under the configured key of the envelope, or the list or record that the answer is.

    Raises:
        SourceContractError: There is no list of JSON objects at the configured place.
    """
    if endpoint.records is not None:
        found = answer.get(endpoint.records) if isinstance(answer, dict) else None
    else:
        found = [answer] if isinstance(answer, dict) else answer
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        place = f"under {endpoint.records}" if endpoint.records is not None else "as the answer"
        raise SourceContractError(f"endpoint {endpoint.name}: no list of JSON objects {place}")
    return found
