"""Lists: order, pages and the envelope, with what HaloITSM gets wrong in them when a switch says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.halo.board import Board
from sandbox.halo.faults import (
    DuplicateId,
    FailPage,
    MovingTotal,
    RepeatLastPage,
    Reset,
    RowCap,
    TruncatedJson,
    UnstableOrder,
)
from sandbox.halo.query import Query
from sandbox.halo.writes import reset_connection
from sandbox.simulators.answers import JSONAnswer

ROWS_CAP = 100
"""Rows a page whatever ``page_size`` asks for."""

DEFAULT_ROWS = 50

Record = Mapping[str, Any]
Rows = Sequence[Record]


def answer_list(
    request: Request, rows: Rows, collection: str, *, render: Callable[[Record], Any] = dict, key: str = ""
) -> Response:
    """Return the answer to a list request: all rows, or one page when ``pageinate=true``.

    Args:
        request: Gives the paging and order parameters; its app gives the switches.
        rows: Every matching record, by rising id.
        collection: What is listed, for switches that concern one collection.
        render: Makes the row shown of a record.
        key: Key of the rows in the envelope, ``collection`` when empty.
    """
    board: Board = request.app.state.simulator.board
    query = Query(request)
    paged = query.flag("pageinate")
    number = max(query.number("page_no") or 1, 1) if paged else 1
    if (broken := _broken(request, board, collection, number)) is not None:
        return broken
    ordered = _ordered(rows, query)
    envelope: dict[str, Any] = {"record_count": len(rows)}
    if paged:
        shown, total = _page(ordered, query, board, collection, number)
        size = query.number("page_size") or DEFAULT_ROWS
        envelope = {"page_no": number, "page_size": size, "record_count": total}
    else:
        shown = ordered[: query.number("count")]
    id_only = query.flag("idonly") and not paged
    envelope[key or collection] = board.dated([{"id": row["id"]} if id_only else render(row) for row in shown])
    response = JSONAnswer(envelope)
    if board.on(TruncatedJson, collection=collection, page=number):
        return Response(response.body[: len(response.body) // 2], media_type="application/json")
    return response


def _broken(request: Request, board: Board, collection: str, number: int) -> Response | None:
    if failing := board.on(FailPage, collection=collection, page=number):
        return Response(status_code=failing.status)
    if board.on(Reset, collection=collection, page=number):
        return reset_connection(request)
    return None


def _page(ordered: Rows, query: Query, board: Board, collection: str, number: int) -> tuple[Rows, int]:
    """Return the rows of a page and the total it claims."""
    total = len(ordered)
    size = min(max(query.number("page_size") or DEFAULT_ROWS, 1), ROWS_CAP)
    if cap := board.on(RowCap, collection=collection):
        size, total = min(size, cap.rows), total + cap.total_off
    if (moving := board.on(MovingTotal, collection=collection)) and number >= moving.from_page:
        total += moving.by
    if repeat := board.on(RepeatLastPage, collection=collection):
        last = max(-(-len(ordered) // size), 1)
        number = min(number, last if repeat.at_page is None else min(repeat.at_page - 1, last))
    unstable = board.on(UnstableOrder, collection=collection)
    if unstable and ordered and (unstable.despite_order or not query.text("order")):
        turned = (number - 1) * 3 % len(ordered)
        ordered = [*ordered[len(ordered) - turned :], *ordered[: len(ordered) - turned]]
    start = (number - 1) * size
    shown = list(ordered[start : start + size])
    doubled = board.on(DuplicateId, collection=collection)
    if doubled and number == doubled.page and shown:
        shown[0] = ordered[start - 1]
    return shown, total


def _ordered(rows: Rows, query: Query) -> list[Record]:
    """Sort by ``order`` … ``order5``; a name that no record has is ignored, ties stay by id."""
    ordered = list(rows)
    for suffix in ("5", "4", "3", "2", ""):  # the least important first: sorting is stable
        name = query.text(f"order{suffix}").lower()
        if ordered and name in ordered[0]:
            ordered.sort(key=_rank(name), reverse=query.flag(f"orderdesc{suffix}"))
    return ordered


def _rank(name: str) -> Callable[[Record], tuple[int, Any]]:
    """Return a sort key: nulls first, numbers by value, text without case."""

    def rank(row: Record) -> tuple[int, Any]:
        value = row[name]
        if isinstance(value, bool | int | float):
            return 1, value
        return (0, "") if value is None else (2, str(value).casefold())

    return rank
