"""Writing to the directory: operations go out over one connection, several outstanding, answers come back in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

import ldap3

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.directory import dn
from lifecycle.directory.account import Value
from lifecycle.directory.conversion import encoded
from lifecycle.directory.operation import AddUser, ChangeMembers, Modify, Move, Operation
from lifecycle.directory.schema import AttributeFacts, Schema, Syntax
from lifecycle.directory.values import password_bytes, wire
from lifecycle.errors import DirectoryUnavailableError
from lifecycle.ports.directory.connection import Session, answer, translated

WINDOW = 32
"""Operations outstanding at once; more connections would make a directory slower, not faster."""

_LOST = Answer(NO_ANSWER, "not sent")


def written(operations: Iterable[Operation]) -> set[str]:
    """Names of the attributes that operations write, whose facts :func:`send` needs."""
    names = set[str]()
    for operation in operations:
        match operation:
            case AddUser():
                names |= operation.attributes.keys()
            case Modify():
                names |= operation.replace.keys()
    return names


def send(session: Session, operations: Sequence[Operation], schema: Schema) -> list[Answer]:
    """Send operations in order and collect the answers.

    The schema says how values are encoded; an attribute without facts is taken for text. A connection that breaks
    leaves :data:`NO_ANSWER` for everything not answered: whoever called must look it up.
    """
    answers = [_LOST] * len(operations)
    outstanding: deque[tuple[int, int]] = deque()
    try:
        for position, operation in enumerate(operations):
            if len(outstanding) >= WINDOW:
                _collect(session, outstanding.popleft(), answers)
            with translated("write"):
                outstanding.append((position, _ask(session.ldap, operation, schema)))
        while outstanding:
            _collect(session, outstanding.popleft(), answers)
    except DirectoryUnavailableError as error:
        # The answers that came are worth keeping; the caller sees which did not, and why.
        lost = Answer(NO_ANSWER, error.description)
        return [lost if one is _LOST else one for one in answers]
    return answers


def _collect(session: Session, asked: tuple[int, int], answers: list[Answer]) -> None:
    position, message = asked
    _, result = session.result(message, "write")
    answers[position] = answer(result)


def _ask(ldap: ldap3.Connection, operation: Operation, schema: Schema) -> int:
    message: int
    match operation:
        case AddUser():
            attributes: dict[str, Any] = {
                name: _encoded(name, value, schema) for name, value in operation.attributes.items()
            }
            attributes["unicodePwd"] = password_bytes(operation.password)
            message = ldap.add(operation.dn, ["top", "person", "organizationalPerson", "user"], attributes)
        case Modify():
            replace = {
                name: [(ldap3.MODIFY_REPLACE, [] if value is None else _encoded(name, value, schema))]
                for name, value in operation.replace.items()
            }
            message = ldap.modify(by_guid(operation.guid), replace)
        case Move():
            message = ldap.modify_dn(
                by_guid(operation.guid), f"CN={dn.escape_value(operation.cn)}", new_superior=operation.parent_dn
            )
        case ChangeMembers():
            members = [
                (kind, list(map(by_guid, guids)))
                for kind, guids in (
                    (ldap3.MODIFY_ADD, operation.add_guids),
                    (ldap3.MODIFY_DELETE, operation.remove_guids),
                )
                if guids
            ]
            message = ldap.modify(by_guid(operation.group_guid), {"member": members})
    return message


def by_guid(guid: str) -> str:
    """The form in which an object is addressed by its GUID ([MS-ADTS] 3.1.1.3.1.2.4)."""
    return f"<GUID={guid}>"


def _encoded(name: str, value: Value, schema: Schema) -> list[str] | list[bytes]:
    facts = schema.get(name) or AttributeFacts(name)
    return list(map(by_guid, wire(value))) if facts.syntax is Syntax.REFERENCE else encoded(facts, value)
