"""What paginators ask for: names and places of parameters, links, one page after the other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.ports.api.paging.page import Answer
from lifecycle.ports.api.request import ApiRequest, Form, Json
from tests.support.stub_pages import (
    CURSOR,
    HEADER,
    LINK,
    OFFSET,
    PAGED,
    START,
    linked,
    named,
    paginator_of,
    read_all,
    rows,
    users,
)


@pytest.mark.parametrize(
    ("pagination", "answers", "asked"),
    [
        (
            {"mode": "page_number", "page_parameter": "p", "size_parameter": "n", "first_page": 0, "page_size": 7},
            [users(2, 1), users(2, 2)],
            [{"p": "0", "n": "7"}, {"p": "1", "n": "7"}],
        ),
        (
            {"mode": "offset", "limit": 9, "total": "record_count"},
            [users(4, 1, 2, 3), users(4, 4)],
            [{"offset": "0", "limit": "9"}, {"offset": "3", "limit": "9"}],
        ),
        (CURSOR | {"cursor_parameter": "after"}, [named("a b", 1), named(None, 2)], [{}, {"after": "a b"}]),
    ],
)
def test_paginator_asks_with_the_configured_names(
    pagination: dict[str, Any], answers: list[Any], asked: list[dict[str, str]]
) -> None:
    _, requests = read_all(paginator_of(pagination), answers)
    assert [request.params for request in requests] == [{"order": "id", **values} for values in asked]


@pytest.mark.parametrize(
    ("body", "second"),
    [
        (Json({"order": "id"}), Json({"order": "id", "offset": 1, "limit": 100})),
        (Form({"order": "id"}), Form({"order": "id", "offset": "1", "limit": "100"})),
    ],
)
def test_paginator_asks_in_the_body_where_so_configured(body: Json | Form, second: Json | Form) -> None:
    request = ApiRequest(START.url, "POST", body=body)
    pagination = OFFSET | {"sent_in": "body"}
    _, asked = read_all(paginator_of(pagination, request=request), [users(2, 1), users(2, 2)])
    assert asked[1].body == second
    assert asked[1].params == {}


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("?page=2", "https://halo.example.test/api/Users?page=2"),
        ("Users?page=2#top", "https://halo.example.test/api/Users?page=2"),
        ("/v2/people", "https://halo.example.test/v2/people"),
        ("https://other.example.test/x?y=%20z", "https://other.example.test/x?y=%20z"),
        ("//other.example.test/x", "https://other.example.test/x"),
    ],
)
def test_next_links_start_where_the_answer_came_from(link: str, address: str) -> None:
    """A link brings its own query: the configured parameters are not added to it."""
    for pagination, answer in ((LINK, Answer(named(link, 1), START.url)), (HEADER, linked(f"<{link}>; rel=next", 1))):
        paginator = paginator_of(pagination)
        paginator.read(answer)
        assert paginator.upcoming is not None
        assert (paginator.upcoming.url, paginator.upcoming.params) == (address, {})


@given(total=st.integers(0, 60), cap=st.integers(1, 20), pagination=st.sampled_from([PAGED, OFFSET]))
def test_paginator_brings_every_row_once_whatever_the_cap(total: int, cap: int, pagination: Any) -> None:
    """The server's cap is not the size asked for, and need not divide the total."""
    everybody, found = rows(*range(total)), []
    paginator = paginator_of(pagination)
    while (request := paginator.upcoming) is not None:
        number = int(request.params.get("page_no", "1"))
        start = int(request.params.get("offset", (number - 1) * cap))
        found += paginator.read(Answer(users(total) | {"users": everybody[start : start + cap]})).records
    assert found == everybody
