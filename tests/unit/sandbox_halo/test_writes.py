"""What POST and DELETE do, and what they refuse."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.halo.client import SandboxHalo


def new_person(**more: Any) -> dict[str, Any]:
    return {"name": "Noor Haddad", "site_id": 18, **more}


@pytest.mark.parametrize("path", ["/Users", "/Tickets", "/Actions"])
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {"name": "x"}}, 400),
        ({"json": []}, 400),
        ({"json": ["x"]}, 400),
        ({"content": b"[{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"content": b"[]", "headers": {"Content-Type": "text/json"}}, 415),
        ({"data": {"name": "x"}}, 415),
        ({"json": [{}]}, 400),
    ],
)
def test_post_wants_a_json_array_of_objects(api: httpx.Client, path: str, sent: dict[str, Any], status: int) -> None:
    if path == "/Actions" and sent == {"json": [{}]}:
        status = 404  # no ticket named is a ticket not found
    assert api.post(path, **sent).status_code == status


def test_post_users_creates_without_an_id(api: httpx.Client) -> None:
    answer = api.post("/Users", json=[new_person(emailaddress="not an address", other1="o", nonsense=1)])
    user = answer.json()
    assert (answer.status_code, user["id"], user["surname"]) == (201, 541, "Haddad")
    assert api.get("/Users/541").json() == user
    assert (user["emailaddress"], user["other1"], "nonsense" in user) == ("not an address", "o", False)


@pytest.mark.parametrize("number", [60, "60"])
def test_post_users_updates_the_fields_given(api: httpx.Client, number: Any) -> None:
    before = api.get("/Users/60").json()
    fields = [{"name": "CFEmployeeType", "value": "Volunteer"}, {"id": 102, "value": "2030-01-01T00:00:00"}]
    after = api.post("/Users", json=[{"id": number, "title": "Surgeon", "customfields": fields}]).json()
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {"title", "customfields", "lastupdate", "ulastupdate"}
    assert [f["value"] for f in after["customfields"]][1:] == ["2030-01-01T00:00:00", "Volunteer"]


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ({"id": "95.0"}, "[1].id"),
        ({"id": 95.0}, "[1].id"),
        ({"id": True}, "[1].id"),
        ({"inactive": 3}, "[1].inactive"),
        ({"title": []}, "[1].title"),
        ({"site_id": "x"}, "[1].site_id"),
        ({"customfields": {}}, "[1].customfields"),
        ({"customfields": [{"id": "x"}]}, "[1].customfields[0].id"),
    ],
)
def test_post_users_refuses_what_it_cannot_convert(api: httpx.Client, item: dict[str, Any], path: str) -> None:
    answer = api.post("/Users", json=[new_person(), new_person(**item)])
    assert (answer.status_code, list(answer.json())) == (400, [path])
    assert api.get("/Users").json()["record_count"] == 495, "nothing of a refused array is kept"


@pytest.mark.parametrize(
    ("item", "status"),
    [({"name": "x"}, 400), ({"site_id": 18}, 400), (new_person(site_id=99), 400), ({"id": 9999}, 404)],
)
def test_post_users_refuses_what_is_incomplete(api: httpx.Client, item: dict[str, Any], status: int) -> None:
    assert api.post("/Users", json=[item]).status_code == status
    assert api.get("/Users").json()["record_count"] == 495


def test_delete_user_is_for_good(api: httpx.Client) -> None:
    assert api.delete("/Users/60").status_code == 200
    assert api.get("/Users/60").status_code == 404
    assert api.delete("/Users/60").status_code == 404


def test_user_changes_are_listed_field_by_field(api: httpx.Client, admin: SandboxHalo) -> None:
    assert api.get("/UserChange").json() == {"record_count": 0, "changes": []}
    before = api.get("/Users/60").json()["title"]
    api.post("/Users", json=[{"id": 60, "title": "Surgeon"}])
    admin.leave(61)
    first, second = api.get("/UserChange").json()["changes"]
    expected = {"user_id": 60, "field_name": "title", "old_value": before, "new_value": "Surgeon", "who": "API"}
    assert expected.items() <= first.items()
    assert (second["user_id"], second["field_name"], second["new_value"]) == (61, "inactive", "True")


def test_post_tickets_creates_and_ignores_the_status(api: httpx.Client) -> None:
    body = {"summary": "s", "details_html": "<p>a &amp; b</p>", "status_id": 9, "user_id": 60, "tickettype_id": 32}
    answer = api.post("/Tickets", json=[body])
    ticket = answer.json()
    assert (answer.status_code, ticket["id"], ticket["status_id"], ticket["details"]) == (201, 1001, 1, "a & b")
    assert ticket["user_email"] == api.get("/Users/60").json()["emailaddress"]
    assert ticket["tickettype_name"] == "New Starter Request"


def test_post_tickets_updates_with_an_id_and_repeats_without(api: httpx.Client) -> None:
    api.post("/Tickets", json=[{"summary": "s"}])
    closed = api.post("/Tickets", json=[{"id": 1001, "status_id": 9}]).json()
    assert (closed["summary"], closed["status_name"], closed["hasbeenclosed"]) == ("s", "Closed", True)
    assert closed["dateclosed"] > "2025"
    api.post("/Tickets", json=[{"summary": "s"}])
    assert api.get("/Tickets").json()["record_count"] == 2
    assert api.post("/Tickets", json=[{"id": 7, "summary": "s"}]).status_code == 404


def test_ticket_custom_fields_come_by_name_or_id_and_unknown_ones_are_ignored(api: httpx.Client) -> None:
    fields = [{"name": "CFLifecycleKey", "value": "k"}, {"id": 203, "value": "v"}, {"name": "CFNone", "value": "x"}]
    ticket = api.post("/Tickets", json=[{"summary": "s", "customfields": fields}]).json()
    assert {f["name"]: f["value"] for f in ticket["customfields"]} == {"CFLifecycleKey": "k", "CFStarterSurname": "v"}
    assert api.get("/Tickets").json()["tickets"][0]["customfields"] is None


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, [1001, 1002]),
        ({"search": "KEY-2"}, [1002]),
        ({"search": "1001"}, [1001]),
        ({"open_only": "true"}, [1002]),
        ({"closed_only": "true"}, [1001]),
        ({"status_id": 9}, [1001]),
        ({"user_id": 60}, [1002]),
        ({"ticketids": "1002,7"}, [1002]),
        ({"order": "id", "orderdesc": "true"}, [1002, 1001]),
        ({"deleted": "true"}, [1003]),
        ({"datesearch": "dateoccurred", "startdate": "2000-01-01"}, [1001, 1002]),
        ({"datesearch": "dateoccurred", "enddate": "2000-01-01"}, []),
        ({"datesearch": "dateclosed", "startdate": "2000-01-01", "enddate": "2100-01-01T00:00:00Z"}, [1001]),
    ],
)
def test_list_tickets_filters(api: httpx.Client, params: dict[str, Any], found: list[int]) -> None:
    api.post("/Tickets", json=[{"summary": "a"}, {"summary": "b", "details": "has key-2", "user_id": 60}])
    api.post("/Tickets", json=[{"summary": "c"}])
    api.post("/Tickets", json=[{"id": 1001, "status_id": 9}])
    api.delete("/Tickets/1003")
    assert [ticket["id"] for ticket in api.get("/Tickets", params=params).json()["tickets"]] == found


def test_list_tickets_refuses_a_date_that_is_none(api: httpx.Client) -> None:
    api.post("/Tickets", json=[{"summary": "a"}])
    answer = api.get("/Tickets", params={"datesearch": "dateoccurred", "startdate": "x"})
    assert (answer.status_code, list(answer.json())) == (400, ["startdate"])


def test_delete_ticket_is_soft_and_keeps_the_reason(api: httpx.Client) -> None:
    api.post("/Tickets", json=[{"summary": "a"}])
    assert api.delete("/Tickets/1001", params={"reason": "mistake"}).status_code == 200
    assert api.get("/Tickets").json() == {"record_count": 0, "tickets": []}
    assert api.get("/Tickets/1001").json()["deleted"] is True
    (action,) = api.get("/Actions", params={"ticket_id": 1001}).json()["actions"]
    assert (action["outcome"], action["note"]) == ("Deleted", "mistake")
    assert api.delete("/Tickets/7").status_code == 404


def test_actions_are_numbered_per_ticket(api: httpx.Client) -> None:
    api.post("/Tickets", json=[{"summary": "a"}, {"summary": "b"}])
    for ticket in (1001, 1001, 1002):
        api.post("/Actions", json=[{"ticket_id": ticket, "outcome": "Note", "note_html": f"<b>{ticket}</b>"}])
    listed = [api.get("/Actions", params={"ticket_id": n}).json()["actions"] for n in (1001, 1002)]
    assert [[action["id"] for action in actions] for actions in listed] == [[2, 1], [1]]
    one = api.get("/Actions/1", params={"ticket_id": 1002}).json()
    assert (one["ticket_id"], one["note"]) == (1002, "1002")
    assert api.get("/Actions/9", params={"ticket_id": 1002}).status_code == 404


def test_action_moves_the_ticket_to_its_new_status(api: httpx.Client) -> None:
    api.post("/Tickets", json=[{"summary": "a"}])
    api.post("/Actions", json=[{"ticket_id": 1001, "outcome_id": 9, "note": "done", "new_status": 9}])
    assert api.get("/Tickets/1001").json()["status_id"] == 9


@pytest.mark.parametrize(
    ("item", "status", "shape"),
    [
        ({"ticket_id": 1001, "outcome_id": "abc"}, 400, "[0].outcome_id"),
        ({"ticket_id": 1001, "note": "x"}, 400, "outcome"),
        ({"ticket_id": 7, "outcome": "Note"}, 404, ""),
    ],
)
def test_post_actions_refuses(api: httpx.Client, item: dict[str, Any], status: int, shape: str) -> None:
    api.post("/Tickets", json=[{"summary": "a"}])
    answer = api.post("/Actions", json=[item])
    assert (answer.status_code, shape in answer.text) == (status, True)
