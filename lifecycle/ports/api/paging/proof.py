"""The proof of completeness, kept from page to page: what every mode of paging has in common."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import IncompleteReadError, SourceContractError
from lifecycle.language.fields.selector import Selector
from lifecycle.ports.api.paging.page import Page
from lifecycle.ports.api.paging.records import records_of


class Proof:
    """Counts rows and pages, and refuses what cannot be the whole truth.

    Args:
        endpoint: For the place of its records and for messages.
        total: Where the answer tells the number of all rows; None where it does not.
        max_pages: Hard stop.
    """

    def __init__(self, endpoint: Endpoint, total: str | None, max_pages: int) -> None:
        self._endpoint, self._max_pages = endpoint, max_pages
        self._place = Selector(total) if total is not None else None
        self.pages = self.rows = 0
        self._total: int | None = None
        self._first_length = 0
        self._seen: set[bytes] = set()

    def take(self, answer: Any) -> Page:
        """Count the records of an answer.

        Raises:
            SourceContractError: It has no records where they should be, or no total.
            IncompleteReadError: The total moved, or a page came before.
        """
        records = records_of(self._endpoint, answer)
        self._check_total(answer)
        self._check_repeated(records)
        self.pages += 1
        self.rows += len(records)
        if self.pages == 1:
            self._first_length = len(records)
        return Page(records, self.pages, self._total)

    def is_over(self, page: Page) -> bool:
        """Whether this was the last page, where the server does not say so: by the total or, without one, by length.

        Raises:
            IncompleteReadError: More rows than the total came, or fewer and then none.
        """
        if page.total is None:
            return len(page.records) < max(self._first_length, 1)
        if self.rows > page.total or (not page.records and self.rows < page.total):
            raise self._wrong_total(page.total)
        return self.rows == page.total

    def end(self, page: Page) -> None:
        """Take the server's word that nothing follows, and hold it against the total.

        Raises:
            IncompleteReadError: They contradict each other.
        """
        if page.total is not None and self.rows != page.total:
            raise self._wrong_total(page.total)

    def go_on(self) -> None:
        """One more page is to be asked for.

        Raises:
            IncompleteReadError: The hard stop is reached.
        """
        if self.pages >= self._max_pages:
            raise self.incomplete(f"the hard stop of {self._max_pages} pages is reached")

    def new_mark(self, mark: str, kind: str) -> None:
        """A cursor or link that leads on must be a new one, or the pages go round in a circle.

        Raises:
            IncompleteReadError: It was named before.
        """
        fingerprint = sha256(mark.encode("utf-8", "surrogatepass")).digest()
        if fingerprint in self._seen:
            raise self.incomplete(f"the server named the same {kind} a second time")
        self._seen.add(fingerprint)

    def incomplete(self, reason: str) -> IncompleteReadError:
        """The error for a reason."""
        return IncompleteReadError(f"endpoint {self._endpoint.name}, after page {self.pages}: {reason}")

    def broken(self, reason: str) -> SourceContractError:
        """The error for an answer of another shape."""
        return SourceContractError(f"endpoint {self._endpoint.name}: {reason}")

    def _check_total(self, answer: Any) -> None:
        if self._place is None:
            return
        total = self._place.read(answer)
        if not isinstance(total, int) or isinstance(total, bool) or total < 0:
            raise self.broken(f"{self._place.text} is missing or not a whole number")
        if self._total is not None and total != self._total:
            raise self.incomplete(f"{self._place.text} moved between pages, from {self._total} to {total}")
        self._total = total

    def _check_repeated(self, records: list[dict[str, Any]]) -> None:
        if not records:
            return
        fingerprint = sha256(json.dumps(records, sort_keys=True).encode()).digest()
        if fingerprint in self._seen:
            raise self.incomplete("a page came a second time")
        self._seen.add(fingerprint)

    def _wrong_total(self, total: int) -> IncompleteReadError:
        place = self._place.text if self._place else "the total"
        return self.incomplete(f"{self.rows} rows came, {place} is {total}")
