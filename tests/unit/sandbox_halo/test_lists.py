"""Lists of people: filters, order and pages, with their quirks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Pages = Callable[..., list[dict[str, Any]]]


def ids(answer: dict[str, Any]) -> list[int]:
    return [user["id"] for user in answer["users"]]


def test_list_shows_no_detail_fields(api: httpx.Client) -> None:
    row = api.get("/Users").json()["users"][0]
    assert not {"department", "departments", "manager_email", "samaccountname", "datecreated"} & row.keys()
    assert row["customfields"] is None
    assert (row["site_id"], type(row["site_id"])) == (float(row["site_id_int"]), float)


def test_detail_shows_department_and_manager(api: httpx.Client) -> None:
    user = api.get("/users/41").json()
    assert user["departments"] == [
        {"department_id": 1, "department_name": user["department"], "is_manager": False},
    ]
    assert user["manager_email"].endswith("@corp.example.test")
    assert [field["name"] for field in user["customfields"]] == ["CFStartDate", "CFEndDate", "CFEmployeeType"]


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({}, 495),
        ({"includeinactive": "true"}, 500),
        ({"includeinactive": "1"}, 495),
        ({"includeinactive": "true", "includeactive": "false"}, 5),
        ({"includeserviceaccount": "false"}, 494),
        ({"includenonserviceaccount": "false"}, 1),
        ({"includenonserviceaccount": "true", "nonsense": "x"}, 495),
        ({"search": "kowalska"}, 3),
        ({"search": "KOWALSKA2@"}, 1),
        ({"search": "nobody at all"}, 0),
        ({"client_id": 12}, 495),
        ({"client_id": 13}, 0),
        ({"department_id": 99}, 0),
        ({"IncludeInactive": "TRUE"}, 500),
    ],
)
def test_list_filters(api: httpx.Client, params: dict[str, Any], count: int) -> None:
    answer = api.get("/Users", params=params).json()
    assert (answer["record_count"], len(answer["users"])) == (count, count)


def test_sites_and_departments_divide_the_people(api: httpx.Client) -> None:
    sites = [api.get("/Users", params={"site_id": site}).json()["record_count"] for site in (18, 19, 20)]
    assert (sum(sites), min(sites) > 100) == (495, True)
    departments = [api.get("/Users", params={"department_id": n}).json()["record_count"] for n in range(1, 21)]
    assert sum(departments) == 493  # one person and the service account are in none


def test_empty_list_has_its_envelope(api: httpx.Client) -> None:
    assert api.get("/Users", params={"site_id": 99}).json() == {"record_count": 0, "users": []}


@pytest.mark.parametrize("params", [{}, {"page_size": 10, "page_no": 2}, {"pageinate": "false", "page_size": 10}])
def test_list_without_pageinate_is_whole(api: httpx.Client, params: dict[str, Any]) -> None:
    answer = api.get("/Users", params=params).json()
    assert (len(answer["users"]), "page_no" in answer) == (495, False)


def test_count_and_idonly_work_on_whole_lists_only(api: httpx.Client) -> None:
    answer = api.get("/Users", params={"count": 3, "idonly": "true"}).json()
    assert answer == {"record_count": 495, "users": [{"id": 41}, {"id": 42}, {"id": 43}]}
    params = {"pageinate": "true", "page_size": 7, "count": 3, "idonly": "true"}
    paged = api.get("/Users", params=params).json()["users"]
    assert (len(paged), "name" in paged[0]) == (7, True)


@pytest.mark.parametrize(("asked", "given"), [(20, 20), (100, 100), (500, 100), (0, 50), (None, 50)])
def test_page_caps_its_rows_whatever_is_asked(api: httpx.Client, asked: int | None, given: int) -> None:
    params: dict[str, Any] = {"pageinate": "true"} | ({} if asked is None else {"page_size": asked})
    answer = api.get("/Users", params=params).json()
    assert (len(answer["users"]), answer["record_count"], answer["page_no"]) == (given, 495, 1)


def test_pages_cover_everybody_once(pages: Pages) -> None:
    answers = pages(1, 2, 3, 4, 5)
    assert [number for answer in answers for number in ids(answer)] == list(range(41, 541))
    assert {answer["record_count"] for answer in answers} == {500}


def test_page_past_the_end_is_empty(pages: Pages) -> None:
    (past,) = pages(6)
    assert (past["users"], past["record_count"]) == ([], 500)


@pytest.mark.parametrize(("desc", "descending"), [("true", True), ("True", True), ("1", False), ("false", False)])
def test_orderdesc_is_understood_as_a_word_only(pages: Pages, desc: str, *, descending: bool) -> None:
    (answer,) = pages(1, orderdesc=desc)
    assert ids(answer) == sorted(ids(answer), reverse=descending)


def test_order_takes_several_names_and_ignores_unknown_ones(pages: Pages) -> None:
    params = {"order": "nonsense", "order2": "site_id", "orderdesc2": "true", "order3": "surname"}
    users = [user for answer in pages(1, 2, 3, 4, 5, **params) for user in answer["users"]]
    keys = [(-user["site_id"], user["surname"].casefold()) for user in users]
    assert keys == sorted(keys)


def test_custom_fields_come_with_a_list_when_asked_for(api: httpx.Client) -> None:
    params = {"include_custom_fields": "102, 999,x,103", "count": 1}
    (user,) = api.get("/Users", params=params).json()["users"]
    assert [field["id"] for field in user["customfields"]] == [102, 103]


@pytest.mark.parametrize(("path", "name"), [("/Users?page_no=x&pageinate=true", "page_no"), ("/Users/95.0", "id")])
def test_parameter_that_is_no_integer_is_refused(api: httpx.Client, path: str, name: str) -> None:
    answer = api.get(path)
    value = path.rpartition("/")[2] if name == "id" else "x"
    assert (answer.status_code, answer.json()) == (400, {name: [f"The value '{value}' is not valid."]})


def test_missing_person_is_an_empty_404(api: httpx.Client) -> None:
    answer = api.get("/Users/9999")
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("path", ["/users", "/USERS", "/uSeRs/41", "/STATUS"])
def test_paths_have_no_case(api: httpx.Client, path: str) -> None:
    assert api.get(path).status_code == 200


def test_bare_lists_have_no_envelope(api: httpx.Client) -> None:
    assert api.get("/Status").json()[0] == {"id": 1, "name": "New"}
    assert {"id": 32, "name": "New Starter Request"} in api.get("/TicketType").json()
