"""Writing to the directory: operations go out over one connection, several outstanding, answers come back in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import ldap3

from lifecycle.answer import NO_ANSWER, Answer, Permit, freely
from lifecycle.directory import dn
from lifecycle.directory.account import Value
from lifecycle.directory.conversion import encoded
from lifecycle.directory.operation import (
    AddUser,
    ChangeMembers,
    DeleteUser,
    Modify,
    Move,
    Operation,
    RestoreUser,
    SetPassword,
)
from lifecycle.directory.schema import AttributeFacts, Schema, Syntax
from lifecycle.directory.values import password_bytes, wire
from lifecycle.errors import DirectoryUnavailableError
from lifecycle.ports.directory.connection import Session, answer, translated
from lifecycle.ports.directory.preparation import Preparation
from lifecycle.ports.directory.search import SHOW_DELETED, Control

WINDOW = 32
"""Operations outstanding at once; more connections would make a directory slower, not faster."""

PERMISSIVE: Control = ("1.2.840.113556.1.4.1413", False, None)
"""A member that is there already is no error ([MS-ADTS] 3.1.1.3.4.1.8); Samba knows it, and refuses all the same."""
TREE_DELETE: Control = ("1.2.840.113556.1.4.805", True, None)
"""An object goes with all that stands below it ([MS-ADTS] 3.1.1.3.4.1.15)."""

NO_RESTORING = "the right Reanimate Tombstones on the domain, or to create users there, is missing"
_INSUFFICIENT_ACCESS = 50
_LOST = Answer(NO_ANSWER, "not sent")
_NOTHING_TO_PREPARE = Preparation()


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


def send(
    session: Session, operations: Sequence[Operation], schema: Schema, preparation: Preparation = _NOTHING_TO_PREPARE,
    permit: Permit = freely,
) -> list[Answer]:  # fmt: skip
    """Send operations in order and collect the answers.

    The schema says how values are encoded; an attribute without facts is taken for text. What the preparation refuses
    is not sent. A connection that breaks leaves :data:`NO_ANSWER` for everything not answered: whoever called must look
    it up.
    """
    answers = [_LOST] * len(operations)
    outstanding: deque[tuple[int, int]] = deque()

    def collect() -> None:
        position, message = outstanding.popleft()
        _, result = session.result(message, "write")
        answers[position] = _told(operations[position], answer(result))

    try:
        for position, operation in enumerate(operations):
            if position in preparation.refused:
                answers[position] = preparation.refused[position]
                continue
            if len(outstanding) >= WINDOW:
                collect()
            permit()
            with translated("write"):
                outstanding.append((position, _ask(session.ldap, operation, schema, preparation)))
        while outstanding:
            collect()
    except DirectoryUnavailableError as error:
        # The answers that came are worth keeping; the caller sees which did not, and why.
        lost = Answer(NO_ANSWER, error.description)
        return [lost if one is _LOST else one for one in answers]
    return answers


def _told(operation: Operation, told: Answer) -> Answer:
    """The answer, with the right that is missing where the directory does not name it."""
    if isinstance(operation, RestoreUser) and told.code == _INSUFFICIENT_ACCESS:
        return replace(told, detail=NO_RESTORING)
    return told


def _ask(ldap: ldap3.Connection, operation: Operation, schema: Schema, preparation: Preparation) -> int:
    message: int
    match operation:
        case AddUser():
            attributes: dict[str, Any] = {
                name: _encoded(name, value, schema) for name, value in operation.attributes.items()
            }
            attributes["unicodePwd"] = password_bytes(operation.password)
            message = ldap.add(operation.dn, ["top", "person", "organizationalPerson", "user"], attributes)
        case Modify():
            values = {
                name: [(ldap3.MODIFY_REPLACE, [] if value is None else _encoded(name, value, schema))]
                for name, value in operation.replace.items()
            }
            message = ldap.modify(by_guid(operation.guid), values)
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
            message = ldap.modify(by_guid(operation.group_guid), {"member": members}, controls=[PERMISSIVE])
        case DeleteUser():
            message = ldap.delete(by_guid(operation.guid), controls=[TREE_DELETE] if operation.tree else None)
        case RestoreUser():
            reanimate = {
                "isDeleted": [(ldap3.MODIFY_DELETE, [])],
                "distinguishedName": [(ldap3.MODIFY_REPLACE, [operation.dn])],
            }
            message = ldap.modify(preparation.deleted_dns[operation.guid], reanimate, controls=[SHOW_DELETED])
        case SetPassword():
            message = ldap.modify(by_guid(operation.guid), _password(operation))
    return message


def _password(operation: SetPassword) -> dict[str, list[tuple[str, list[str] | list[bytes]]]]:
    """One write, so that a password is never set without what belongs to it."""
    new: dict[str, list[str] | list[bytes]] = {
        "unicodePwd": [password_bytes(operation.password)],
        "pwdLastSet": ["0" if operation.must_change else "-1"],
    }
    if operation.unlock:
        new["lockoutTime"] = ["0"]
    return {name: [(ldap3.MODIFY_REPLACE, values)] for name, values in new.items()}


def by_guid(guid: str) -> str:
    """The form in which an object is addressed by its GUID ([MS-ADTS] 3.1.1.3.1.2.4)."""
    return f"<GUID={guid}>"


def _encoded(name: str, value: Value, schema: Schema) -> list[str] | list[bytes]:
    facts = schema.get(name) or AttributeFacts(name)
    return list(map(by_guid, wire(value))) if facts.syntax is Syntax.REFERENCE else encoded(facts, value)
