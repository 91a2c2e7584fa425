"""Paginators, and the stub answers that they are given."""

from __future__ import annotations

from typing import Any

import httpx

from lifecycle.config.endpoint import Endpoint
from lifecycle.ports.api.paging.choice import paginator_for
from lifecycle.ports.api.paging.page import Answer, Page, Paginator
from lifecycle.ports.api.request import ApiRequest

PAGED = {"mode": "page_number"}
UNCOUNTED = {"mode": "page_number", "total": None}
OFFSET = {"mode": "offset", "total": "record_count"}
CURSOR = {"mode": "cursor", "cursor": "$.meta.next"}
LINK = {"mode": "next_link", "link": "$.meta.next"}
HEADER = {"mode": "next_link"}
SINGLE = {"mode": "none"}
START = ApiRequest("https://halo.example.test/api/Users", params={"order": "id"})


def rows(*ids: int) -> list[dict[str, Any]]:
    return [{"id": i} for i in ids]


def users(total: Any, *ids: int) -> dict[str, Any]:
    return {"record_count": total, "users": rows(*ids)}


def named(following: Any, *ids: int, **more: Any) -> dict[str, Any]:
    """An answer that names what comes next."""
    return {"users": rows(*ids), "meta": {"next": following, **more}}


def linked(link: str, *ids: int) -> Answer:
    """An answer with a Link header."""
    return Answer({"users": rows(*ids)}, START.url, httpx.Headers({"Link": link}))


def read_all(paginator: Paginator, answers: list[Any]) -> tuple[list[Page], list[ApiRequest]]:
    """The pages that a paginator makes of these answers, asking no more than it wants to."""
    pages, asked, remaining = [], [], iter(answers)
    while (request := paginator.upcoming) is not None:
        asked.append(request)
        answer = next(remaining)
        pages.append(paginator.read(answer if isinstance(answer, Answer) else Answer(answer, START.url)))
    assert next(remaining, None) is None, "the paginator stopped before the answers did"
    return pages, asked


def endpoint_of(pagination: dict[str, Any], records: str | None = "users") -> Endpoint:
    return Endpoint(
        name="halo-users",
        credentials="halo-itsm",
        url="https://{Host-Name}/api/Users",
        pagination=pagination,
        records=records,
        key="id",
        fields={"id": {}},
    )


def paginator_of(pagination: dict[str, Any], records: str | None = "users", request: ApiRequest = START) -> Paginator:
    return paginator_for(endpoint_of(pagination, records), request)
