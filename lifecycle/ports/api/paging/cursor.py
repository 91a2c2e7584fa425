"""Pages asked for by a cursor that the page before names."""

from __future__ import annotations

from typing import Any

from lifecycle.config.endpoint import Endpoint
from lifecycle.config.pagination import CursorPagination
from lifecycle.language.fields.selector import MISSING, Selector
from lifecycle.ports.api.paging.page import Answer, Page
from lifecycle.ports.api.paging.proof import Proof
from lifecycle.ports.api.request import ApiRequest


class Cursors:
    """Ends when the server names no further cursor, or says that nothing follows.

    An empty page that names a cursor is not the end: some servers filter after they have cut the page.
    """

    def __init__(self, endpoint: Endpoint, settings: CursorPagination, request: ApiRequest) -> None:
        self._settings, self._request = settings, request
        self._cursor = Selector(settings.cursor)
        self._more = Selector(settings.more) if settings.more is not None else None
        self._proof = Proof(endpoint, settings.total, settings.max_pages)
        self.upcoming: ApiRequest | None = request

    def read(self, answer: Answer) -> Page:
        """Take the answer to the page asked for last."""
        page = self._proof.take(answer.content)
        cursor = self._named(answer.content)
        if cursor is None:
            self._proof.end(page)
            self.upcoming = None
        else:
            self._proof.go_on()
            self._proof.new_mark(str(cursor), "cursor")
            self.upcoming = self._request.with_values({self._settings.cursor_parameter: cursor}, self._settings.sent_in)
        return page

    def _named(self, content: Any) -> str | int | None:
        """The next cursor; None where nothing follows."""
        cursor = self._cursor.read(content)
        is_named = cursor is not MISSING and cursor is not None and cursor != ""
        if is_named and (isinstance(cursor, bool) or not isinstance(cursor, str | int)):
            raise self._proof.broken(f"{self._cursor.text} is neither text nor a whole number")
        if self._more is not None:
            more = self._more.read(content)
            if not isinstance(more, bool):
                raise self._proof.broken(f"{self._more.text} is missing or neither true nor false")
            if more and not is_named:
                raise self._proof.incomplete(f"{self._more.text} is true, but {self._cursor.text} names no cursor")
            is_named = more
        return cursor if is_named else None
