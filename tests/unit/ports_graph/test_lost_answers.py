"""Writes whose answers the simulated tenant loses: what is known of them, and that none is sent twice."""

from __future__ import annotations

from typing import Any

import pytest

from lifecycle.answer import NO_ANSWER
from lifecycle.cloud.licence import LicenceGrant
from lifecycle.cloud.operation import AddCloudMembers, AssignLicences, CloudOperation, SetPhoto, SetUsageLocation
from lifecycle.ports.graph.client import MicrosoftGraph
from sandbox.graph.client import SandboxGraph
from tests.support.graph_people import DONE, JPEG, People, located, locations

E3 = "05e9a617-0261-4cee-bb44-138d3ef5d965"


def test_write_whose_answer_is_lost_is_unknown_and_reading_shows_the_truth(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    identities = people(2)
    operations = located(graph, identities)
    second = operations[1]
    assert isinstance(second, SetUsageLocation)
    admin.faults(commit_then_504={"place": "item", "path": second.user})
    first, lost = graph.send(operations)
    assert first == DONE
    assert (lost.code, lost.unknown, lost.description) == (NO_ANSWER, True, "the server answered 504")
    users = graph.users(identities, ())
    assert {user.usage_location for user in users.values()} == {"GB"}
    assert admin.tenant()["requests"]["item PATCH /users/{id}"] == 2  # sent once


def test_lost_batch_leaves_all_of_it_unknown_and_the_rest_unsent(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    operations = located(graph, people(25))
    admin.faults(commit_then_504={"place": "batch"})
    answers = graph.send(operations)
    assert {answer.code for answer in answers} == {NO_ANSWER}
    assert [answer.description for answer in answers].count("not sent") == 5
    assert locations(admin).count("GB") == 20


@pytest.mark.parametrize("fault", ["truncated_json", "unavailable"])
def test_batch_without_a_readable_answer_is_unknown(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, fault: str
) -> None:
    operations = located(graph, people(2))
    admin.faults(**{fault: {"place": "batch"}})
    assert [answer.unknown for answer in graph.send(operations)] == [True, True]
    assert locations(admin) == (["GB", "GB"] if fault == "truncated_json" else [None, None])


def test_item_that_is_missing_in_the_answer_is_unknown(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    operations = located(graph, people(3))
    admin.faults(lost_item={"place": "item"})
    lost, *others = graph.send(operations)
    assert (lost.unknown, others) == (True, [DONE, DONE])
    assert locations(admin) == ["GB"] * 3


def test_item_that_is_missing_is_unknown_also_beside_one_that_stays_throttled(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    operations = located(graph, people(3))
    lost, throttled = operations[0], operations[1]
    assert isinstance(lost, SetUsageLocation)
    assert isinstance(throttled, SetUsageLocation)
    admin.faults(
        lost_item={"place": "item", "path": lost.user},
        rate_limited={"place": "item", "path": throttled.user, "times": None, "retry_after_s": 1},
    )
    first, second, third = graph.send(operations)
    assert (first.unknown, second.code, third) == (True, 429, DONE)
    assert sorted(map(str, locations(admin))) == ["GB", "GB", "None"]


def test_operations_of_one_user_keep_their_order(graph: MicrosoftGraph, admin: SandboxGraph, people: People) -> None:
    users = graph.users(people(12), ()).values()
    group = admin.make_group("Visio", {"VISIOCLIENT": []})
    operations: list[CloudOperation] = []
    for user in users:
        operations += [SetUsageLocation(user.id, "GB"), AssignLicences(user.id, add=(LicenceGrant(E3),))]
    operations.append(AddCloudMembers(group, tuple(user.id for user in users)))
    assert graph.send(operations) == [DONE] * 25
    assert all(len(user["licenseAssignmentStates"]) == 2 for user in admin.tenant()["users"])


def test_photo_is_throttled_lost_and_refused_like_other_writes(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, clock: Any
) -> None:
    (identity,) = people(1)
    user = graph.users([identity], ())[identity.guid].id
    admin.faults(rate_limited={"path": "photo", "retry_after_s": 5})
    assert (graph.send([SetPhoto(user, JPEG)]), clock.slept) == ([DONE], [5.0])
    admin.faults(commit_then_504={"path": "photo"})
    assert graph.send([SetPhoto(user, JPEG + b"!")])[0].unknown
    assert admin.tenant()["requests"]["single PUT /users/{id}/photo/$value"] == 3
    admin.faults(denied={"path": "photo"})
    refused = graph.send([SetPhoto(user, JPEG)])[0]
    assert (refused.code, refused.description) == (403, "Authorization_RequestDenied")
