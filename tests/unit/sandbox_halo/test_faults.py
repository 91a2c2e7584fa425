"""Each switch does what it says, for as long as it says."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sandbox.halo.client import SandboxHalo
from sandbox.halo.faults import FAULTS
from sandbox.simulators.client import SandboxRefusalError

if TYPE_CHECKING:
    from conftest import Tenant

Pages = Callable[..., list[dict[str, Any]]]
PAGED = {"pageinate": "true", "page_size": 100, "order": "id"}


def ids(answer: dict[str, Any]) -> list[int]:
    return [user["id"] for user in answer["users"]]


def statuses(api: httpx.Client, count: int, path: str = "/Status", **params: Any) -> list[int]:
    return [api.get(path, params=params).status_code for _ in range(count)]


@pytest.mark.parametrize(("off", "total"), [(7, 507), (0, 500), (-3, 497)])
def test_row_cap_shortens_pages_and_the_total_is_off(admin: SandboxHalo, pages: Pages, off: int, total: int) -> None:
    admin.faults(row_cap={"total_off": off})
    answers = pages(1, 2, 10, 11)
    assert [len(answer["users"]) for answer in answers] == [50, 50, 50, 0]
    assert {answer["record_count"] for answer in answers} == {total}


def test_repeat_last_page_repeats_past_the_end(admin: SandboxHalo, pages: Pages) -> None:
    admin.faults(repeat_last_page=True)
    fourth, fifth, sixth, ninth = pages(4, 5, 6, 9)
    assert ids(fourth) != ids(fifth) == ids(sixth) == ids(ninth)
    assert (sixth["page_no"], len(ids(sixth))) == (6, 100)


def test_repeat_last_page_repeats_from_a_page_on(admin: SandboxHalo, pages: Pages) -> None:
    admin.faults(repeat_last_page={"at_page": 3})
    first, second, third, fourth = pages(1, 2, 3, 4)
    assert ids(first) != ids(second) == ids(third) == ids(fourth)


def test_moving_total_moves_from_a_page_on(admin: SandboxHalo, pages: Pages) -> None:
    admin.faults(moving_total={"by": -2, "from_page": 3})
    assert [answer["record_count"] for answer in pages(1, 2, 3, 4)] == [500, 500, 498, 498]


def test_unstable_order_doubles_some_and_loses_others(admin: SandboxHalo, pages: Pages) -> None:
    admin.faults(unstable_order=True)
    seen = [number for answer in pages(1, 2, 3, 4, 5) for number in ids(answer)]
    assert len(seen) == 500 > len(set(seen))
    admin.faults(unstable_order={"despite_order": False})
    assert len({n for answer in pages(1, 2, 3, 4, 5) for n in ids(answer)}) == 500
    assert len({n for answer in pages(1, 2, 3, 4, 5, order="") for n in ids(answer)}) < 500


def test_duplicate_id_keeps_the_count(admin: SandboxHalo, pages: Pages) -> None:
    admin.faults(duplicate_id={"page": 3})
    _, second, third, fourth = pages(1, 2, 3, 4)
    assert (ids(third)[0], len(ids(third)), third["record_count"]) == (ids(second)[-1], 100, 500)
    assert ids(fourth)[0] == 341


@pytest.mark.parametrize(("retry_after_s", "header"), [(5, "5"), (None, None)])
def test_rate_limited_answers_429_so_often(
    admin: SandboxHalo, api: httpx.Client, retry_after_s: int | None, header: str | None
) -> None:
    admin.faults(rate_limited={"times": 2, "after": 1, "retry_after_s": retry_after_s})
    answers = [api.get("/Status") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert answers[1].headers.get("retry-after") == header
    assert answers[1].json().startswith("Rate Limit Reached - ")
    assert admin.state()["refused_429"] == 2


def test_unauthorized_after_revokes_once(tenant: Tenant, admin: SandboxHalo, api: httpx.Client) -> None:
    admin.faults(unauthorized_after={"requests": 2})
    assert statuses(api, 4) == [200, 200, 401, 401]
    with tenant.connect() as renewed:
        assert statuses(renewed, 2) == [200, 200]


def test_unauthorized_after_always_refuses_new_tokens_too(
    tenant: Tenant, admin: SandboxHalo, api: httpx.Client
) -> None:
    admin.faults(unauthorized_after={"requests": 1, "always": True})
    assert statuses(api, 2) == [200, 401]
    with tenant.connect() as renewed:
        assert statuses(renewed, 2) == [401, 401]


@pytest.mark.parametrize("status", [401, 403])
def test_narrow_scope_grants_less_than_asked(tenant: Tenant, admin: SandboxHalo, status: int) -> None:
    admin.faults(narrow_scope={"status": status})
    assert tenant.exchange(scope="all").json()["scope"] == "read:tickets"
    with tenant.connect() as api:
        assert statuses(api, 1, "/Users") == [status]
        assert statuses(api, 1, "/Tickets") == [200]


def test_post_status_and_shape_follow_the_switches(admin: SandboxHalo, api: httpx.Client) -> None:
    admin.faults(post_status={"status": 200}, post_shape={"shape": "list"})
    answer = api.post("/Tickets", json=[{"summary": "a"}, {"summary": "b"}])
    assert (answer.status_code, [ticket["id"] for ticket in answer.json()]) == (200, [1001, 1002])


@pytest.mark.parametrize("value", ["1900-01-01T00:00:00", "1899-12-30T00:00:00", "1901-01-01T00:00:00"])
def test_sentinel_stands_for_no_date(admin: SandboxHalo, api: httpx.Client, value: str) -> None:
    admin.faults(sentinel={"value": value})
    user = api.get("/Users/41").json()
    row = api.get("/Users", params={"count": 1, "include_custom_fields": "102"}).json()["users"][0]
    ticket = api.post("/Tickets", json=[{"summary": "a"}]).json()
    listed = api.get("/Tickets").json()["tickets"][0]
    dates = {user["lastlogindate"], user["customfields"][1]["value"], row["customfields"][0]["value"]}
    assert dates | {ticket["dateclosed"], listed["dateclosed"]} == {value}


@pytest.mark.parametrize("status", [404, 500])
def test_html_tenant_answers_html_for_the_right_tenant(tenant: Tenant, admin: SandboxHalo, status: int) -> None:
    admin.faults(html_tenant={"status": status})
    answer = tenant.exchange()
    assert (answer.status_code, answer.text[:9]) == (status, "<!DOCTYPE")


def test_truncated_json_ends_in_the_middle(admin: SandboxHalo, api: httpx.Client) -> None:
    admin.faults(truncated_json={"page": 2, "times": 1})
    answer = api.get("/Users", params={**PAGED, "page_no": 2})
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert len(api.get("/Users", params={**PAGED, "page_no": 2}).json()["users"]) == 100


def test_fail_page_is_empty_and_ends_after_its_times(admin: SandboxHalo, api: httpx.Client) -> None:
    admin.faults(fail_page={"page": 3, "times": 2})
    assert statuses(api, 1, "/Users", **PAGED, page_no=2) == [200]
    assert statuses(api, 3, "/Users", **PAGED, page_no=3) == [500, 500, 200]
    admin.faults(fail_page={"status": 404})
    answer = api.get("/Users", params=PAGED)
    assert (answer.status_code, answer.content) == (404, b"")


def test_fault_of_one_collection_spares_the_others(admin: SandboxHalo, api: httpx.Client) -> None:
    admin.faults(fail_page={"collection": "tickets"})
    assert statuses(api, 1, "/Users") + statuses(api, 1, "/Tickets") == [200, 500]


def test_reset_breaks_the_connection(admin: SandboxHalo, api: httpx.Client) -> None:
    admin.faults(reset={"page": 2, "times": 1})
    with pytest.raises(httpx.ReadError):
        api.get("/Users", params={**PAGED, "page_no": 2})
    assert statuses(api, 1, "/Users", **PAGED, page_no=2) == [200]


def test_commit_then_504_keeps_what_it_was_sent(admin: SandboxHalo, api: httpx.Client) -> None:
    admin.faults(commit_then_504={"collection": "tickets"})
    answers = [api.post("/Tickets", json=[{"summary": "a"}]) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [504, 201]
    assert api.get("/Tickets").json()["record_count"] == 2


def test_commit_then_reset_keeps_what_it_was_sent(admin: SandboxHalo, api: httpx.Client) -> None:
    admin.faults(commit_then_reset={"collection": "tickets"})
    with pytest.raises(httpx.ReadError):
        api.post("/Tickets", json=[{"summary": "a"}])
    assert api.get("/Tickets").json()["record_count"] == 1
    assert api.post("/Tickets", json=[{"summary": "b"}]).status_code == 201


def test_reset_write_keeps_nothing(admin: SandboxHalo, api: httpx.Client) -> None:
    admin.faults(reset_write={"times": 2})
    for path in ("/Tickets", "/Users"):
        with pytest.raises(httpx.ReadError):
            api.post(path, json=[{"summary": "a", "name": "Noor Haddad", "site_id": 18}])
    assert (api.get("/Tickets").json()["record_count"], api.get("/Users/541").status_code) == (0, 404)
    assert admin.state()["faults"]["reset_write"]["fired"] == 2


def test_late_commit_is_carried_out_when_its_time_has_come(
    tenant: Tenant, admin: SandboxHalo, api: httpx.Client
) -> None:
    admin.faults(late_commit={"seconds": 30})
    assert api.post("/Tickets", json=[{"summary": "a"}]).status_code == 504
    assert api.get("/Tickets").json()["record_count"] == 0
    tenant.clock.now += 30
    assert api.get("/Tickets").json()["record_count"] == 1


@pytest.mark.parametrize("fault", ["commit_then_504", "commit_then_reset", "late_commit", "reset_write"])
def test_deletions_lose_their_answers_too(tenant: Tenant, admin: SandboxHalo, api: httpx.Client, fault: str) -> None:
    number = api.post("/Tickets", json=[{"summary": "a"}]).json()["id"]
    admin.faults(**{fault: True})
    try:
        assert api.delete(f"/Tickets/{number}", params={"reason": "r"}).status_code == 504
    except httpx.ReadError:
        assert fault.endswith(("reset", "write"))
    tenant.clock.now += 60
    assert api.get("/Tickets").json()["record_count"] == (1 if fault == "reset_write" else 0)
    assert api.delete("/Users/60").status_code == 200


def test_unavailable_ends_with_its_times_or_its_time(tenant: Tenant, admin: SandboxHalo, api: httpx.Client) -> None:
    admin.faults(unavailable={"times": 2, "status": 503})
    assert statuses(api, 3) == [503, 503, 200]
    admin.faults(unavailable={"until": tenant.clock.now + 600})
    assert api.post("/Tickets", json=[{"summary": "a"}]).status_code == 500
    tenant.clock.now += 599
    assert statuses(api, 1) == [500]
    tenant.clock.now += 1
    assert statuses(api, 1) == [200]
    assert api.get("/Tickets").json()["record_count"] == 0


def test_slow_answers_take_their_time(admin: SandboxHalo, api: httpx.Client) -> None:
    admin.faults(slow={"seconds": 0.2})
    started = time.monotonic()
    assert statuses(api, 1) == [200]
    assert time.monotonic() - started >= 0.2
    with pytest.raises(httpx.ReadTimeout):
        api.get("/Status", timeout=0.05)
    # Behind the request that was given up, which wakes first and so strikes no switch of a later test.
    assert statuses(api, 1) == [200]


def test_put_turns_on_exactly_what_it_names(admin: SandboxHalo) -> None:
    for name in FAULTS:
        assert list(admin.faults(**{name: {}})) == [name]
    admin.clear_faults()
    assert admin.state()["faults"] == {}


def test_faults_count_how_often_they_struck(admin: SandboxHalo, api: httpx.Client) -> None:
    admin.faults(rate_limited={"times": 5})
    statuses(api, 3)
    assert admin.state()["faults"]["rate_limited"]["fired"] == 3


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ({"typo": {}}, "there is no fault 'typo'"),
        ({"slow": {"second": 1}}, "fault slow: second: "),
        ({"slow": {"seconds": -1}}, "fault slow: seconds: "),
        ({"fail_page": {"page": 0}}, "fault fail_page: page: "),
        ({"fail_page": {"collection": "sites"}}, "fault fail_page: collection: "),
        ({"narrow_scope": 3}, "fault narrow_scope: "),
    ],
)
def test_put_refuses_what_does_not_exist_and_changes_nothing(
    admin: SandboxHalo, faults: dict[str, Any], said: str
) -> None:
    admin.faults(slow={"seconds": 0.1})
    with pytest.raises(SandboxRefusalError) as refused:
        admin.faults(post_status={}, **faults)
    assert (refused.value.status, refused.value.problem.startswith(said)) == (422, True)
    assert list(admin.state()["faults"]) == ["slow"]


def test_put_says_what_is_allowed(tenant: Tenant) -> None:
    url = f"{tenant.url}/_sandbox/faults"
    assert tenant.http.put(url, json={"typo": {}}).json()["allowed"] == sorted(FAULTS)
    assert "seconds" in tenant.http.put(url, json={"slow": {"x": 1}}).json()["allowed"]
