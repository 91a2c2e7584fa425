"""What the tenant does: licences and seats, members, photos, replies, lists, batches; and how it refuses."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sandbox.graph.client import SandboxGraph
from sandbox.graph.objects import EXCHANGE, TEAMS
from sandbox.simulators.client import SandboxRefusalError

Call = Callable[..., httpx.Response]
ANN, BOB = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
E3, E5 = "05e9a617-0261-4cee-bb44-138d3ef5d965", "06ebc4ee-1bb5-47dd-8120-11324bc54e06"
JPEG = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def ann(admin: SandboxGraph, call: Call) -> str:
    del call
    return admin.sync_user(ANN, "ann@example.test", "ann@example.test")


@pytest.fixture
def bob(admin: SandboxGraph, ann: str) -> str:
    del ann
    return admin.sync_user(BOB, "bob@example.test")


def licences(add: list[Any] | None = None, remove: list[str] | None = None) -> dict[str, Any]:
    return {"json": {"addLicenses": add or [], "removeLicenses": remove or []}}


def message(answer: httpx.Response) -> str:
    text: str = answer.json()["error"]["message"]
    return f"{answer.status_code} {text}"


def ways(admin: SandboxGraph, user: str) -> set[tuple[str, bool, str]]:
    """Product, whether a group gives it, state."""
    states = admin.state(user)["licenseAssignmentStates"]
    return {(one["skuId"], one["assignedByGroup"] is not None, one["state"]) for one in states}


def test_sync_changes_the_user_that_is_there(admin: SandboxGraph, ann: str) -> None:
    assert admin.sync_user(ANN.upper(), "ann.byron@example.test", enabled=False) == ann
    shown = admin.state(ANN)
    assert (shown["userPrincipalName"], shown["accountEnabled"]) == ("ann.byron@example.test", False)
    assert (shown["onPremisesImmutableId"], shown["onPremisesSyncEnabled"]) == ("AAAAAAAAAECAAAAAAAAAAQ==", True)
    with pytest.raises(SandboxRefusalError, match="there is nobody"):
        admin.state("ann@example.test")


def test_licence_is_refused_as_published(admin: SandboxGraph, call: Call, ann: str, bob: str) -> None:
    path, add = f"/users/{ann}/assignLicense", [{"skuId": E3, "disabledPlans": []}]
    missing = "400 One or more parameters of the operation 'assignLicense' are missing from the request payload."
    assert message(call("POST", path, json={"removeLicenses": []})).startswith(missing)
    assert message(call("POST", path, **licences(add))) == (
        "400 License assignment cannot be done for user with invalid usage location."
    )
    assert call("PATCH", f"/users/{ann}", json={"usageLocation": "GB"}).status_code == 204
    unknown = [{"skuId": BOB}]
    assert message(call("POST", path, **licences(unknown))) == (
        f"400 License {BOB} does not correspond to a valid company License."
    )
    assert message(call("POST", path, **licences(remove=[E3]))) == "400 User does not have a corresponding license."
    admin.set_units("SPE_E3", 1)
    admin.give_licence(bob, "SPE_E3")
    assert message(call("POST", path, **licences(add))) == (
        f"400 Subscription with SKU {E3} does not have any available licenses."
    )
    assert ways(admin, ann) == set()


def test_licence_order_is_carried_out_whole_or_not_at_all(admin: SandboxGraph, call: Call, ann: str) -> None:
    admin.give_licence(ANN, "SPE_E3", disabled_plans=[TEAMS])
    refused = call("POST", f"/users/{ann}/assignLicense", **licences([{"skuId": E5}], [E3, E5]))
    assert refused.status_code == 400
    assert ways(admin, ann) == {(E3, False, "Active")}
    done = call("POST", f"/users/{ann}/assignLicense", **licences([{"skuId": E5, "disabledPlans": [EXCHANGE]}], [E3]))
    assert done.status_code == 200
    assert ways(admin, ann) == {(E5, False, "Active")}


def test_group_licences_keep_in_step_with_membership(admin: SandboxGraph, call: Call, ann: str) -> None:
    admin.give_licence(ANN, "SPE_E5")
    group = admin.make_group("Staff", {"SPE_E5": [TEAMS], "SPE_E3": []})
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{ann}"}
    assert call("POST", f"/groups/{group}/members/$ref", json=reference).status_code == 204
    assert ways(admin, ann) == {(E5, False, "Active"), (E5, True, "Active"), (E3, True, "Active")}
    assert {one["skuId"]: one["disabledPlans"] for one in admin.state(ann)["assignedLicenses"]} == {E5: [], E3: []}
    assert message(call("POST", f"/users/{ann}/assignLicense", **licences(remove=[E3]))) == (
        "400 User license is inherited from a group membership and it cannot be removed directly from the user."
    )
    assert call("POST", f"/users/{ann}/assignLicense", **licences(remove=[E5])).status_code == 200
    assert ways(admin, ann) == {(E5, True, "Active"), (E3, True, "Active")}
    assert call("DELETE", f"/groups/{group}/members/{ann}/$ref").status_code == 204
    assert ways(admin, ann) == set()
    assert [product["consumedUnits"] for product in admin.tenant()["products"]] == [0, 0, 0]


def test_group_without_seats_leaves_its_members_in_error(admin: SandboxGraph, ann: str, bob: str) -> None:
    admin.set_units("SPE_E3", 1)
    group = admin.make_group("Staff", {"SPE_E3": []})
    admin.join(group, ann)
    admin.join(group, bob)
    assert (ways(admin, ann), ways(admin, bob)) == ({(E3, True, "Active")}, {(E3, True, "Error")})
    assert admin.state(bob)["licenseAssignmentStates"][0]["error"] == "CountViolation"
    admin.delete_user(ann)
    assert ways(admin, bob) == {(E3, True, "Active")}


def test_members_are_refused_as_published(admin: SandboxGraph, call: Call, ann: str) -> None:
    group = admin.make_group("Staff")
    path, reference = f"/groups/{group}/members/$ref", {"@odata.id": f"https://x.test/v1.0/directoryObjects/{ann}"}
    assert call("POST", path, json=reference).status_code == 204
    assert message(call("POST", path, json=reference)) == (
        "400 One or more added object references already exist for the following modified properties: 'members'."
    )
    assert [one["id"] for one in call("GET", f"/groups/{group}/members").json()["value"]] == [ann]
    assert call("POST", path, json={"@odata.id": f"https://x.test/v1.0/directoryObjects/{BOB}"}).status_code == 404
    assert call("DELETE", f"/groups/{group}/members/{ann}").status_code in {404, 405}  # would delete the user
    assert call("DELETE", f"/groups/{group}/members/{ann}/$ref").status_code == 204
    assert call("DELETE", f"/groups/{group}/members/{ann}/$ref").status_code == 404


def test_photo_is_kept_byte_by_byte(call: Call, ann: str) -> None:
    path, jpeg = f"/users/{ann}/photo/$value", {"Content-Type": "image/jpeg"}
    assert call("GET", path).json()["error"]["code"] == "ImageNotFound"
    assert call("DELETE", path).status_code == 404
    assert call("PUT", path, content=JPEG, headers=jpeg).status_code == 200
    found = call("GET", path)
    assert (found.content, found.headers["content-type"]) == (JPEG, "image/jpeg")
    assert call("PUT", path, content=b"text", headers=jpeg).status_code == 400
    assert call("PUT", path, content=JPEG + bytes(4 * 1024 * 1024), headers=jpeg).status_code == 413
    assert call("GET", path).content == JPEG
    assert call("DELETE", path).status_code == 200


def test_automatic_replies_change_in_what_is_named(admin: SandboxGraph, call: Call, ann: str) -> None:
    path = f"/users/{ann}/mailboxSettings"
    given = {"automaticRepliesSetting": {"status": "AlwaysEnabled", "internalReplyMessage": "Gone."}}
    shown = call("PATCH", path, json=given).json()["automaticRepliesSetting"]
    assert (shown["status"], shown["externalAudience"]) == ("alwaysEnabled", "all")
    assert shown["internalReplyMessage"] == "<html>\n<body>\nGone.\n</body>\n</html>\n"
    again = call("PATCH", path, json={"automaticRepliesSetting": shown}).json()["automaticRepliesSetting"]
    assert again == shown == admin.state(ann)["automaticRepliesSetting"]
    for wrong in ({"status": "sometimes"}, {"surprise": 1}):
        assert call("PATCH", path, json={"automaticRepliesSetting": wrong}).status_code == 400
    later, sooner = ({"dateTime": f"2026-12-0{day}T00:00:00.0000000", "timeZone": "UTC"} for day in (2, 1))
    times = {"status": "scheduled", "scheduledStartDateTime": later, "scheduledEndDateTime": sooner}
    assert call("PATCH", path, json={"automaticRepliesSetting": times}).status_code == 400
    admin.sync_user(ANN, "ann@example.test", mailbox=False)
    assert call("GET", path).json()["error"]["code"] == "MailboxNotEnabledForRESTAPI"


def test_only_users_of_the_cloud_are_disabled_there(admin: SandboxGraph, call: Call, ann: str) -> None:
    refused = message(call("PATCH", f"/users/{ann}", json={"usageLocation": "GB", "accountEnabled": False}))
    assert refused.startswith("400 Unable to update the specified properties for on-premises mastered Directory Sync")
    assert admin.state(ann)["usageLocation"] is None
    own = admin.sync_user(None, "cloud@example.test")
    assert call("PATCH", "/users/cloud@example.test", json={"accountEnabled": False}).status_code == 204
    assert admin.state(own)["accountEnabled"] is False
    for wrong in ({"usageLocation": "Britain"}, {"accountEnabled": "no"}, {"displayName": "X"}):
        assert call("PATCH", f"/users/{own}", json=wrong).status_code == 400


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("userPrincipalName eq 'ANN@example.test'", ["ann"]),
        ("userPrincipalName in ('ann@example.test', 'bob@example.test')", ["ann", "bob"]),
        ("onPremisesImmutableId in('AAAAAAAAAECAAAAAAAAAAQ==')", ["ann"]),
        ("userPrincipalName eq 'o''neil@example.test'", []),
    ],
)
def test_users_are_filtered(call: Call, ann: str, bob: str, condition: str, found: list[str]) -> None:
    ids = {"ann": ann, "bob": bob}
    answer = call("GET", "/users", params={"$filter": condition}).json()
    assert [one["id"] for one in answer["value"]] == [ids[name] for name in found]


@pytest.mark.parametrize(
    "params",
    [
        {"$filter": "mail in (" + ",".join(["'a'"] * 16) + ")"},
        {"$filter": "surname eq 'X'"},
        {"$filter": "mail eq 'a' or mail eq 'b'"},
        {"$select": "id,surprise"},
        {"$top": "1000"},
        {"$top": "0"},
    ],
)
def test_queries_that_graph_does_not_take_are_refused(call: Call, ann: str, params: dict[str, str]) -> None:
    del ann
    assert call("GET", "/users", params=params).status_code == 400


def test_next_links_lead_through_everybody(admin: SandboxGraph, call: Call) -> None:
    ids = [admin.sync_user(None, f"person-{one}@example.test") for one in range(7)]
    seen, path = [], "/users?$top=3&$select=id"
    while path:
        answer = call("GET", path).json()
        seen.append([one["id"] for one in answer["value"]])
        path = answer.get("@odata.nextLink", "").partition("/v1.0")[2]
    assert seen == [ids[:3], ids[3:6], ids[6:]]


def test_batch_answers_the_last_first_and_binary_in_base64(admin: SandboxGraph, call: Call, ann: str) -> None:
    kind = {"Content-Type": "image/jpeg"}
    picture = base64.b64encode(JPEG).decode()
    path = f"/users/{ann}/photo/$value"
    requests = [
        {"id": "a", "method": "PUT", "url": path, "headers": kind, "body": picture},
        {"id": "b", "method": "GET", "url": path.removeprefix("/")},
        {"id": "c", "method": "GET", "url": "/users/nobody"},
    ]
    answers = call("POST", "/$batch", json={"requests": requests}).json()["responses"]
    assert [(one["id"], one["status"]) for one in answers] == [("c", 404), ("b", 200), ("a", 200)]
    assert answers[1]["body"] == picture
    assert admin.state(ann)["photoSha256"] is not None


@pytest.mark.parametrize(
    "requests",
    [
        None,
        [],
        [{"id": "1", "method": "GET"}],
        [{"id": "1", "method": "GET", "url": "/users"}] * 2,
        [{"id": str(one), "method": "GET", "url": "/users"} for one in range(21)],
        [{"id": "1", "method": "POST", "url": "/users/x/revokeSignInSessions", "body": {}}],
    ],
)
def test_batch_that_is_none_is_refused(call: Call, requests: Any) -> None:
    assert call("POST", "/$batch", json={"requests": requests}).status_code == 400
