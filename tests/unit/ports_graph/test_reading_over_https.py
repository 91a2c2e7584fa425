"""Reading against small APIs that answer what Graph never should."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lifecycle.cloud.user import CloudPart
from lifecycle.errors import TargetAuthorizationError, TargetContractError, TargetError, TargetUnavailableError
from tests.support.graph_by_hand import GUID, IDENTITY, USER, Graph, page, refused


def test_names_are_escaped_for_odata_and_for_addresses(reach: Callable[..., Any]) -> None:
    def item(request: dict[str, Any]) -> Any:
        return page(USER) if "userPrincipalName%20in" in request["url"] else page()

    api = Graph(item)
    with reach(api) as graph:
        found = graph.users([IDENTITY], ())
    assert found[GUID].id == USER["id"].lower()
    assert found[GUID].sign_in_sessions_valid_from is not None
    first, second = (one["url"].partition("$filter=")[2] for one in api.items)
    assert first == "onPremisesImmutableId%20in%20%28%27AAECAwQFBgcICQoLDA0ODw%3D%3D%27%29"
    assert second == "userPrincipalName%20in%20%28%27o%27%27neil%2B1%40example.test%27%29"
    assert "canary-secret" not in repr([one.everything for one in api.asked if "$batch" in one.path])


def test_user_whose_immutable_id_differs_in_case_is_somebody_else(reach: Callable[..., Any]) -> None:
    """Graph's filter has no regard to case."""
    other = {**USER, "onPremisesImmutableId": IDENTITY.immutable_id.swapcase()}
    with reach(Graph(lambda _: page(other))) as graph:
        assert graph.users([IDENTITY], ()) == {}


def test_two_users_with_one_immutable_id_are_an_error(reach: Callable[..., Any]) -> None:
    with (
        reach(Graph(lambda _: page(USER, {**USER, "id": "another"}))) as graph,
        pytest.raises(TargetContractError, match="two users bear one immutable id"),
    ):
        graph.users([IDENTITY], ())


def test_pages_are_walked_to_their_end(reach: Callable[..., Any]) -> None:
    def item(request: dict[str, Any]) -> Any:
        if "/memberOf" not in request["url"]:
            return page(USER)
        group = {"@odata.type": "#microsoft.graph.group"}
        if "skiptoken" in request["url"]:
            return page({**group, "id": "G2"}, {"@odata.type": "#microsoft.graph.directoryRole", "id": "role"})
        return page({**group, "id": "G1"}, link=f"https://{api.host}/v1.0{request['url']}&$skiptoken=a%2Bb%3D")

    api = Graph(item)
    with reach(api) as graph:
        assert graph.users([IDENTITY], {CloudPart.GROUPS})[GUID].group_ids == {"g1", "g2"}
    assert api.items[-1]["url"].endswith("/memberOf?$select=id&$top=999&$skiptoken=a%2Bb%3D")


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("https://elsewhere.test/v1.0/subscribedSkus?$skiptoken=x", "leads elsewhere"),
        ("http://{host}/v1.0/subscribedSkus?$skiptoken=x", "leads elsewhere"),
        ("https://canary@{host}/v1.0/subscribedSkus?$skiptoken=x", "leads elsewhere"),
        ("https://{host}/beta/subscribedSkus?$skiptoken=x", "leads elsewhere"),
        ("//{host}", "leads elsewhere"),
        ("https://{host}/v1.0/subscribedSkus", "in a circle"),
    ],
)
def test_next_link_that_leads_elsewhere_or_in_a_circle_is_not_followed(
    reach: Callable[..., Any], link: str, problem: str
) -> None:
    api = Graph(lambda _: page(link=link.format(host=api.host)))
    with reach(api) as graph, pytest.raises(TargetContractError, match=problem) as error:
        graph.skus()
    assert len(api.items) == 1
    assert "canary" not in str(error.value)


@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        (refused(404, "BadRequest"), TargetError, r"BadRequest \(404\)"),
        (refused(400, "Request_UnsupportedQuery"), TargetError, r"Request_UnsupportedQuery \(400\)"),
        (refused(403, "Authorization_RequestDenied"), TargetAuthorizationError, "403"),
        (refused(500, "UnknownError"), TargetUnavailableError, "500"),
        ({"status": 200}, TargetContractError, "no list"),
        ({"status": 200, "body": {"value": None}}, TargetContractError, "no list"),
        (page("canary"), TargetContractError, "lacks a property"),
        (page({**USER, "accountEnabled": None}), TargetContractError, "lacks a property"),
        (page({**USER, "licenseAssignmentStates": None}), TargetContractError, "lacks a property"),
        (page({**USER, "signInSessionsValidFromDateTime": "canary"}), TargetContractError, "lacks a property"),
        (page({name: value for name, value in USER.items() if name != "id"}), TargetContractError, "lacks a property"),
        (None, TargetContractError, "an answer is missing"),
    ],
)
def test_list_of_users_that_is_none_is_an_error_and_no_empty_answer(
    reach: Callable[..., Any], answer: Any, error: type[TargetError], told: str
) -> None:
    with reach(Graph(lambda _: answer)) as graph, pytest.raises(error, match=told) as raised:
        graph.users([IDENTITY], ())
    assert type(raised.value) is error
    assert "canary" not in str(raised.value)
    assert "neil" not in str(raised.value)


@pytest.mark.parametrize(
    ("part", "code", "field"),
    [
        (CloudPart.PHOTO, "ImageNotFound", "photo_sha256"),
        (CloudPart.PHOTO, "ErrorItemNotFound", "photo_sha256"),
        (CloudPart.AUTOMATIC_REPLIES, "MailboxNotEnabledForRESTAPI", "automatic_replies"),
    ],
)
def test_what_a_user_does_not_have_is_none(reach: Callable[..., Any], part: CloudPart, code: str, field: str) -> None:
    api = Graph(lambda request: page(USER) if request["url"].startswith("/users?") else refused(404, code))
    with reach(api) as graph:
        user = graph.users([IDENTITY], {part})[GUID]
    assert (getattr(user, field), user.read) == (None, {part})


@pytest.mark.parametrize("part", CloudPart)
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(404, "BadRequest"), TargetError),
        (refused(403, "ErrorAccessDenied"), TargetAuthorizationError),
        ({"status": 200, "body": 5}, TargetContractError),
    ],
)
def test_part_that_cannot_be_read_is_an_error(
    reach: Callable[..., Any], part: CloudPart, answer: Any, error: type[TargetError]
) -> None:
    api = Graph(lambda request: page(USER) if request["url"].startswith("/users?") else answer)
    with reach(api) as graph, pytest.raises(error) as raised:
        graph.users([IDENTITY], {part})
    assert type(raised.value) is error


@pytest.mark.parametrize("part", CloudPart)
def test_user_that_is_gone_when_its_parts_are_read_is_absent(reach: Callable[..., Any], part: CloudPart) -> None:
    gone = refused(404, "Request_ResourceNotFound")
    api = Graph(lambda request: page(USER) if request["url"].startswith("/users?") else gone)
    with reach(api) as graph:
        assert graph.users([IDENTITY], {part}) == {}


def test_requests_are_paced(reach: Callable[..., Any], clock: Any) -> None:
    """Two addresses and a token, then a batch each."""
    with reach(Graph(lambda _: page()), requests_per_window=4, window_s=10.0) as graph:
        for _ in range(6):
            graph.skus()
    assert clock.slept == [10.0]
