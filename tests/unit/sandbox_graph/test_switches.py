"""Tokens, switches, and the admin side."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sandbox.graph.client import SandboxGraph
from sandbox.graph.faults import FAULTS
from sandbox.simulators.client import SandboxRefusalError
from tests.support.simulated_graph import SimulatedGraph

Call = Callable[..., httpx.Response]
BATCH = {"json": {"requests": [{"id": str(one), "method": "GET", "url": "/subscribedSkus"} for one in range(3)]}}


def items(call: Call) -> list[int]:
    """Statuses of three requests in one batch, in their order; 0 for one that is missing."""
    answered = {one["id"]: one["status"] for one in call("POST", "/$batch", **BATCH).json()["responses"]}
    return [answered.get(str(one), 0) for one in range(3)]


@pytest.mark.parametrize(
    ("form", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_id": "another"}, 400, "unauthorized_client", 700016),
        ({"scope": "https://elsewhere.test/.default"}, 400, "invalid_scope", 70011),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"client_assertion": "e30.e30.x", "client_assertion_type": "x"}, 401, "invalid_client", 700027),
        ({"tenant": "other.test"}, 400, "invalid_tenant", 90002),
    ],
)
def test_token_is_refused_as_the_authority_does(
    exchange: Call, form: dict[str, str], status: int, error: str, number: int
) -> None:
    answer = exchange(**form)
    assert (answer.status_code, answer.json()["error"], answer.json()["error_codes"]) == (status, error, [number])
    assert answer.json()["error_description"].startswith(f"AADSTS{number}: ")


def test_authority_names_its_addresses(http: httpx.Client, running: SimulatedGraph) -> None:
    addresses = http.get("/example.onmicrosoft.test/v2.0/.well-known/openid-configuration").json()
    assert addresses["token_endpoint"] == f"https://{running.host}/example.onmicrosoft.test/oauth2/v2.0/token"
    assert http.get("/other.test/v2.0/.well-known/openid-configuration").status_code == 400


def test_token_is_needed_and_can_be_revoked(http: httpx.Client, admin: SandboxGraph, call: Call) -> None:
    assert http.get("/v1.0/subscribedSkus").json()["error"]["code"] == "InvalidAuthenticationToken"
    assert call("GET", "/subscribedSkus").status_code == 200
    admin.revoke_tokens()
    assert call("GET", "/subscribedSkus").status_code == 401


@pytest.mark.parametrize(
    ("fault", "status"),
    [("rate_limited", 429), ("unavailable", 503), ("refused_item", 401), ("denied", 403), ("commit_then_504", 504)],
)
def test_switch_strikes_where_it_is_meant_to(admin: SandboxGraph, call: Call, fault: str, status: int) -> None:
    admin.faults(**{fault: {"place": "item", "after": 2}})
    assert items(call) == [200, status, 200]  # the batch itself counts as a request
    admin.faults(**{fault: {"place": "batch"}})
    assert call("POST", "/$batch", **BATCH).status_code == status
    assert items(call) == [200, 200, 200]
    admin.faults(**{fault: {"place": "single", "path": "Skus", "method": "GET", "times": 2}})
    assert items(call) == [200, 200, 200]
    assert [call("GET", path).status_code for path in ("/users", "/subscribedSkus", "/subscribedSkus")] == [
        200, status, status,
    ]  # fmt: skip
    assert call("GET", "/subscribedSkus").status_code == 200


def test_retry_after_is_told_or_not(admin: SandboxGraph, call: Call) -> None:
    admin.faults(rate_limited={"place": "item", "retry_after_s": 9})
    (throttled,) = [one for one in call("POST", "/$batch", **BATCH).json()["responses"] if one["status"] == 429]
    assert throttled["headers"]["Retry-After"] == "9"
    admin.faults(rate_limited={"retry_after_s": None})
    assert "Retry-After" not in call("GET", "/users").headers


def test_commit_then_504_has_done_it(admin: SandboxGraph, call: Call) -> None:
    user = admin.sync_user(None, "ann@example.test")
    admin.faults(commit_then_504=True)
    assert call("PATCH", f"/users/{user}", json={"usageLocation": "GB"}).status_code == 504
    assert admin.state(user)["usageLocation"] == "GB"


def test_expired_token_strikes_once_for_good(admin: SandboxGraph, call: Call) -> None:
    admin.faults(expired_token={"place": "item", "after": 2})
    assert items(call) == [200, 401, 401]
    assert call("GET", "/subscribedSkus").status_code == 401


def test_lost_item_and_truncated_json(admin: SandboxGraph, call: Call) -> None:
    admin.faults(lost_item={"place": "item", "after": 3})
    assert items(call) == [200, 200, 0]
    admin.faults(truncated_json=True)
    answer = call("GET", "/subscribedSkus")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"."):
        answer.json()
    assert call("GET", "/subscribedSkus").json()


def test_slow_answers_take_their_time(admin: SandboxGraph, call: Call) -> None:
    admin.faults(slow={"seconds": 0.15})
    begun = time.monotonic()
    call("GET", "/subscribedSkus")
    assert time.monotonic() - begun >= 0.15


@pytest.mark.parametrize("name", FAULTS)
def test_every_switch_can_be_put_and_cleared(admin: SandboxGraph, name: str) -> None:
    assert admin.faults(**{name: True}).keys() == {name}
    admin.clear_faults()
    assert admin.tenant()["faults"] == {}


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        (lambda admin: admin.faults(surprise=True), "there is no fault 'surprise'"),
        (lambda admin: admin.faults(slow={"seconds": -1}), "fault slow: seconds"),
        (lambda admin: admin.sync_user("no-guid", "x@example.test"), "guid"),
        (lambda admin: admin.give_licence("nobody", "SPE_E3"), "there is nobody"),
        (lambda admin: admin.make_group("x", {"NOTHING": []}), "there is no product 'NOTHING'"),
        (lambda admin: admin.join("nothing", "nobody"), "there is no group"),
        (lambda admin: admin.set_units("SPE_E3", -1), "units"),
        (lambda admin: admin.delete_user("nobody"), "there is nobody"),
    ],
)
def test_admin_side_says_what_is_wrong(admin: SandboxGraph, order: Callable[[SandboxGraph], Any], problem: str) -> None:
    with pytest.raises(SandboxRefusalError, match=problem):
        order(admin)


def test_admin_side_passes_refusals_on(admin: SandboxGraph) -> None:
    user = admin.sync_user(None, "ann@example.test")
    admin.set_units("SPE_E3", 0)
    with pytest.raises(SandboxRefusalError, match="does not have any available licenses"):
        admin.give_licence(user, "SPE_E3")


def test_requests_are_counted_by_place_and_path(admin: SandboxGraph, call: Call) -> None:
    user = admin.sync_user(None, "ann@example.test")
    items(call)
    call("GET", f"/users/{user}")
    call("GET", f"/users/{user}/photo/$value")
    assert admin.tenant()["requests"] == {
        "batch POST /$batch": 1,
        "item GET /subscribedSkus": 3,
        "single GET /users/{id}": 1,
        "single GET /users/{id}/photo/$value": 1,
    }
