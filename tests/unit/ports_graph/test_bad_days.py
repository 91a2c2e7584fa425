"""The port on bad days of the simulated tenant: what it waits for, what it repeats, and what nobody knows."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.cloud.licence import LicenceGrant
from lifecycle.cloud.operation import (
    AddCloudMembers,
    AssignLicences,
    CloudOperation,
    RevokeSessions,
    SetPhoto,
    SetUsageLocation,
)
from lifecycle.cloud.user import CloudIdentity, CloudPart
from lifecycle.errors import (
    TargetAuthorizationError,
    TargetContractError,
    TargetError,
    TargetUnavailableError,
)
from lifecycle.ports.graph.client import MicrosoftGraph
from lifecycle.ports.graph.connection import ClientSecret
from sandbox.graph.client import SandboxGraph
from tests.support.simulated_graph import CLIENT_SECRET, THREAD, SimulatedGraph

People = Callable[[int], list[CloudIdentity]]
DONE = Answer(0, "success")
JPEG = b"\xff\xd8\xff\xe0 a picture"
E3 = "05e9a617-0261-4cee-bb44-138d3ef5d965"


def locations(admin: SandboxGraph) -> list[str | None]:
    return [user["usageLocation"] for user in admin.tenant()["users"]]


def located(graph: MicrosoftGraph, identities: list[CloudIdentity]) -> list[CloudOperation]:
    return [SetUsageLocation(user.id, "GB") for user in graph.users(identities, ()).values()]


def test_batch_of_45_users_with_one_item_throttled(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, clock: Any
) -> None:
    operations = located(graph, people(45))
    admin.faults(rate_limited={"place": "item", "method": "PATCH", "after": 25, "retry_after_s": 7})
    assert graph.send(operations) == [DONE] * 45
    assert locations(admin) == ["GB"] * 45
    assert clock.slept == [7.0]
    asked = admin.tenant()["requests"]
    # three batches, and one more with the throttled item alone
    assert asked["item PATCH /users/{id}"] == 46


def test_throttled_batch_is_sent_again(graph: MicrosoftGraph, admin: SandboxGraph, people: People, clock: Any) -> None:
    operations = located(graph, people(3))
    admin.faults(rate_limited={"place": "batch", "retry_after_s": 30})
    assert graph.send(operations) == [DONE] * 3
    assert (locations(admin), clock.slept) == (["GB"] * 3, [30.0])


def test_write_that_stays_throttled_was_not_carried_out(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    operations = located(graph, people(3))
    second = operations[1]
    assert isinstance(second, SetUsageLocation)
    admin.faults(rate_limited={"place": "item", "path": second.user, "times": None, "retry_after_s": 1})
    first, throttled, third = graph.send(operations)
    assert (first, third) == (DONE, DONE)
    assert (throttled.code, throttled.description, throttled.ok) == (429, "TooManyRequests", False)
    assert sorted(map(str, locations(admin))) == ["GB", "GB", "None"]


def test_tenant_that_stays_throttled_ends_the_sending(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    operations = located(graph, people(41))
    admin.faults(rate_limited={"place": "batch", "times": None, "retry_after_s": 1})
    answers = graph.send(operations)
    assert [answer.code for answer in answers] == [429] * 20 + [NO_ANSWER] * 21
    assert locations(admin) == [None] * 41
    assert admin.tenant()["requests"]["batch POST /$batch"] == 4  # one finds the users, three are attempts


def test_patience_is_over_before_another_pause_would_be(
    open_client: Callable[..., MicrosoftGraph], admin: SandboxGraph, people: People, clock: Any
) -> None:
    graph = open_client(patience_s=60.0)
    identities = people(1)
    admin.faults(unavailable={"place": "batch", "times": None, "retry_after_s": 40})
    with pytest.raises(TargetUnavailableError):
        graph.users(identities, ())
    assert clock.slept == [40.0]
    assert admin.tenant()["requests"]["batch POST /$batch"] == 2


def test_silence_longer_than_the_patience_is_not_waited_for(
    open_client: Callable[..., MicrosoftGraph], admin: SandboxGraph, people: People, clock: Any
) -> None:
    graph = open_client(patience_s=60.0)
    operations = located(graph, people(1))
    admin.faults(rate_limited={"place": "item", "retry_after_s": 3600})
    assert graph.send(operations)[0].code == 429
    with pytest.raises(TargetUnavailableError, match="silence asked for"):
        graph.skus()
    assert clock.slept == []


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


@pytest.mark.parametrize("place", ["batch", "item"])
@pytest.mark.parametrize("kind", ["read", "write"])
def test_token_that_ends_in_mid_run_is_renewed_once(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, place: str, kind: str
) -> None:
    identities = people(3)
    operations = located(graph, identities)
    admin.faults(expired_token={"place": place})
    if kind == "write":
        assert graph.send(operations) == [DONE] * 3
        assert locations(admin) == ["GB"] * 3
    else:
        assert len(graph.users(identities, {CloudPart.GROUPS})) == 3
    assert admin.tenant()["token_exchanges"] == 2


def test_item_that_is_refused_with_a_good_token_gets_a_new_one(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    operations = located(graph, people(3))
    admin.faults(refused_item={"place": "item"})
    assert graph.send(operations) == [DONE] * 3
    assert (locations(admin), admin.tenant()["token_exchanges"]) == (["GB"] * 3, 2)


@pytest.mark.parametrize("place", ["batch", "item"])
def test_new_token_that_is_refused_too_is_a_matter_of_authorization(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, place: str
) -> None:
    identities = people(1)
    operations = located(graph, identities)
    admin.faults(refused_item={"place": place, "times": None})
    with pytest.raises(TargetAuthorizationError, match="InvalidAuthenticationToken") as refused:
        graph.users(identities, ())
    assert refused.value.code == 401
    answer = graph.send(operations)[0]
    assert not answer.ok
    assert locations(admin) == [None]


@pytest.mark.parametrize("place", ["batch", "item"])
@pytest.mark.parametrize("fault", ["unavailable", "rate_limited", "commit_then_504"])
def test_reads_outlive_what_is_transient(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, place: str, fault: str
) -> None:
    identities = people(25)
    admin.faults(**{fault: {"place": place, "times": 2}})
    assert len(graph.users(identities, frozenset(CloudPart))) == 25


@pytest.mark.parametrize("place", ["batch", "item"])
def test_read_that_stays_away_is_an_error_and_no_empty_answer(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, place: str
) -> None:
    identities = people(2)
    admin.faults(unavailable={"place": place, "times": None})
    with pytest.raises(TargetUnavailableError, match="serviceNotAvailable") as away:
        graph.users(identities, ())
    assert away.value.code == 503
    with pytest.raises(TargetUnavailableError):
        graph.skus()


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ({"denied": {"place": "item", "path": "photo"}}, TargetAuthorizationError),
        ({"denied": {"place": "item", "path": "/users"}}, TargetAuthorizationError),
        ({"lost_item": {"place": "item", "path": "memberOf", "times": None}}, TargetContractError),
        ({"truncated_json": {"place": "batch", "times": None}}, TargetContractError),
    ],
)
def test_read_that_is_not_whole_is_an_error(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People, faults: dict[str, Any], error: type[TargetError]
) -> None:
    identities = people(2)
    admin.faults(**faults)
    with pytest.raises(error) as refused:
        graph.users(identities, frozenset(CloudPart))
    assert type(refused.value) is error
    assert "example.test" not in str(refused.value)


def test_user_deleted_while_it_is_read_is_absent(
    running: SimulatedGraph, graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    """The tenant loses one between the list and the reading of its parts."""
    identities = people(3)
    tenant = running.simulator.tenant
    found = tenant.groups_of

    def losing(user: Any) -> Any:
        if user.user_principal_name == "person-1@example.test":
            tenant.remove(user)
        return found(user)

    admin.faults(slow={"place": "item", "path": "memberOf", "seconds": 0.001})
    tenant.groups_of = losing  # type: ignore[method-assign]
    try:
        read = graph.users(identities, {CloudPart.GROUPS, CloudPart.PHOTO})
    finally:
        tenant.groups_of = found  # type: ignore[method-assign]
    assert read.keys() == {identities[0].guid, identities[2].guid}


def test_both_credentials_bring_a_token(
    running: SimulatedGraph, open_client: Callable[..., MicrosoftGraph], admin: SandboxGraph
) -> None:
    for credential in (ClientSecret(CLIENT_SECRET), running.certificate):
        assert len(open_client(credential=credential).skus()) == 3
    assert admin.tenant()["token_exchanges"] == 2


def test_token_is_kept_while_it_is_good(graph: MicrosoftGraph, admin: SandboxGraph, people: People) -> None:
    operations = located(graph, people(2))
    graph.send(operations)
    graph.skus()
    assert admin.tenant()["token_exchanges"] == 1


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"credential": ClientSecret("canary-wrong")}, "invalid_client"),
        ({"client_id": "another"}, "unauthorized_client"),
        ({"tenant": "other.onmicrosoft.test"}, "tenant is not known"),
    ],
)
def test_wrong_application_is_told_before_anything_is_sent(
    open_client: Callable[..., MicrosoftGraph], admin: SandboxGraph, people: People, changes: Any, problem: str
) -> None:
    people(1)
    graph = open_client(**changes)
    with pytest.raises(TargetAuthorizationError, match=problem) as refused:
        graph.send([RevokeSessions("00000000-0000-4000-8000-000000000001")])
    assert "canary" not in str(refused.value)
    with pytest.raises(TargetAuthorizationError, match=problem):
        graph.users([CloudIdentity("00000000-0000-4000-8000-000000000001", "")], ())
    assert admin.tenant()["requests"] == {}


def test_certificate_of_somebody_else_is_refused(
    running: SimulatedGraph, open_client: Callable[..., MicrosoftGraph]
) -> None:
    wrong = replace(running.certificate, thumbprint="0" * 40)
    with pytest.raises(TargetAuthorizationError, match="invalid_client"):
        open_client(credential=wrong).authorize()
    broken = replace(
        running.certificate, private_key="-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n"
    )
    with pytest.raises(TargetAuthorizationError, match="private key cannot be used") as refused:
        open_client(credential=broken).authorize()
    assert "canary" not in str(refused.value)
    assert refused.value.__cause__ is refused.value.__context__ is None


def test_logs_hold_no_secret_and_no_name(
    running: SimulatedGraph,
    open_client: Callable[..., MicrosoftGraph],
    people: People,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Also where somebody turns every library's log on."""
    caplog.set_level(logging.DEBUG)
    identities = [*people(2), CloudIdentity("00000000-0000-4000-8000-000000000009", "nobody@example.test")]
    for credential in (ClientSecret(CLIENT_SECRET), running.certificate):
        graph = open_client(credential=credential)
        graph.send(located(graph, identities))
        graph.users(identities, frozenset(CloudPart))
        graph.send([SetPhoto("nobody", JPEG)])
    own = [record for record in caplog.records if record.threadName != THREAD]
    told = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in own)
    assert "/$batch" in told  # httpx does log
    assert "event=" in told  # and so does MSAL
    tokens = running.simulator.tokens.values()
    assert len(tokens) >= 2
    for secret in (CLIENT_SECRET, "example.test", *tokens):
        assert secret not in told
    assert running.certificate.private_key.splitlines()[1] not in told
