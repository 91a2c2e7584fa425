"""Operations as LDAP requests: what is sent, in which order, and what a broken connection leaves."""

from typing import Any

import ldap3
import pytest

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.directory.operation import AddUser, ChangeMembers, Modify, Move, Operation
from lifecycle.directory.usual_attributes import USUAL
from lifecycle.errors import DirectoryUnavailableError
from lifecycle.ports.directory.writer import WINDOW, send

ONE, TWO = "0f1e2d3c-0000-4444-8888-000000000001", "0f1e2d3c-0000-4444-8888-000000000002"


class PlayedSession:
    """Takes requests and says success; breaks at the n-th request or the n-th answer."""

    def __init__(self, *, break_request: int = -1, break_answer: int = -1) -> None:
        self.break_request, self.break_answer = break_request, break_answer
        self.sent: list[tuple[Any, ...]] = []
        self.outstanding = self.most_outstanding = 0

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

    def modify(self, name: str, changes: dict[str, Any]) -> int:
        """Take a modify."""
        return self._take("modify", name, changes)

    def modify_dn(self, name: str, relative: str, new_superior: str) -> int:
        """Take a rename or move."""
        return self._take("modify_dn", name, relative, new_superior)

    def result(self, message: int, operation: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The answer to a message."""
        if message == self.break_answer:
            raise DirectoryUnavailableError(operation, NO_ANSWER, "the connection ended")
        self.outstanding -= 1
        return [], {"result": 0, "description": f"success {message}"}


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
                (ldap3.MODIFY_ADD, [f"<GUID={TWO}>"]), (ldap3.MODIFY_DELETE, [f"<GUID={ONE}>"])]}),
        ),
        (
            ChangeMembers(ONE, add_guids=(TWO, ONE)),
            ("modify", f"<GUID={ONE}>", {"member": [(ldap3.MODIFY_ADD, [f"<GUID={TWO}>", f"<GUID={ONE}>"])]}),
        ),
    ],
)  # fmt: skip
def test_operation_is_sent_by_guid(operation: Operation, request_sent: tuple[Any, ...]) -> None:
    session = PlayedSession()
    assert send(session, [operation], USUAL) == [Answer(0, "success 0")]
    assert session.sent == [request_sent]


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
