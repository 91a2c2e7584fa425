"""The port against small APIs that answer what Graph never should."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lifecycle.cloud.operation import AddCloudMembers, RevokeSessions, SetUsageLocation
from lifecycle.cloud.user import CloudIdentity, CloudPart
from lifecycle.errors import (
    ConfigurationError,
    TargetAuthorizationError,
    TargetContractError,
    TargetError,
    TargetUnavailableError,
)
from lifecycle.ports.graph.client import MicrosoftGraph, open_graph
from lifecycle.ports.graph.connection import ClientSecret, GraphConnection
from tests.support.https_api import Asked, Authority, FakeApi, Reply, serve

GUID = "03020100-0504-0706-0809-0a0b0c0d0e0f"
IDENTITY = CloudIdentity(GUID, "o'neil+1@example.test")
USER: dict[str, Any] = {
    "id": "8D4F2C1E-0000-4000-8000-000000000001",
    "userPrincipalName": "o'neil+1@example.test",
    "onPremisesImmutableId": IDENTITY.immutable_id,
    "onPremisesSyncEnabled": True,
    "accountEnabled": True,
    "usageLocation": None,
    "licenseAssignmentStates": [],
    "signInSessionsValidFromDateTime": "2026-11-25T18:59:00.1234567Z",
}
Answer = Callable[[dict[str, Any]], Any]
"""One request of a batch → its response without the id, or None to leave it out."""


class Graph(FakeApi):
    """An authority and a Graph whose batches are answered item by item."""

    def __init__(self, item: Answer, **others: Reply) -> None:
        super().__init__(self._answered)
        self.item, self.others, self.host = item, others, ""

    @property
    def items(self) -> list[dict[str, Any]]:
        """Every request inside a batch."""
        bodies = [json.loads(one.body) for one in self.asked if one.path.endswith("/$batch")]
        return [item for body in bodies for item in body["requests"]]

    def _answered(self, asked: Asked) -> Reply:
        if asked.path.endswith("openid-configuration"):
            token = f"https://{self.host}/acme.test/oauth2/v2.0/token"
            addresses = {"authorization_endpoint": token, "token_endpoint": token, "issuer": token}
            return self.others.get("discovery", Reply(addresses))
        if asked.path.endswith("/token"):
            token_answer = {"token_type": "Bearer", "expires_in": 3599, "access_token": "canary-token"}
            return self.others.get("token", Reply(token_answer))
        if "batch" in self.others:
            return self.others["batch"]
        answered = [(item["id"], self.item(item)) for item in json.loads(asked.body)["requests"]]
        return Reply({"responses": [{"id": number, **answer} for number, answer in answered if answer is not None]})


def page(*records: Any, link: str | None = None) -> dict[str, Any]:
    return {"status": 200, "body": {"value": list(records), **({"@odata.nextLink": link} if link else {})}}


def refused(status: int, code: str) -> dict[str, Any]:
    return {"status": status, "body": {"error": {"code": code, "message": "canary"}}}


class Stage:
    """One server for all small APIs: starting one costs more than most tests."""

    api: FakeApi

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let whichever is on stage answer."""
        await self.api(scope, receive, send)


@pytest.fixture(scope="session")
def stage(authority: Authority) -> Iterator[tuple[Stage, str]]:
    made = Stage()
    with serve(made, authority) as host:
        yield made, host


@pytest.fixture
def reach(stage: tuple[Stage, str], authority: Authority, clock: Any) -> Callable[..., Any]:
    """Opens a client of a small API."""

    @contextmanager
    def opened(api: Graph, **changes: Any) -> Iterator[MicrosoftGraph]:
        server, host = stage
        server.api, api.host = api, host
        values: dict[str, Any] = {
            "tenant": "acme.test", "client_id": "app", "credential": ClientSecret("canary-secret"),
            "authority_host": host, "graph_host": host, "ca_file": authority.ca_file, "timeout_s": 20.0,
        }  # fmt: skip
        connection = GraphConnection(**(values | changes))
        with open_graph(connection, clock=clock, sleep=clock.sleep, now=clock.now) as graph:
            yield graph

    return opened


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


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_write_that_the_server_gave_up_on_is_unknown_and_not_repeated(reach: Callable[..., Any], status: int) -> None:
    api = Graph(lambda _: refused(status, "UnknownError"))
    with reach(api) as graph:
        answer = graph.send([RevokeSessions("u")])[0]
    assert (answer.unknown, answer.description) == (True, f"the server answered {status}")
    assert len(api.items) == 1


@pytest.mark.parametrize("reply", [Reply("{}", 503), Reply("<html>", 200), Reply({"responses": 5}), Reply("", 302)])
def test_batch_that_is_not_answered_is_unknown_and_not_repeated(reach: Callable[..., Any], reply: Reply) -> None:
    api = Graph(lambda _: None, batch=reply)
    with reach(api) as graph:
        answers = graph.send([SetUsageLocation(str(number), "GB") for number in range(21)])
    assert {answer.unknown for answer in answers} == {True}
    assert [answer.description for answer in answers].count("not sent") == 1
    assert len(api.items) == 20


@pytest.mark.parametrize("status", [400, 403, 413])
def test_batch_that_is_refused_as_a_whole_was_not_carried_out(reach: Callable[..., Any], status: int) -> None:
    api = Graph(lambda _: None, batch=Reply({"error": {"code": "BadRequest", "message": "canary"}}, status))
    with reach(api) as graph:
        answers = graph.send([SetUsageLocation(str(number), "GB") for number in range(21)])
    assert [(one.code, one.description) for one in answers[:20]] == [(status, "BadRequest")] * 20
    assert (answers[20].unknown, answers[20].description) == (True, "not sent")


def test_identifiers_lead_nowhere_else(reach: Callable[..., Any]) -> None:
    api = Graph(lambda _: {"status": 204})
    with reach(api) as graph:
        graph.send([RevokeSessions("../groups/g"), AddCloudMembers("g?x", ("a",)), SetUsageLocation("a/b", "GB")])
    assert [item["url"] for item in api.items] == [
        "/users/..%2Fgroups%2Fg/revokeSignInSessions",
        "/groups/g%3Fx/members/$ref",
        "/users/a%2Fb",
    ]


def test_several_requests_of_one_operation_are_summed_up(reach: Callable[..., Any]) -> None:
    answers = {
        "a": {"status": 204},
        "b": refused(504, "UnknownError"),
        "c": refused(403, "Authorization_RequestDenied"),
    }
    api = Graph(lambda request: answers[request["body"]["@odata.id"][-1]])
    with reach(api) as graph:
        all_three, refused_one = graph.send([AddCloudMembers("g", ("a", "b", "c")), AddCloudMembers("h", ("a", "c"))])
    assert all_three.unknown
    assert all_three.description == "the server answered 504; 1 unknown, 1 refused of 3"
    assert (refused_one.code, refused_one.ok) == (403, False)


def test_known_refusal_is_recognised_in_a_400_only(reach: Callable[..., Any]) -> None:
    def item(request: dict[str, Any]) -> Any:
        message = "One or more added object references already exist for the following modified properties: 'members'."
        status = 400 if request["url"].startswith("/groups/g/") else 409
        return {"status": status, "body": {"error": {"code": "Request_BadRequest", "message": message}}}

    with reach(Graph(item)) as graph:
        already, refused_one = graph.send([AddCloudMembers("g", ("a",)), AddCloudMembers("h", ("b",))])
    assert (already.ok, refused_one.code, refused_one.description) == (True, 409, "Request_BadRequest")


@pytest.mark.parametrize(
    ("others", "error", "told"),
    [
        ({"discovery": Reply("<html>", 404)}, TargetContractError, "no JSON"),
        ({"discovery": Reply({"error": "invalid_tenant"}, 400)}, TargetAuthorizationError, "tenant is not known"),
        ({"discovery": Reply({}, 503)}, TargetUnavailableError, "503"),
        ({"token": Reply({}, 503)}, TargetUnavailableError, "503"),
        ({"token": Reply({}, 429, {"Retry-After": "7"})}, TargetUnavailableError, "throttled"),
        ({"token": Reply('{"access_token": "canary', 200)}, TargetContractError, "no JSON"),
        ({"token": Reply({"token_type": "Bearer"}, 200)}, TargetAuthorizationError, "no token"),
        ({"token": Reply({"error": "invalid_client", "error_codes": [7000222]}, 401)}, TargetAuthorizationError,
         r"invalid_client \(7000222\)"),
        ({"discovery": Reply({"issuer": "x"})}, TargetContractError, "does not name its addresses"),
        ({"discovery": Reply(["canary"])}, TargetContractError, "no JSON object"),
        ({"token": Reply({"token_type": "Bearer", "access_token": "canary\nx", "expires_in": 9})},
         TargetAuthorizationError, "no token"),
        ({"token": Reply({"error": "invalid_grant", "error_codes": "canary"}, 401)}, TargetAuthorizationError,
         r"invalid_grant \(400\)"),
        ({"token": Reply({"error": "canary canary"}, 400)}, TargetAuthorizationError, "no token"),
        ({"token": Reply("", 302, {"Location": "https://elsewhere.test"})}, TargetContractError, "redirect"),
    ],
)  # fmt: skip
def test_authority_that_gives_no_token_is_told_before_anything_is_sent(
    reach: Callable[..., Any], caplog: pytest.LogCaptureFixture, others: Any, error: type[TargetError], told: str
) -> None:
    api = Graph(lambda _: {"status": 200}, **others)
    with reach(api) as graph, pytest.raises(error, match=told) as raised:
        graph.send([RevokeSessions("u")])
    assert type(raised.value) is error
    assert "canary" not in str(raised.value) + caplog.text
    assert api.items == []


def test_secret_is_sent_to_no_other_host_than_the_authority(reach: Callable[..., Any], authority: Authority) -> None:
    """Also not where the authority itself names another."""
    elsewhere = FakeApi(lambda _: Reply({}))
    with serve(elsewhere, authority) as host:
        token = f"https://{host}/token"
        addresses = {"authorization_endpoint": f"https://{host}/acme.test", "token_endpoint": token, "issuer": token}
        with (
            reach(Graph(lambda _: None, discovery=Reply(addresses))) as graph,
            pytest.raises(TargetContractError, match="names another host"),
        ):
            graph.authorize()
    assert elsewhere.asked == []


def test_authority_that_is_busy_is_waited_for(reach: Callable[..., Any], clock: Any) -> None:
    busy = Reply({}, 429, {"Retry-After": "7"})
    good = Reply({"token_type": "Bearer", "expires_in": 3599, "access_token": "canary-token"})
    api = Graph(lambda _: page(), token=busy)

    def answered(asked: Asked, answer: Callable[[Asked], Reply] = api.answer) -> Reply:
        reply = answer(asked)
        if asked.path.endswith("/token"):
            api.others["token"] = good
        return reply

    api.answer = answered
    with reach(api) as graph:
        assert graph.skus() == {}
    assert clock.slept == [7.0]


def test_certificate_of_an_unknown_authority_is_not_trusted(reach: Callable[..., Any]) -> None:
    api = Graph(lambda _: page())
    with reach(api, ca_file=None) as graph, pytest.raises(ConfigurationError, match="not trusted"):
        graph.skus()
    assert api.asked == []


def test_nobody_who_listens_is_unavailable(reach: Callable[..., Any]) -> None:
    with (
        reach(Graph(lambda _: page()), authority_host="localhost:1") as graph,
        pytest.raises(TargetUnavailableError, match="no connection"),
    ):
        graph.skus()


def test_requests_are_paced(reach: Callable[..., Any], clock: Any) -> None:
    """Two addresses and a token, then a batch each."""
    with reach(Graph(lambda _: page()), requests_per_window=4, window_s=10.0) as graph:
        for _ in range(6):
            graph.skus()
    assert clock.slept == [10.0]
