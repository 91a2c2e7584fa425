"""Operations as LDAP requests: what is sent, in which order, and what a broken connection leaves."""

from typing import Any

import ldap3
import pytest

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.directory.operation import (
    PROTECTED,
    AddUser,
    ChangeMembers,
    DeleteUser,
    Modify,
    Move,
    Operation,
    RestoreUser,
    SetPassword,
)
from lifecycle.directory.usual_attributes import USUAL
from lifecycle.errors import DirectoryUnavailableError, RunLockedError
from lifecycle.ports.directory.preparation import Preparation
from lifecycle.ports.directory.writer import NO_RESTORING, WINDOW, send
from tests.support.permits import permit_for

ONE, TWO = "0f1e2d3c-0000-4444-8888-000000000001", "0f1e2d3c-0000-4444-8888-000000000002"


PERMISSIVE, TREE_DELETE, SHOW_DELETED = (f"1.2.840.113556.1.4.{number}" for number in (1413, 805, 417))
BURIED = "CN=a\\0ADEL:1,CN=Deleted Objects,DC=b"


def oid(control: tuple[str, bool, Any]) -> str:
    return control[0]


class PlayedSession:
    """Takes requests and says success; breaks at the n-th request or the n-th answer."""

    def __init__(self, *, break_request: int = -1, break_answer: int = -1) -> None:
        self.break_request, self.break_answer = break_request, break_answer
        self.sent: list[tuple[Any, ...]] = []
        self.outstanding = self.most_outstanding = 0
        self.results = dict[int, dict[str, Any]]()

    @property
    def ldap(self) -> "PlayedSession":
        """The session plays its connection too."""
        return self

    def _take(self, *request: Any) -> int:
        if len(self.sent) == self.break_request:
            raise ConnectionResetError
        self.sent.append(request)
        self.outstanding += 1
        self.most_outstanding = max(self.most_outstanding, self.outstanding)
        return len(self.sent) - 1

    def add(self, name: str, classes: list[str], attributes: dict[str, Any]) -> int:
        """Take an add."""
        return self._take("add", name, classes, attributes)

    def modify(self, name: str, changes: dict[str, Any], controls: list[Any] | None = None) -> int:
        """Take a modify."""
        return self._take("modify", name, changes, *map(oid, controls or ()))

    def delete(self, name: str, controls: list[Any] | None = None) -> int:
        """Take a delete."""
        return self._take("delete", name, *map(oid, controls or ()))

    def modify_dn(self, name: str, relative: str, new_superior: str) -> int:
        """Take a rename or move."""
        return self._take("modify_dn", name, relative, new_superior)

    def result(self, message: int, operation: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The answer to a message."""
        if message == self.break_answer:
            raise DirectoryUnavailableError(operation, NO_ANSWER, "the connection ended")
        self.outstanding -= 1
        return [], self.results.get(message, {"result": 0, "description": f"success {message}"})


@pytest.mark.parametrize(
    ("operation", "request_sent"),
    [
        (
            AddUser("CN=a,DC=b", {"sn": "Lee", "userAccountControl": 512, "manager": ONE}, "pw"),
            ("add", "CN=a,DC=b", ["top", "person", "organizationalPerson", "user"],
             {"sn": ["Lee"], "userAccountControl": ["512"], "manager": [f"<GUID={ONE}>"],
              "unicodePwd": '"pw"'.encode("utf-16-le")}),
        ),
        (
            Modify(ONE, {"title": None, "sn": "Lee", "proxyAddresses": ("a", "b"), "flag": True, "manager": TWO}),
            ("modify", f"<GUID={ONE}>",
             {"title": [(ldap3.MODIFY_REPLACE, [])], "sn": [(ldap3.MODIFY_REPLACE, ["Lee"])],
              "proxyAddresses": [(ldap3.MODIFY_REPLACE, ["a", "b"])], "flag": [(ldap3.MODIFY_REPLACE, ["TRUE"])],
              "manager": [(ldap3.MODIFY_REPLACE, [f"<GUID={TWO}>"])]}),
        ),
        (
            Modify(ONE, {"secretary": (ONE, TWO), "thumbnailPhoto": "/9g=", "msNPAllowDialin": "TRUE"}),
            ("modify", f"<GUID={ONE}>",
             {"secretary": [(ldap3.MODIFY_REPLACE, [f"<GUID={ONE}>", f"<GUID={TWO}>"])],
              "thumbnailPhoto": [(ldap3.MODIFY_REPLACE, [b"\xff\xd8"])],
              "msNPAllowDialin": [(ldap3.MODIFY_REPLACE, ["TRUE"])]}),
        ),
        (
            Modify(ONE, {"manager": None}),
            ("modify", f"<GUID={ONE}>", {"manager": [(ldap3.MODIFY_REPLACE, [])]}),
        ),
        (
            Move(ONE, "Smith, Jr.", "OU=Staff,DC=b"),
            ("modify_dn", f"<GUID={ONE}>", "CN=Smith\\, Jr.", "OU=Staff,DC=b"),
        ),
        (
            ChangeMembers(ONE, add_guids=(TWO,), remove_guids=(ONE,)),
            ("modify", f"<GUID={ONE}>", {"member": [
                (ldap3.MODIFY_ADD, [f"<GUID={TWO}>"]), (ldap3.MODIFY_DELETE, [f"<GUID={ONE}>"])]}, PERMISSIVE),
        ),
        (
            ChangeMembers(ONE, add_guids=(TWO, ONE)),
            ("modify", f"<GUID={ONE}>", {"member": [(ldap3.MODIFY_ADD, [f"<GUID={TWO}>", f"<GUID={ONE}>"])]},
             PERMISSIVE),
        ),
        (DeleteUser(ONE), ("delete", f"<GUID={ONE}>")),
        (DeleteUser(ONE, tree=True), ("delete", f"<GUID={ONE}>", TREE_DELETE)),
        (
            RestoreUser(ONE, "CN=a,DC=b"),
            ("modify", BURIED, {"isDeleted": [(ldap3.MODIFY_DELETE, [])],
             "distinguishedName": [(ldap3.MODIFY_REPLACE, ["CN=a,DC=b"])]}, SHOW_DELETED),
        ),
        (
            SetPassword(ONE, "pw"),
            ("modify", f"<GUID={ONE}>", {"unicodePwd": [(ldap3.MODIFY_REPLACE, ['"pw"'.encode("utf-16-le")])],
             "pwdLastSet": [(ldap3.MODIFY_REPLACE, ["0"])]}),
        ),
        (
            SetPassword(ONE, "pw", must_change=False, unlock=True),
            ("modify", f"<GUID={ONE}>", {"unicodePwd": [(ldap3.MODIFY_REPLACE, ['"pw"'.encode("utf-16-le")])],
             "pwdLastSet": [(ldap3.MODIFY_REPLACE, ["-1"])], "lockoutTime": [(ldap3.MODIFY_REPLACE, ["0"])]}),
        ),
    ],
)  # fmt: skip
def test_operation_is_sent_by_guid(operation: Operation, request_sent: tuple[Any, ...]) -> None:
    session = PlayedSession()
    assert send(session, [operation], USUAL, Preparation({}, {ONE: BURIED})) == [Answer(0, "success 0")]
    assert session.sent == [request_sent]


def test_what_was_refused_beforehand_is_not_sent() -> None:
    session = PlayedSession()
    operations = [Modify(ONE, {"sn": "a"}), DeleteUser(ONE), RestoreUser(TWO, "CN=a"), Modify(TWO, {"sn": "b"})]
    gone = Answer(32, "noSuchObject")
    answers = send(session, operations, USUAL, Preparation({1: PROTECTED, 2: gone}))
    assert answers == [Answer(0, "success 0"), PROTECTED, gone, Answer(0, "success 1")]
    assert [request[:2] for request in session.sent] == [("modify", f"<GUID={ONE}>"), ("modify", f"<GUID={TWO}>")]


def test_right_that_is_missing_for_restoring_is_named() -> None:
    session = PlayedSession()
    session.results = {number: {"result": 50, "description": "insufficientAccessRights"} for number in (0, 1)}
    answers = send(session, [RestoreUser(ONE, "CN=a"), DeleteUser(TWO)], USUAL, Preparation({}, {ONE: BURIED}))
    assert [one.detail for one in answers] == [NO_RESTORING, ""]


def test_passwords_are_not_shown() -> None:
    assert "s3cret" not in repr(SetPassword(ONE, "s3cret"))


def test_answers_come_in_the_order_of_the_operations_within_a_window() -> None:
    session = PlayedSession()
    answers = send(session, [Modify(ONE, {"sn": str(number)}) for number in range(3 * WINDOW)], USUAL)
    assert answers == [Answer(0, f"success {number}") for number in range(3 * WINDOW)]
    assert session.most_outstanding == WINDOW


def test_nothing_to_send_sends_nothing() -> None:
    assert send(PlayedSession(), [], USUAL) == []


@pytest.mark.parametrize("broken", [0, 1, WINDOW - 1, WINDOW, 2 * WINDOW])
@pytest.mark.parametrize("where", ["break_request", "break_answer"])
def test_broken_connection_leaves_no_answer_for_what_was_not_answered(broken: int, where: str) -> None:
    """An answer that came is kept; for the rest nobody knows."""
    session = PlayedSession(**{where: broken})
    answers = send(session, [Modify(ONE, {"sn": str(number)}) for number in range(3 * WINDOW)], USUAL)
    assert len(answers) == 3 * WINDOW
    known = [one.ok for one in answers].index(False)
    assert [one.ok for one in answers] == [True] * known + [False] * (3 * WINDOW - known)
    assert all(one.unknown for one in answers[known:])
    assert known == (broken if where == "break_answer" else max(0, broken - WINDOW + (broken >= WINDOW)))


def test_nothing_is_sent_once_the_permit_is_withdrawn() -> None:
    session = PlayedSession()
    with pytest.raises(RunLockedError):
        send(session, [Modify(ONE, {"title": str(number)}) for number in range(5)], USUAL, permit=permit_for(2))
    assert len(session.sent) == 2
