"""The port against the simulated tenant: what was asked for is so in the tenant afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from lifecycle.answer import Answer
from lifecycle.cloud.automatic_replies import AutomaticReplies
from lifecycle.cloud.licence import AssignmentPath, LicenceGrant, assignment_paths, given_back, removable
from lifecycle.cloud.operation import (
    AddCloudMembers,
    AssignLicences,
    RemoveCloudMembers,
    RemovePhoto,
    RevokeSessions,
    SetAutomaticReplies,
    SetCloudAccountEnabled,
    SetPhoto,
    SetUsageLocation,
)
from lifecycle.cloud.user import CloudIdentity, CloudPart, CloudUser, photo_digest
from lifecycle.ports.graph.client import MicrosoftGraph
from sandbox.graph.client import SandboxGraph
from sandbox.graph.objects import EXCHANGE, TEAMS

People = Callable[[int], list[CloudIdentity]]
DONE = Answer(0, "success")
ALREADY = Answer(0, "already so")
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
EVERYTHING = frozenset(CloudPart)


def read(graph: MicrosoftGraph, identity: CloudIdentity) -> CloudUser:
    return graph.users([identity], EVERYTHING)[identity.guid]


def sku(graph: MicrosoftGraph, part_number: str) -> str:
    return next(one.sku_id for one in graph.skus().values() if one.part_number == part_number)


def test_users_are_read_whole(graph: MicrosoftGraph, admin: SandboxGraph, people: People) -> None:
    (identity,) = people(1)
    admin.give_licence(identity.guid, "SPE_E3", disabled_plans=[TEAMS])
    group = admin.make_group("Visio", {"VISIOCLIENT": []})
    admin.join(group, identity.guid)
    user, shown = read(graph, identity), admin.state(identity.guid)
    assert (user.id, user.user_principal_name) == (shown["id"], "person-0@example.test")
    assert (user.on_premises_immutable_id, user.synced) == (identity.immutable_id, True)
    assert (user.account_enabled, user.usage_location) == (True, "GB")
    assert assignment_paths(user.licences) == {
        sku(graph, "SPE_E3"): AssignmentPath.DIRECT,
        sku(graph, "VISIOCLIENT"): AssignmentPath.INHERITED,
    }
    assert {one.disabled_plans for one in user.licences} == {(TEAMS,), ()}
    assert user.group_ids == {group}
    assert (user.photo_sha256, user.read) == (None, EVERYTHING)
    assert user.automatic_replies == AutomaticReplies(external_audience="all")
    assert user.sign_in_sessions_valid_from is not None


def test_users_that_are_not_there_are_absent(graph: MicrosoftGraph, people: People) -> None:
    known = people(2)
    unknown = CloudIdentity("00000000-0000-4000-8000-000000000009", "o'nobody+1@example.test")
    assert graph.users([*known, unknown], EVERYTHING).keys() == {one.guid for one in known}
    assert graph.users([], EVERYTHING) == {}


def test_users_without_a_mailbox_have_no_replies(graph: MicrosoftGraph, admin: SandboxGraph, people: People) -> None:
    (identity,) = people(1)
    admin.sync_user(identity.guid, identity.user_principal_name, mailbox=False)
    assert read(graph, identity).automatic_replies is None
    refused = graph.send([SetAutomaticReplies(read(graph, identity).id, AutomaticReplies())])[0]
    assert (refused.code, refused.description) == (404, "MailboxNotEnabledForRESTAPI")


def test_user_of_the_cloud_is_found_by_name(graph: MicrosoftGraph, admin: SandboxGraph) -> None:
    identity = CloudIdentity("00000000-0000-4000-8000-000000000001", "Ann@Example.test")
    number = admin.sync_user(None, "ann@example.test")
    found = graph.users([identity], ())[identity.guid]
    assert (found.id, found.on_premises_immutable_id, found.synced) == (number, None, False)


def test_user_of_that_name_with_another_immutable_id_is_somebody_else(
    graph: MicrosoftGraph, admin: SandboxGraph
) -> None:
    admin.sync_user("00000000-0000-4000-8000-000000000002", "ann@example.test")
    identity = CloudIdentity("00000000-0000-4000-8000-000000000001", "ann@example.test")
    assert graph.users([identity], ()) == {}


def test_immutable_id_counts_before_the_name(graph: MicrosoftGraph, admin: SandboxGraph) -> None:
    """After a rename the account's user still bears the old name, and somebody new may bear the new one."""
    own = admin.sync_user("00000000-0000-4000-8000-000000000001", "old@example.test")
    admin.sync_user(None, "new@example.test")
    identity = CloudIdentity("00000000-0000-4000-8000-000000000001", "new@example.test")
    assert graph.users([identity], ())[identity.guid].id == own


def test_name_that_two_accounts_bear_finds_nobody(graph: MicrosoftGraph, admin: SandboxGraph) -> None:
    admin.sync_user(None, "ann@example.test")
    both = [CloudIdentity(f"00000000-0000-4000-8000-00000000000{one}", "ann@example.test") for one in (1, 2)]
    assert graph.users(both, ()) == {}


def test_licences_direct_inherited_and_mixed_are_removed_and_given_back(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    (identity,) = people(1)
    e3, e5, visio = (sku(graph, name) for name in ("SPE_E3", "SPE_E5", "VISIOCLIENT"))
    admin.give_licence(identity.guid, "SPE_E3", disabled_plans=[TEAMS, EXCHANGE])
    admin.give_licence(identity.guid, "SPE_E5")
    group = admin.make_group("Staff", {"SPE_E5": [TEAMS], "VISIOCLIENT": []})
    admin.join(group, identity.guid)
    before = read(graph, identity)
    removal = removable(before.licences)
    assert removal.remove == tuple(sorted([e3, e5]))
    assert {kept.sku_id: kept.group_ids for kept in removal.kept} == {e5: (group,), visio: (group,)}

    assert graph.send([AssignLicences(before.id, remove=removal.remove)]) == [DONE]
    stripped = read(graph, identity)
    assert set(assignment_paths(stripped.licences).items()) == {
        (e5, AssignmentPath.INHERITED),
        (visio, AssignmentPath.INHERITED),
    }
    refused = graph.send([AssignLicences(before.id, remove=(visio,))])[0]
    assert (refused.code, refused.description) == (400, "licence-inherited")
    assert graph.send([RemoveCloudMembers(group, (before.id,))]) == [DONE]
    assert read(graph, identity).licences == ()

    back = given_back(before.licences, read(graph, identity).licences, removal.remove)
    assert graph.send([AddCloudMembers(group, (before.id,)), AssignLicences(before.id, add=back)]) == [DONE, DONE]
    assert read(graph, identity) == before
    assert admin.tenant()["products"][0]["consumedUnits"] == 1


def test_removing_a_licence_that_is_not_there_is_done_already(graph: MicrosoftGraph, people: People) -> None:
    user = read(graph, people(1)[0])
    e3, e5 = sku(graph, "SPE_E3"), sku(graph, "SPE_E5")
    assert graph.send([AssignLicences(user.id, remove=(e3,)), AssignLicences(user.id)]) == [ALREADY, ALREADY]
    both = graph.send([AssignLicences(user.id, remove=(e3, e5))])[0]
    assert (both.code, both.description) == (400, "licence-absent")


def test_refusals_of_licences_have_names(graph: MicrosoftGraph, admin: SandboxGraph, people: People) -> None:
    first, second = (user.id for user in graph.users(people(2), ()).values())
    e3 = LicenceGrant(sku(graph, "SPE_E3"))
    unknown = LicenceGrant("00000000-0000-4000-8000-00000000000a")
    admin.set_units("SPE_E3", 1)

    def told(user: str, grant: LicenceGrant) -> tuple[int, str]:
        answer = graph.send([AssignLicences(user, add=(grant,))])[0]
        return answer.code, answer.description

    assert told(first, e3) == (400, "usage-location-missing")
    # One user's operations keep their order, so the country is there before the licence.
    assert graph.send([SetUsageLocation(first, "GB"), AssignLicences(first, add=(e3,))]) == [DONE, DONE]
    assert graph.send([SetUsageLocation(second, "GB")]) == [DONE]
    assert told(second, e3) == (400, "no-licences-left")
    assert told(second, unknown) == (400, "product-unknown")
    assert graph.skus()[e3.sku_id].free == 0


def test_photo_goes_there_and_back(graph: MicrosoftGraph, admin: SandboxGraph, people: People) -> None:
    (identity,) = people(1)
    user = read(graph, identity)
    assert graph.send([SetPhoto(user.id, JPEG)]) == [DONE]
    assert read(graph, identity).photo_sha256 == admin.state(user.id)["photoSha256"] == photo_digest(JPEG)
    assert graph.send([RemovePhoto(user.id), RemovePhoto(user.id)]) == [DONE, ALREADY]
    assert read(graph, identity).photo_sha256 is None
    refused = graph.send([SetPhoto(user.id, b"no picture")])[0]
    assert (refused.code, refused.ok, len(refused.detail)) == (400, False, 36)


def test_sessions_are_revoked(graph: MicrosoftGraph, admin: SandboxGraph, people: People) -> None:
    (identity,) = people(1)
    user = read(graph, identity)
    before = admin.state(user.id)["signInSessionsValidFromDateTime"]
    assert graph.send([RevokeSessions(user.id)]) == [DONE]
    after = read(graph, identity).sign_in_sessions_valid_from
    assert after is not None
    assert after.strftime("%Y-%m-%dT%H:%M:%SZ") == admin.state(user.id)["signInSessionsValidFromDateTime"] >= before


def test_members_are_added_and_removed_whoever_is_there_already(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    ids = tuple(user.id for user in graph.users(people(25), ()).values())
    group = admin.make_group("Staff")
    admin.join(group, ids[3])
    assert graph.send([AddCloudMembers(group, ids)]) == [DONE]
    assert set(admin.tenant()["groups"][0]["members"]) == set(ids)
    assert graph.send([AddCloudMembers(group, ids[:2])]) == [ALREADY]
    assert graph.send([RemoveCloudMembers(group, ids[:24]), RemoveCloudMembers(group, ids[:2])]) == [DONE, ALREADY]
    assert admin.tenant()["groups"][0]["members"] == [ids[24]]
    nobody = "00000000-0000-4000-8000-00000000000a"
    partly = graph.send([AddCloudMembers(group, (ids[0], nobody))])[0]
    assert (partly.code, partly.description) == (404, "Request_ResourceNotFound; 0 unknown, 1 refused of 2")


def test_automatic_replies_are_set_and_what_was_read_can_be_set_again(
    graph: MicrosoftGraph, admin: SandboxGraph, people: People
) -> None:
    (identity,) = people(1)
    user = read(graph, identity)
    setting = AutomaticReplies(
        status="scheduled",
        external_audience="contactsOnly",
        internal_message="Left on Friday.",
        external_message="<html><body>Write to the front desk.</body></html>",
        start=datetime(2026, 11, 27, 17, 0, tzinfo=UTC),
        end=datetime(2026, 12, 27, 17, 0, tzinfo=UTC),
    )
    assert graph.send([SetAutomaticReplies(user.id, setting)]) == [DONE]
    shown = admin.state(user.id)["automaticRepliesSetting"]
    assert shown["scheduledStartDateTime"] == {"dateTime": "2026-11-27T17:00:00.0000000", "timeZone": "UTC"}
    found = read(graph, identity).automatic_replies
    assert found is not None
    assert (found.status, found.start, found.end) == ("scheduled", setting.start, setting.end)
    assert "Left on Friday." in found.internal_message
    assert found.external_message == setting.external_message
    assert user.automatic_replies is not None
    undo = [SetAutomaticReplies(user.id, user.automatic_replies), SetAutomaticReplies(user.id, found)]
    assert graph.send(undo) == [DONE, DONE]
    assert read(graph, identity).automatic_replies == found


def test_only_a_user_of_the_cloud_is_enabled_and_disabled_there(graph: MicrosoftGraph, admin: SandboxGraph) -> None:
    own = admin.sync_user(None, "ann@example.test")
    synced = admin.sync_user("00000000-0000-4000-8000-000000000002", "bob@example.test")
    done, refused = graph.send(
        [SetCloudAccountEnabled(own, enabled=False), SetCloudAccountEnabled(synced, enabled=False)]
    )
    assert done == DONE
    assert (refused.code, refused.description) == (400, "synced-from-active-directory")
    assert [admin.state(one)["accountEnabled"] for one in (own, synced)] == [False, True]


def test_skus_say_what_is_left(graph: MicrosoftGraph, admin: SandboxGraph, people: People) -> None:
    for identity in people(3):
        admin.give_licence(identity.guid, "SPE_E5")
    e5 = graph.skus()[sku(graph, "SPE_E5")]
    assert (e5.consumed, e5.enabled, e5.free) == (3, 100, 97)


@pytest.mark.parametrize("count", [1, 20, 45])
def test_users_cost_few_requests(graph: MicrosoftGraph, admin: SandboxGraph, people: People, count: int) -> None:
    identities = people(count)
    found = graph.users(identities, EVERYTHING)
    assert found.keys() == {one.guid for one in identities}
    asked = admin.tenant()["requests"]
    assert asked["batch POST /$batch"] == 1 + 3 * -(-count // 20)
    assert asked["item GET /users"] == -(-count // 15)
