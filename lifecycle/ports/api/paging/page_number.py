"""Pages asked for by number; a page is as long as the server likes, whatever size was asked for."""

from __future__ import annotations

from lifecycle.config.endpoint import Endpoint
from lifecycle.config.pagination import PageNumberPagination
from lifecycle.ports.api.paging.page import Answer, Page
from lifecycle.ports.api.paging.proof import Proof
from lifecycle.ports.api.request import ApiRequest


class PageNumbers:
    """Ends when the total is reached or, without one, at a page that is shorter than the first."""

    def __init__(self, endpoint: Endpoint, settings: PageNumberPagination, request: ApiRequest) -> None:
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
        settings = self._settings
        number = settings.first_page + self._proof.pages
        values = {settings.page_parameter: number, settings.size_parameter: settings.page_size}
        return self._request.with_values(values, settings.sent_in)
