"""How a list is asked for page by page (section ``pagination`` of an endpoint)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lifecycle.config.answer_place import AnswerPlace
from lifecycle.config.model import ConfigModel

_TOTAL = (
    "Where the number of all rows stands; null where there is none. Without it completeness rests on {}, which is a "
    "weaker proof."
)
_MAX_PAGES = "Hard stop: more pages than this fail the read."
_SENT_IN = (
    "Whether the paging parameters are sent in the query or in the message: a key of its JSON, a field of its form."
)

ParameterName = Annotated[str, Field(min_length=1)]
SentIn = Literal["query", "body"]


class NoPagination(ConfigModel):
    """The endpoint answers everything at once."""

    mode: Literal["none"] = "none"


class PageNumberPagination(ConfigModel):
    """Pages are asked for by number, as HaloITSM does it."""

    mode: Literal["page_number"]
    sent_in: SentIn = Field("query", description=_SENT_IN)
    page_parameter: ParameterName = Field("page_no", description="Parameter that takes the page number.")
    first_page: int = Field(1, ge=0, description="Number of the first page.")
    size_parameter: ParameterName = Field("page_size", description="Parameter that takes the page size.")
    page_size: int = Field(100, ge=1, le=10_000, description="Rows asked for; a server may answer fewer.")
    total: AnswerPlace | None = Field("record_count", description=_TOTAL.format("the last page being short"))
    max_pages: int = Field(20_000, ge=1, description=_MAX_PAGES)


class OffsetPagination(ConfigModel):
    """Pages are asked for by the number of rows to pass over."""

    mode: Literal["offset"]
    sent_in: SentIn = Field("query", description=_SENT_IN)
    offset_parameter: ParameterName = Field("offset", description="Parameter that takes the rows to pass over.")
    first_offset: int = Field(0, ge=0, description="The offset of the first row.")
    limit_parameter: ParameterName = Field("limit", description="Parameter that takes the rows wanted.")
    limit: int = Field(100, ge=1, le=10_000, description="Rows asked for; a server may answer fewer.")
    total: AnswerPlace | None = Field(None, description=_TOTAL.format("the last page being short"))
    max_pages: int = Field(20_000, ge=1, description=_MAX_PAGES)


class CursorPagination(ConfigModel):
    """Each answer names the cursor of the next page; an answer without one is the last."""

    mode: Literal["cursor"]
    sent_in: SentIn = Field("query", description=_SENT_IN)
    cursor: AnswerPlace = Field(
        description="Where the answer names the next cursor; missing, null or empty on the last page.",
        examples=["$.meta.next_cursor"],
    )
    cursor_parameter: ParameterName = Field("cursor", description="Parameter that takes it from the second page on.")
    more: AnswerPlace | None = Field(
        None, description="Where the answer says whether more follows; false ends the read even if a cursor is named."
    )
    total: AnswerPlace | None = Field(None, description=_TOTAL.format("the server's word that nothing follows"))
    max_pages: int = Field(20_000, ge=1, description=_MAX_PAGES)


class NextLinkPagination(ConfigModel):
    """Each answer names the address of the next page, absolute or relative; an answer without one is the last."""

    mode: Literal["next_link"]
    link: AnswerPlace | None = Field(
        None,
        description="Where the answer holds the address; missing, null or empty on the last page. Without this key the "
        "Link header with rel=next is read.",
        examples=["$.paging.next"],
    )
    total: AnswerPlace | None = Field(None, description=_TOTAL.format("the server's word that nothing follows"))
    max_pages: int = Field(20_000, ge=1, description=_MAX_PAGES)


Pagination = Annotated[
    NoPagination | PageNumberPagination | OffsetPagination | CursorPagination | NextLinkPagination,
    Field(discriminator="mode"),
]


def paging_parameters(pagination: Pagination) -> tuple[str, tuple[str, ...]]:
    """Where the paging sends its parameters (``query`` or ``body``), and their names."""
    match pagination:
        case PageNumberPagination():
            return pagination.sent_in, (pagination.page_parameter, pagination.size_parameter)
        case OffsetPagination():
            return pagination.sent_in, (pagination.offset_parameter, pagination.limit_parameter)
        case CursorPagination():
            return pagination.sent_in, (pagination.cursor_parameter,)
        case NoPagination() | NextLinkPagination():
            return "query", ()
