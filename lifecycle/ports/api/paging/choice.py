"""From the configured mode to its paginator."""

from __future__ import annotations

from lifecycle.config.endpoint import Endpoint
from lifecycle.config.pagination import (
    CursorPagination,
    NextLinkPagination,
    NoPagination,
    OffsetPagination,
    PageNumberPagination,
)
from lifecycle.ports.api.paging.counted import CountedPages
from lifecycle.ports.api.paging.cursor import Cursors
from lifecycle.ports.api.paging.next_link import NextLinks
from lifecycle.ports.api.paging.page import Paginator
from lifecycle.ports.api.paging.single import SinglePage
from lifecycle.ports.api.request import ApiRequest


def paginator_for(endpoint: Endpoint, request: ApiRequest) -> Paginator:
    """A fresh paginator for one read of this endpoint, beginning with this request."""
    match endpoint.pagination:
        case NoPagination():
            return SinglePage(endpoint, request)
        case PageNumberPagination() | OffsetPagination() as settings:
            return CountedPages(endpoint, settings, request)
        case CursorPagination() as settings:
            return Cursors(endpoint, settings, request)
        case NextLinkPagination() as settings:
            return NextLinks(endpoint, settings, request)
