"""What the admin side lets happen, and what clients then read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sandbox.halo.client import SandboxHalo
from sandbox.halo.people import FEWEST, FIRST_ID, SPECIALS
from sandbox.organisation import DEPARTMENTS
from sandbox.simulators.client import SandboxRefusalError

if TYPE_CHECKING:
    from conftest import Tenant


def listed(api: httpx.Client, user_id: int) -> dict[str, Any] | None:
    users = api.get("/Users", params={"includeinactive": "true"}).json()["users"]
    return next((user for user in users if user["id"] == user_id), None)


def test_hire_adds_a_person_under_the_head_of_the_department(admin: SandboxHalo, api: httpx.Client) -> None:
    number = admin.hire("Maria", "Kowalska", department="Finance", title="Buyer", start_date="2030-01-01T00:00:00")
    user = api.get(f"/Users/{number}").json()
    assert (user["emailaddress"], user["title"]) == ("maria.kowalska4@corp.example.test", "Buyer")
    peer = next(u for u in admin.state()["users"] if u["department"] == "Finance" and "Head" not in u["title"])
    assert (user["department"], user["manager_email"]) == ("Finance", peer["manager_email"])
    assert user["customfields"][0]["value"] == "2030-01-01T00:00:00"
    assert admin.hire("A", "B", department="", manager_email="x@corp.example.test") == number + 1


def test_move_changes_department_manager_and_the_list_row(admin: SandboxHalo, api: httpx.Client) -> None:
    before, detail = listed(api, 60), api.get("/Users/60").json()
    department = next(name for name in DEPARTMENTS if name != detail["department"])
    admin.move(60, department=department)
    after = api.get("/Users/60").json()
    assert (after["department"], after["title"]) == (department, detail["title"])
    assert after["manager_email"] != detail["manager_email"]
    assert listed(api, 60) != before, "a change of a detail alone moves lastupdate"
    admin.move(60, department=department, title="Lead", manager_email="")
    again = api.get("/Users/60").json()
    assert (again["title"], again["manager_email"]) == ("Lead", "")


def test_head_who_moves_is_no_head_any_more(admin: SandboxHalo, api: httpx.Client) -> None:
    head = next(u["id"] for u in admin.state()["users"] if u["title"] == "Head of Finance")
    admin.move(head, department="Legal")
    assert api.get(f"/Users/{head}").json()["isheadofdept"] is False
    assert api.get(f"/Users/{admin.hire('A', 'B', department='Finance')}").json()["manager_email"] == ""


def test_rename_keeps_the_address(admin: SandboxHalo, api: httpx.Client) -> None:
    before = api.get("/Users/60").json()
    admin.rename(60, surname="Novák")
    after = api.get("/Users/60").json()
    assert (after["name"], after["surname"]) == (f"{before['firstname']} Novák", "Novák")
    assert after["emailaddress"] == before["emailaddress"]


def test_leave_and_rehire_turn_inactive(admin: SandboxHalo, api: httpx.Client) -> None:
    admin.leave(60)
    assert api.get("/Users").json()["record_count"] == 494
    assert api.get("/Users/60").json()["inactive"] is True
    admin.rehire(60)
    assert api.get("/Users").json()["record_count"] == 495


def test_vanish_leaves_no_trace_until_reappear(admin: SandboxHalo, api: httpx.Client) -> None:
    admin.leave(60)
    before = listed(api, 60)
    assert admin.vanish(ids=[60, 61]) == [60, 61]
    assert listed(api, 60) is None
    assert api.get("/Users/60").status_code == 404
    assert api.get("/UserChange").json()["record_count"] == 0
    assert admin.state()["counts"]["vanished"] == 2
    assert admin.reappear([60]) == [60]
    assert listed(api, 60) == before
    assert admin.reappear() == [61]


def test_a_smaller_organisation_has_its_chief_and_whoever_is_there_for_a_reason(
    admin: SandboxHalo, api: httpx.Client
) -> None:
    everybody = {user["id"]: user for user in admin.state()["users"]}
    assert admin.shrink(FEWEST) == FEWEST + 1
    few = {user["id"]: user for user in admin.state()["users"]}
    assert few.items() <= everybody.items()
    assert {FIRST_ID + place for place in SPECIALS} <= few.keys()
    assert {user["manager_email"] for user in few.values()} - {""} <= {user["emailaddress"] for user in few.values()}
    assert api.get("/Users/499").status_code == 404
    admin.reset()
    assert len(admin.state()["users"]) == 500


def test_vanish_takes_the_same_share_every_time(admin: SandboxHalo) -> None:
    first = admin.vanish(fraction=0.4)
    assert len(first) == 200
    admin.reset()
    assert admin.vanish(fraction=0.4) == first


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("hire", {"firstname": "A", "surname": "B", "department": "Alchemy"}, 422, "department: "),
        ("hire", {"firstname": "A", "department": "Legal"}, 422, "surname: "),
        ("leave", {"id": 9999}, 404, "there is nobody with id 9999"),
        ("leave", {"id": 41, "why": "x"}, 422, "why: "),
        ("shrink", {"people": FEWEST - 1}, 422, "people: "),
        ("vanish", {}, 422, "Value error, give either fraction or ids"),
        ("vanish", {"fraction": 1.5}, 422, "fraction: "),
        ("vanish", {"ids": [41, 9999]}, 404, "there is nobody with id 9999"),
        ("reappear", {"ids": [41]}, 404, "did not vanish: [41]"),
        ("leave", [], 422, "the body is no JSON object"),
    ],
)
def test_wrong_order_is_refused_and_nothing_happens(
    tenant: Tenant, admin: SandboxHalo, path: str, body: Any, status: int, said: str
) -> None:
    answer = tenant.http.post(f"{tenant.url}/_sandbox/{path}", json=body)
    assert (answer.status_code, answer.json()["error"][: len(said)]) == (status, said)
    assert admin.state()["counts"] == {"users": 500, "active": 495, "inactive": 5, "vanished": 0, "tickets": 0}


def test_body_that_is_no_json_is_refused(tenant: Tenant) -> None:
    answer = tenant.http.post(f"{tenant.url}/_sandbox/leave", content=b"{")
    assert (answer.status_code, answer.json()) == (422, {"error": "the body is no JSON"})


def test_reset_returns_to_the_seed(admin: SandboxHalo, api: httpx.Client) -> None:
    admin.hire("A", "B", department="Legal")
    api.post("/Tickets", json=[{"summary": "a"}])
    admin.vanish(fraction=0.1)
    admin.faults(slow=True)
    admin.settings(requests_per_window=3)
    admin.reset()
    state = admin.state()
    assert state["counts"] == {"users": 500, "active": 495, "inactive": 5, "vanished": 0, "tickets": 0}
    assert (state["faults"], state["settings"]["requests_per_window"]) == ({}, 1_000_000)
    assert state["requests"] == {"GET /_sandbox/state": 1}
    assert api.get("/Status").status_code == 200, "tokens outlive a reset"


def test_state_counts_requests_by_path(admin: SandboxHalo, api: httpx.Client) -> None:
    for path in ("/Users", "/users/41", "/users/42", "/USERS/9999"):
        api.get(path)
    api.post("/Tickets", json=[{"summary": "a"}])
    api.post("/Actions", json=[{"ticket_id": 1001, "outcome": "Note", "note": "b"}])
    state = admin.state()
    assert state["requests"]["GET /api/users"] == 1
    assert state["requests"]["GET /api/users/{id}"] == 3
    assert [action["note"] for action in state["tickets"][0]["actions"]] == ["b"]


def test_client_names_the_refusal(admin: SandboxHalo) -> None:
    with pytest.raises(SandboxRefusalError, match=r"^there is nobody with id 9999 \(404\)$"):
        admin.leave(9999)


@pytest.mark.parametrize("retry_after", [True, False])
def test_rate_limit_rolls_with_its_window(
    tenant: Tenant, admin: SandboxHalo, api: httpx.Client, *, retry_after: bool
) -> None:
    admin.settings(requests_per_window=3, window_s=300, retry_after=retry_after)
    for _ in range(3):
        assert api.get("/Status").status_code == 200
        tenant.clock.now += 10
    refused = api.get("/Status")
    assert (refused.status_code, refused.headers.get("retry-after")) == (429, "270" if retry_after else None)
    assert refused.json() == "Rate Limit Reached - 3 Requests per rolling 5 minute window."
    tenant.clock.now += 270
    assert [api.get("/Status").status_code for _ in range(2)] == [200, 429], "one place has become free"
    assert admin.state()["refused_429"] == 2


def test_settings_that_do_not_exist_are_refused(admin: SandboxHalo) -> None:
    with pytest.raises(SandboxRefusalError, match="rate: Extra inputs"):
        admin.settings(rate=1)
