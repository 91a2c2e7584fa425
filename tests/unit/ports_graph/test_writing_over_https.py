"""Writing against small APIs that answer what Graph never should."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lifecycle.cloud.operation import AddCloudMembers, RevokeSessions, SetUsageLocation
from lifecycle.errors import RunLockedError
from tests.support.graph_by_hand import Graph, refused
from tests.support.https_api import Reply
from tests.support.permits import permit_for


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


def test_nothing_is_sent_once_the_permit_is_withdrawn(reach: Callable[..., Any]) -> None:
    api = Graph(lambda _: {"status": 204})
    with reach(api) as graph, pytest.raises(RunLockedError):
        graph.send([SetUsageLocation(str(number), "GB") for number in range(45)], permit_for(2))
    assert len(api.items) == 40, "two batches"


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
