"""Pages asked for by a number that counts on: the page's own, or that of the rows to pass over.

Rows are counted as they came, not as they were asked for: servers cap pages as they like.
"""

from __future__ import annotations

from lifecycle.config.endpoint import Endpoint
from lifecycle.config.pagination import OffsetPagination, PageNumberPagination
from lifecycle.ports.api.paging.page import Answer, Page
from lifecycle.ports.api.paging.proof import Proof
from lifecycle.ports.api.request import ApiRequest


class CountedPages:
    """Ends when the total is reached or, without one, at a page that is shorter than the first."""

    def __init__(
        self, endpoint: Endpoint, settings: PageNumberPagination | OffsetPagination, request: ApiRequest
    ) -> None:
        self._settings, self._request = settings, request
        self._proof = Proof(endpoint, settings.total, settings.max_pages)
        self.upcoming: ApiRequest | None = self._next()

    def read(self, answer: Answer) -> Page:
        """Take the answer to the page asked for last."""
        page = self._proof.take(answer.content)
        if self._proof.is_over(page):
            self.upcoming = None
        else:
            self._proof.go_on()
            self.upcoming = self._next()
        return page

    def _next(self) -> ApiRequest:
        match self._settings:
            case PageNumberPagination() as by_page:
                values = {
                    by_page.page_parameter: by_page.first_page + self._proof.pages,
                    by_page.size_parameter: by_page.page_size,
                }
            case OffsetPagination() as by_row:
                values = {
                    by_row.offset_parameter: by_row.first_offset + self._proof.rows,
                    by_row.limit_parameter: by_row.limit,
                }
        return self._request.with_values(values, self._settings.sent_in)
