"""Paginators against stub answers; ``test_paging_over_https.py`` runs the same rules through a server."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from lifecycle.errors import IncompleteReadError, SourceContractError
from lifecycle.ports.api.paging.page import Answer
from tests.support.stub_pages import (
    CURSOR,
    HEADER,
    LINK,
    OFFSET,
    PAGED,
    SINGLE,
    START,
    UNCOUNTED,
    linked,
    named,
    paginator_of,
    read_all,
    rows,
    users,
)


@pytest.mark.parametrize(
    ("pagination", "answers"),
    [
        pytest.param(PAGED, [users(0)], id="nobody"),
        pytest.param(PAGED, [users(2, 1, 2)], id="total reached: no further request"),
        pytest.param(PAGED, [users(5, 1, 2), users(5, 3, 4), users(5, 5)], id="short last page"),
        pytest.param(PAGED, [users(4, 1, 2), users(4, 3), users(4, 4)], id="a short page in the middle is no end"),
        pytest.param(UNCOUNTED, [{"users": []}], id="uncounted: nobody"),
        pytest.param(UNCOUNTED, [{"users": rows(1, 2)}, {"users": rows(3)}], id="uncounted: shorter than the first"),
        pytest.param(UNCOUNTED, [{"users": rows(1, 2)}, {"users": []}], id="uncounted: empty page"),
        pytest.param(OFFSET, [users(3, 1, 2), users(3, 3)], id="offset: total reached"),
        pytest.param(OFFSET | {"total": None}, [{"users": rows(1, 2)}, {"users": rows(3)}], id="offset: short page"),
        pytest.param(CURSOR, [named("a", 1, 2), named(None, 3)], id="cursor: null"),
        pytest.param(CURSOR, [named("a", 1), named("", 2)], id="cursor: empty"),
        pytest.param(CURSOR, [named(7, 1), {"users": rows(2)}], id="cursor: a number, then missing"),
        pytest.param(CURSOR, [named("a", 1), named("b"), named(None, 2)], id="cursor: an empty page is no end"),
        pytest.param(
            CURSOR | {"more": "$.meta.more"},
            [named("a", 1, more=True), named("b", 2, more=False)],
            id="cursor: no more, cursor or not",
        ),
        pytest.param(
            CURSOR | {"total": "$.meta.n"}, [named("a", 1, n=2), named(None, 2, n=2)], id="cursor: with a total"
        ),
        pytest.param(LINK, [named("/api/Users?p=2", 1), named(None, 2)], id="link: null"),
        pytest.param(HEADER, [linked('<?p=2>; rel="next"', 1), linked('<?p=1>; rel="prev"', 2)], id="link: header"),
        pytest.param(SINGLE, [users(2, 1, 2)], id="one answer"),
        pytest.param(SINGLE, [{"users": rows(1, 2)}], id="one answer without a count"),
    ],
)
def test_paginator_ends_where_the_rows_end(pagination: dict[str, Any], answers: list[Any]) -> None:
    pages, _ = read_all(paginator_of(pagination), answers)
    contents = [answer.content if isinstance(answer, Answer) else answer for answer in answers]
    assert [page.records for page in pages] == [content["users"] for content in contents]
    assert [page.number for page in pages] == list(range(1, len(answers) + 1))


@pytest.mark.parametrize(
    ("pagination", "answers", "says"),
    [
        pytest.param(PAGED, [users(3, 1, 2), users(3)], "2 rows came, record_count is 3", id="empty before total"),
        pytest.param(PAGED, [users(1, 1, 2)], "2 rows came, record_count is 1", id="more than total"),
        pytest.param(PAGED, [users(3, 1, 2), users(3, 3, 4)], "4 rows came", id="more than total at the end"),
        pytest.param(PAGED, [users(3, 1, 2), users(4, 3, 4)], "moved between pages, from 3 to 4", id="total moved"),
        pytest.param(PAGED, [users(6, 1, 2), users(6, 1, 2)], "a second time", id="repeated page"),
        pytest.param(PAGED, [users(6, 1, 2), users(6, 3, 4), users(6, 1, 2)], "a second time", id="an earlier page"),
        pytest.param(PAGED | {"max_pages": 2}, [users(9, 1), users(9, 2)], "hard stop of 2", id="hard stop"),
        pytest.param(UNCOUNTED, [{"users": rows(1, 2)}] * 2, "a second time", id="uncounted: repeated last page"),
        pytest.param(
            UNCOUNTED | {"max_pages": 2},
            [{"users": rows(1)}, {"users": rows(2)}],
            "hard stop of 2",
            id="uncounted: hard stop",
        ),
        pytest.param(OFFSET, [users(3, 1, 2), users(4, 3)], "record_count moved", id="offset: total moved"),
        pytest.param(OFFSET, [users(9, 1, 2), users(9, 1, 2)], "page came a second time", id="offset: ignored"),
        pytest.param(OFFSET | {"max_pages": 1}, [users(9, 1)], "hard stop of 1", id="offset: hard stop"),
        pytest.param(CURSOR, [named("a", 1), named("a", 2)], "same cursor a second time", id="cursor: repeated"),
        pytest.param(CURSOR, [named("a", 1), named("b", 1)], "page came a second time", id="cursor: page repeated"),
        pytest.param(CURSOR | {"max_pages": 1}, [named("a", 1)], "hard stop of 1", id="cursor: hard stop"),
        pytest.param(
            CURSOR | {"total": "$.meta.n"}, [named(None, 1, n=2)], r"1 rows came, \$.meta.n is 2", id="cursor: too few"
        ),
        pytest.param(
            CURSOR | {"more": "$.meta.more"},
            [named(None, 1, more=True)],
            "names no cursor",
            id="cursor: more, but none",
        ),
        pytest.param(LINK, [named("?p=2", 1), named("?p=2", 2)], "same next link a second time", id="link: repeated"),
        pytest.param(LINK | {"max_pages": 1}, [named("?p=2", 1)], "hard stop of 1", id="link: hard stop"),
        pytest.param(
            HEADER | {"total": "record_count"}, [users(2, 1)], "1 rows came, record_count is 2", id="link: too few"
        ),
        pytest.param(SINGLE, [users(3, 1, 2)], "configure pagination", id="one answer that is a page"),
        pytest.param(SINGLE, [linked('</x>; rel="next"', 1)], "names a next page", id="one answer with a next link"),
    ],
)
def test_paginator_refuses_what_is_not_proven_complete(
    pagination: dict[str, Any], answers: list[Any], says: str
) -> None:
    with pytest.raises(IncompleteReadError, match=says) as caught:
        read_all(paginator_of(pagination), answers)
    assert "halo-users" in str(caught.value)


@pytest.mark.parametrize("total", [None, "2", 2.0, True, -1, [2]])
@pytest.mark.parametrize(
    "pagination", [PAGED, OFFSET, CURSOR | {"total": "record_count"}, LINK | {"total": "record_count"}]
)
def test_paginator_needs_a_whole_number_as_total(pagination: dict[str, Any], total: Any) -> None:
    with pytest.raises(SourceContractError, match="record_count"):
        paginator_of(pagination).read(Answer({"record_count": total, "users": rows(1, 2)}))


@pytest.mark.parametrize(
    ("pagination", "answer", "says"),
    [
        (CURSOR, named(True, 1), r"\$.meta.next is neither text nor a whole number"),
        (CURSOR, named({"canary": 1}, 1), r"\$.meta.next is neither text nor a whole number"),
        (CURSOR | {"more": "more"}, named("a", 1), "more is missing or neither true nor false"),
        (CURSOR | {"more": "more"}, named("a", 1) | {"more": "yes"}, "more is missing or neither true nor false"),
        (LINK, named(7, 1), r"\$.meta.next is no text"),
        (LINK, named("https://canary.test:port/", 1), "the next link is no URL"),
    ],
)
def test_paginator_refuses_a_word_on_what_follows_that_it_cannot_read(
    pagination: dict[str, Any], answer: Any, says: str
) -> None:
    with pytest.raises(SourceContractError, match=says) as caught:
        paginator_of(pagination).read(Answer(answer, START.url))
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("records", "answer"),
    [
        ("users", {"record_count": 1}),
        ("users", {"users": None}),
        ("users", {"users": {"id": 1}}),
        ("users", {"users": [1]}),
        ("users", [{"id": 1}]),
        ("users", "text"),
        ("$.data.users", {"data": {"people": []}}),
        ("$.data.users", {"data": []}),
        ("$.data[0]", {"data": []}),
        (None, None),
        (None, "text"),
        (None, [None]),
    ],
)
@pytest.mark.parametrize("pagination", [SINGLE, UNCOUNTED, OFFSET | {"total": None}, CURSOR, LINK, HEADER])
def test_paginator_refuses_answers_of_another_shape(pagination: dict[str, Any], records: Any, answer: Any) -> None:
    """Above all, nothing where records should be is not the same as no records."""
    with pytest.raises(SourceContractError, match="no list of JSON objects"):
        paginator_of(pagination, records).read(Answer(answer, START.url))


@pytest.mark.parametrize(
    ("records", "answer"),
    [
        ("$.data.people", {"data": {"people": rows(1, 2)}}),
        ("$.pages[0].rows", {"pages": [{"rows": rows(1, 2)}]}),
        ("$", rows(1, 2)),
        (None, rows(1, 2)),
    ],
)
def test_paginator_finds_records_where_the_path_leads(records: str | None, answer: Any) -> None:
    pages, _ = read_all(paginator_of(SINGLE, records), [answer])
    assert pages[0].records == rows(1, 2)


@pytest.mark.parametrize("answer", [rows(1, 2), rows(), {"id": 1}])
def test_single_page_takes_a_bare_list_or_one_record(answer: Any) -> None:
    pages, _ = read_all(paginator_of(SINGLE, None), [answer])
    assert pages[0].records == (answer if isinstance(answer, list) else [answer])


def test_page_and_answer_show_no_records() -> None:
    answer = Answer({"record_count": 1, "users": [{"name": "canary"}]}, "canary", httpx.Headers({"x": "canary"}))
    assert "canary" not in repr(answer) + repr(paginator_of(PAGED).read(answer))
