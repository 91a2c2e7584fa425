"""Paginators against stub answers; ``test_over_https.py`` runs the same rules through a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.config.endpoint import Endpoint
from lifecycle.errors import IncompleteReadError, SourceContractError
from lifecycle.ports.api.pagination import Page, Paginator, paginator_for

PAGED = {"mode": "page_number"}
UNCOUNTED = {"mode": "page_number", "total": None}


def rows(*ids: int) -> list[dict[str, Any]]:
    return [{"id": i} for i in ids]


def users(total: Any, *ids: int) -> dict[str, Any]:
    return {"record_count": total, "users": rows(*ids)}


def read_all(paginator: Paginator, answers: list[Any]) -> tuple[list[Page], list[Mapping[str, str]]]:
    """The pages that a paginator makes of these answers, asking no more than it wants to."""
    pages, asked, answers = [], [], iter(answers)
    while (parameters := paginator.upcoming) is not None:
        asked.append(parameters)
        pages.append(paginator.read(next(answers)))
    assert next(answers, None) is None, "the paginator stopped before the answers did"
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
        pytest.param({"mode": "none"}, [users(2, 1, 2)], id="one answer"),
        pytest.param({"mode": "none"}, [{"users": rows(1, 2)}], id="one answer without a count"),
    ],
)
def test_paginator_ends_where_the_rows_end(pagination: dict[str, Any], answers: list[Any]) -> None:
    pages, _ = read_all(paginator_for(endpoint_of(pagination)), answers)
    assert [page.records for page in pages] == [answer["users"] for answer in answers]
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
        pytest.param({"mode": "none"}, [users(3, 1, 2)], "configure pagination", id="one answer that is a page"),
    ],
)
def test_paginator_refuses_what_is_not_proven_complete(
    pagination: dict[str, Any], answers: list[Any], says: str
) -> None:
    with pytest.raises(IncompleteReadError, match=says) as caught:
        read_all(paginator_for(endpoint_of(pagination)), answers)
    assert "halo-users" in str(caught.value)


@pytest.mark.parametrize("total", [None, "2", 2.0, True, -1, [2]])
def test_page_numbers_need_a_whole_number_as_total(total: Any) -> None:
    with pytest.raises(SourceContractError, match="record_count"):
        paginator_for(endpoint_of(PAGED)).read({"record_count": total, "users": rows(1, 2)})


@pytest.mark.parametrize(
    ("records", "answer"),
    [
        ("users", {"record_count": 1}),
        ("users", {"users": None}),
        ("users", {"users": {"id": 1}}),
        ("users", {"users": [1]}),
        ("users", [{"id": 1}]),
        ("users", "text"),
        (None, None),
        (None, "text"),
        (None, [None]),
    ],
)
@pytest.mark.parametrize("pagination", [{"mode": "none"}, UNCOUNTED])
def test_paginator_refuses_answers_of_another_shape(pagination: dict[str, Any], records: Any, answer: Any) -> None:
    with pytest.raises(SourceContractError, match="no list of JSON objects"):
        paginator_for(endpoint_of(pagination, records)).read(answer)


@pytest.mark.parametrize("answer", [rows(1, 2), rows(), {"id": 1}])
def test_single_page_takes_a_bare_list_or_one_record(answer: Any) -> None:
    pages, _ = read_all(paginator_for(endpoint_of({"mode": "none"}, None)), [answer])
    assert pages[0].records == (answer if isinstance(answer, list) else [answer])


def test_page_numbers_ask_with_the_configured_names() -> None:
    settings = {"mode": "page_number", "page_parameter": "p", "size_parameter": "n", "first_page": 0, "page_size": 7}
    _, asked = read_all(paginator_for(endpoint_of(settings)), [users(2, 1), users(2, 2)])
    assert asked == [{"p": "0", "n": "7"}, {"p": "1", "n": "7"}]


def test_page_shows_no_records() -> None:
    page = paginator_for(endpoint_of(PAGED)).read({"record_count": 1, "users": [{"name": "canary"}]})
    assert "canary" not in repr(page)


@given(total=st.integers(0, 60), cap=st.integers(1, 20))
def test_page_numbers_bring_every_row_once_whatever_the_cap(total: Any, cap: int) -> None:
    """The server's cap is not the size asked for, and need not divide the total."""
    everybody = rows(*range(total))
    answers = [
        {"record_count": total, "users": everybody[start : start + cap]} for start in range(0, max(total, 1), cap)
    ]
    pages, _ = read_all(paginator_for(endpoint_of(PAGED)), answers)
    assert [record for page in pages for record in page.records] == everybody
