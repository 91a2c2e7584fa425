"""Reading an account whole, and the looks before a delete, where the directory says less than it should."""

from __future__ import annotations

from typing import Any

import pytest

from lifecycle.answer import Answer
from lifecycle.directory.operation import PROTECTED, DeleteUser, Modify, RestoreUser
from lifecycle.errors import DirectoryError
from lifecycle.ports.directory.deleted import read_deleted
from lifecycle.ports.directory.preparation import HIDDEN, NAME_TAKEN, NOT_DELETED, Preparation, prepare
from lifecycle.ports.directory.snapshots import forbids_deletion, read_snapshot
from tests.support.descriptors import descriptor

GUID, CHILD, OTHER = (f"0f1e2d3c-0000-4444-8888-00000000000{n}" for n in range(3))
SUCCESS, GONE = {"result": 0, "description": "success"}, {"result": 32, "description": "noSuchObject"}
REFUSED = {"result": 50, "description": "insufficientAccessRights"}
FAILED = {"result": 1, "description": "operationsError"}
FREE, MARKED = descriptor(), descriptor(protected=True)
SID = bytes.fromhex("010100000000000100000000")


class PlayedSession:
    """Answers searches in turn; it is its own connection."""

    def __init__(self, *answers: tuple[list[dict[str, Any]], dict[str, Any]]) -> None:
        self.answers, self.asked = answers, list[dict[str, Any]]()

    @property
    def ldap(self) -> PlayedSession:
        """The session plays its connection too."""
        return self

    def search(self, base: str, condition: str, scope: str, **details: Any) -> int:
        """Keep the question."""
        self.asked.append({"base": base, "condition": condition, "scope": scope, **details})
        return len(self.asked) - 1

    def result(self, message: int, _operation: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The answer to a message."""
        return self.answers[message]


def found(guid: str = GUID, **raw: bytes) -> dict[str, Any]:
    values = {name: [value] for name, value in raw.items()}
    return {"type": "searchResEntry", "dn": f"<GUID={guid}>;CN=a,DC=b", "raw_attributes": values}


def answer(*entries: dict[str, Any], result: dict[str, Any] = SUCCESS) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    return list(entries), result


def test_snapshot_asks_for_everything_but_the_audit_list() -> None:
    session = PlayedSession(answer(found(sn=b"Lee", nTSecurityDescriptor=MARKED)), answer(found(), found(CHILD)))
    snapshot = read_snapshot(session, "DC=b", GUID)
    assert snapshot is not None
    assert (snapshot.raw("sn"), snapshot.children_guids) == ([b"Lee"], (CHILD,))
    assert snapshot.protected_from_deletion
    assert "nTSecurityDescriptor" not in snapshot.attributes
    assert session.asked[0]["attributes"] == ["*", "nTSecurityDescriptor"]
    (_, descriptor_control) = session.asked[0]["controls"]
    assert bytes(descriptor_control[2])[-1] == 7


def test_account_that_is_gone_has_no_snapshot() -> None:
    assert read_snapshot(PlayedSession(answer()), "DC=b", GUID) is None


@pytest.mark.parametrize(
    "answers",
    [
        [answer(found(sn=b"Lee"))],
        [answer(result=FAILED)],
        [answer(result=REFUSED)],
        [answer(found(nTSecurityDescriptor=FREE)), answer(result=GONE)],
    ],
)
def test_snapshot_that_would_not_be_whole_is_an_error(answers: list[tuple[list[Any], dict[str, Any]]]) -> None:
    with pytest.raises(DirectoryError):
        read_snapshot(PlayedSession(*answers), "DC=b", GUID)


@pytest.mark.parametrize(
    ("entries", "tree", "forbidden"),
    [
        ([found(nTSecurityDescriptor=FREE)], False, False),
        ([found(nTSecurityDescriptor=MARKED)], False, True),
        ([found()], False, True),
        ([found(nTSecurityDescriptor=b"rubbish")], False, True),
        ([found(nTSecurityDescriptor=FREE), found(CHILD, nTSecurityDescriptor=MARKED)], True, True),
        ([found(nTSecurityDescriptor=FREE), found(CHILD)], True, True),
        ([found(nTSecurityDescriptor=FREE), found(CHILD, nTSecurityDescriptor=FREE)], True, False),
    ],
)
def test_only_a_mark_that_can_be_seen_to_be_absent_permits(entries: list[Any], tree: bool, forbidden: bool) -> None:
    session = PlayedSession(answer(*entries))
    assert forbids_deletion(session, GUID, tree=tree) is forbidden
    assert session.asked[0]["scope"] == ("SUBTREE" if tree else "BASE")


def test_what_is_gone_forbids_nothing_but_a_failed_look_is_an_error() -> None:
    assert not forbids_deletion(PlayedSession(answer(result=GONE)), GUID, tree=False)
    with pytest.raises(DirectoryError):
        forbids_deletion(PlayedSession(answer(result=FAILED)), GUID, tree=False)


def test_deleted_accounts_are_read_without_asking_for_rights_when_all_are_there() -> None:
    session = PlayedSession(answer(found(objectSid=SID, lastKnownParent=b"<GUID=1>;OU=x", sAMAccountName=b"ann")))
    (deleted,) = read_deleted(session, "DC=b", [GUID]).values()
    assert (deleted.dn, deleted.sid) == ("CN=a,DC=b", "S-1-1-0")
    assert (deleted.last_known_parent_dn, deleted.account_name) == ("OU=x", "ann")


@pytest.mark.parametrize("hidden", [answer(), answer(found()), answer(result=GONE), answer(result=REFUSED)])
def test_absence_is_believed_only_where_the_container_can_be_read(hidden: tuple[list[Any], dict[str, Any]]) -> None:
    with pytest.raises(DirectoryError, match="right to list and read"):
        read_deleted(PlayedSession(answer(), hidden), "DC=b", [GUID])
    assert read_deleted(PlayedSession(answer(), answer(found(objectClass=b"top"))), "DC=b", [GUID]) == {}


def test_failed_read_of_deleted_objects_is_an_error() -> None:
    with pytest.raises(DirectoryError, match="operationsError"):
        read_deleted(PlayedSession(answer(result=FAILED)), "DC=b", [GUID])


def test_ordinary_operations_need_no_look() -> None:
    session = PlayedSession()
    assert prepare(session, "DC=b", [Modify(GUID, {"sn": "a"})]) == Preparation({}, {})
    assert session.asked == []


def test_preparation_refuses_what_must_not_be_sent() -> None:
    operations = [DeleteUser(GUID), RestoreUser(CHILD, "CN=a"), RestoreUser(OTHER, "CN=b"), Modify(GUID, {})]
    opened = answer(found(objectClass=b"top"))
    session = PlayedSession(answer(found(CHILD)), opened, answer(found(nTSecurityDescriptor=MARKED)))
    prepared = prepare(session, "DC=b", operations)
    assert prepared == Preparation({0: PROTECTED, 2: NOT_DELETED}, {CHILD: "CN=a,DC=b"})
    assert "CN=a" not in repr(prepared)


@pytest.mark.parametrize(("holder", "refused"), [("Ann", {0: NAME_TAKEN}), (None, {})])
def test_account_name_that_is_taken_is_not_given_twice(holder: str | None, refused: dict[int, Answer]) -> None:
    deleted = answer(found(objectClass=b"top", sAMAccountName=b"ann"))
    holders = answer(*([found(OTHER, sAMAccountName=holder.encode())] if holder else []))
    session = PlayedSession(deleted, holders)
    assert prepare(session, "DC=b", [RestoreUser(GUID, "CN=a")]).refused == refused
    assert session.asked[1]["condition"] == "(|(sAMAccountName=ann))"


def test_preparation_says_when_deleted_objects_are_hidden() -> None:
    refused: dict[int, Answer] = {0: HIDDEN}
    assert prepare(PlayedSession(answer(), answer()), "DC=b", [RestoreUser(GUID, "CN=a")]).refused == refused
    with pytest.raises(DirectoryError, match="operationsError"):
        prepare(PlayedSession(answer(result=FAILED)), "DC=b", [RestoreUser(GUID, "CN=a")])
