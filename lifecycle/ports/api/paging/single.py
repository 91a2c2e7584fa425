"""No paging: everything in one answer."""

from __future__ import annotations

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import IncompleteReadError
from lifecycle.ports.api.paging.next_link import header_link
from lifecycle.ports.api.paging.page import Answer, Page
from lifecycle.ports.api.paging.records import records_of
from lifecycle.ports.api.request import ApiRequest

_COUNT = "record_count"


class SinglePage:
    """Takes one answer; one that says that it is a page is not everything."""

    def __init__(self, endpoint: Endpoint, request: ApiRequest) -> None:
        self._endpoint = endpoint
        self.upcoming: ApiRequest | None = request

    def read(self, answer: Answer) -> Page:
        """Take the only answer."""
        records = records_of(self._endpoint, answer.content)
        content = answer.content
        count = content.get(_COUNT) if self._endpoint.records and isinstance(content, dict) else None
        if count is not None and count != len(records):
            raise self._incomplete(f"{len(records)} rows came without paging, but {_COUNT} is another figure")
        if header_link(answer.headers):
            raise self._incomplete("the answer's Link header names a next page")
        self.upcoming = None
        return Page(records, 1, None)

    def _incomplete(self, reason: str) -> IncompleteReadError:
        return IncompleteReadError(f"endpoint {self._endpoint.name}: {reason}: configure pagination")
