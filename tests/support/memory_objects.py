"""The objects of a directory in memory, and how a domain controller was seen to decide on an operation.

Members and managers are kept by GUID, so that ``memberOf`` and ``manager`` follow renames. The result codes are those
of a Samba domain controller.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lifecycle.answer import Answer
from lifecycle.directory import dn, uac
from lifecycle.directory.account import Group, Value
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
from lifecycle.directory.schema import AttributeFacts, Syntax
from lifecycle.directory.usual_attributes import USUAL
from lifecycle.directory.values import wire
from lifecycle.ports.directory.preparation import HIDDEN, NAME_TAKEN, NOT_DELETED

DONE = Answer(0, "success")
MISSING = Answer(32, "noSuchObject")
EXISTS = Answer(68, "entryAlreadyExists")
NOT_UNIQUE = Answer(19, "constraintViolation")
UNWILLING = Answer(53, "unwillingToPerform")
HAS_CHILDREN = Answer(66, "notAllowedOnNonLeaf")
NO_PARENT = Answer(1, "operationsError")
WEAK = Answer(19, "constraintViolation", "0000052D")
SHORTEST_PASSWORD = 7
NOW = "134401072180459830"
"""What pwdLastSet becomes when a password is set, whenever that is."""
_TEXT = AttributeFacts("")
_GUIDS = uuid.UUID("6b1f3c52-0d59-4c5e-9d1a-5c1d6f0a7b11")


@dataclass(slots=True)
class User:
    """One user object, as it is now."""

    guid: str
    dn: str
    rid: int
    attributes: dict[str, Value]
    bits: int = uac.NORMAL_ACCOUNT
    primary_group_rid: int = 513
    admin_count: int = 0
    critical: bool = False
    password: str = field(default="", repr=False)
    protected: bool = False
    children: tuple[str, ...] = ()


class MemoryObjects:
    """Users, groups and OUs; tests may change what an administrator would.

    Args:
        containers: Distinguished names of the OUs that exist.

    Attributes:
        users: GUID → object.
        members: GUID of a group → GUIDs of its direct members.
        deleted_users: GUID → what is left of a deleted object.
        sees_deleted: Whether the product's account may list the deleted objects.
        sent: Every operation that was carried out.
    """

    def __init__(self, containers: Iterable[str]) -> None:
        self._numbers = itertools.count(1100)
        self.containers = set(containers)
        self.users: dict[str, User] = {}
        self.group_objects: dict[str, Group] = {}
        self.members: dict[str, set[str]] = {}
        self.deleted_users: dict[str, User] = {}
        self.sees_deleted = True
        self.sent: list[Operation] = []

    def _carry_out(self, operation: Operation) -> Answer:
        match operation:
            case AddUser():
                answer = self._add(operation)
            case Modify():
                answer = self._modify(operation)
            case Move():
                answer = self._move(operation)
            case ChangeMembers():
                answer = self._change_members(operation)
            case DeleteUser():
                answer = self._delete(operation)
            case RestoreUser():
                answer = self._restore(operation)
            case SetPassword():
                answer = self._set_password(operation)
        if answer.ok:
            self.sent.append(operation)
        return answer

    def _add(self, operation: AddUser) -> Answer:
        if dn.key(dn.parent(operation.dn)) not in set(map(dn.key, self.containers)):
            return MISSING
        attributes = dict(operation.attributes)
        refusal = self._refusal(attributes, "")
        if refusal or dn.key(operation.dn) in self._dns():
            return refusal or EXISTS
        number, bits = next(self._numbers), attributes.pop("userAccountControl", uac.disabled(uac.NORMAL_ACCOUNT))
        self.users[guid_of(number)] = User(
            guid_of(number), operation.dn, number, _stored(attributes), int(str(bits)), password=operation.password
        )
        return DONE

    def _modify(self, operation: Modify) -> Answer:
        user = self.users.get(operation.guid)
        if user is None:
            return MISSING
        refusal = self._refusal(operation.replace, user.guid)
        if refusal:
            return refusal
        replace = dict(operation.replace)
        user.bits = int(str(replace.pop("userAccountControl", user.bits)))
        kept = {name: value for name, value in user.attributes.items() if name not in replace}
        user.attributes = kept | _stored({name: value for name, value in replace.items() if value is not None})
        return DONE

    def _move(self, operation: Move) -> Answer:
        user = self.users.get(operation.guid)
        if user is None or dn.key(operation.parent_dn) not in set(map(dn.key, self.containers)):
            return MISSING
        target = dn.join("CN", operation.cn, operation.parent_dn)
        if dn.key(target) != dn.key(user.dn) and dn.key(target) in self._dns():
            return EXISTS
        # Its answer is spelled otherwise than the request.
        user.dn = f"CN={dn.escape_value(operation.cn).replace(chr(92) + ',', chr(92) + '2C')},{operation.parent_dn}"
        return DONE

    def _change_members(self, operation: ChangeMembers) -> Answer:
        members = self.members.get(operation.group_guid)
        if members is None or not self.users.keys() >= {*operation.add_guids, *operation.remove_guids}:
            return MISSING
        if members & set(operation.add_guids) or len(set(operation.add_guids)) < len(operation.add_guids):
            return EXISTS
        if set(operation.remove_guids) - members:
            return UNWILLING
        members |= set(operation.add_guids)
        members -= set(operation.remove_guids)
        return DONE

    def _delete(self, operation: DeleteUser) -> Answer:
        """The object goes, and whoever names it no longer does."""
        user = self.users.get(operation.guid)
        if user is None:
            return MISSING
        if user.protected:
            return PROTECTED
        if user.children and not operation.tree:
            return HAS_CHILDREN
        self.deleted_users[user.guid] = self.users.pop(user.guid)
        for members in self.members.values():
            members.discard(user.guid)
        for other in self.users.values():
            other.attributes = {
                name: kept
                for name, value in other.attributes.items()
                if (kept := _without(facts_of(name), value, user.guid)) is not None
            }
        return DONE

    def _restore(self, operation: RestoreUser) -> Answer:
        """Identity and account name come back, nothing else."""
        if not self.sees_deleted:
            return HIDDEN
        user = self.deleted_users.get(operation.guid)
        if user is None:
            return NOT_DELETED
        kept = {name: value for name, value in user.attributes.items() if name == "sAMAccountName"}
        if self._refusal(kept, user.guid):
            return NAME_TAKEN
        if dn.key(dn.parent(operation.dn)) not in set(map(dn.key, self.containers)):
            return NO_PARENT
        if dn.key(operation.dn) in self._dns():
            return EXISTS
        del self.deleted_users[user.guid]
        self.users[user.guid] = User(user.guid, operation.dn, user.rid, kept, user.bits)
        return DONE

    def _set_password(self, operation: SetPassword) -> Answer:
        user = self.users.get(operation.guid)
        if user is None:
            return MISSING
        if len(operation.password) < SHORTEST_PASSWORD:
            return WEAK
        user.password = operation.password
        user.attributes["pwdLastSet"] = "0" if operation.must_change else NOW
        if operation.unlock:
            user.attributes["lockoutTime"] = "0"
        return DONE

    def _refusal(self, attributes: Mapping[str, Value | None], guid: str) -> Answer | None:
        """Why these values cannot be written: unique ones that another object holds, references to nothing."""
        others = [user.attributes for user in self.users.values() if user.guid != guid]
        name = attributes.get("sAMAccountName")
        if name is not None and str(name).casefold() in {
            *(str(other.get("sAMAccountName", "")).casefold() for other in others),
            *(dn.leaf_value(group).casefold() for group in self._group_dns()),
        }:
            return EXISTS
        principal = attributes.get("userPrincipalName")
        if principal is not None and str(principal).casefold() in {
            str(other.get("userPrincipalName", "")).casefold() for other in others
        }:
            return NOT_UNIQUE
        named = {
            guid
            for attribute, value in attributes.items()
            if value is not None and USUAL.get(attribute, _TEXT).syntax is Syntax.REFERENCE
            for guid in wire(value)
        }
        return None if named <= {*self.users, *self.group_objects} else MISSING

    def _group_dns(self) -> list[str]:
        return [group.dn for group in self.group_objects.values()]

    def _dns(self) -> set[str]:
        return {dn.key(name) for name in (*self.containers, *self._group_dns(), *(u.dn for u in self.users.values()))}


def _stored(attributes: Mapping[str, Value]) -> dict[str, Value]:
    """Values as a directory keeps them: text, or several texts in an order of its own."""
    return {name: value[::-1] if isinstance(value, tuple) else str(value) for name, value in attributes.items()}


def facts_of(name: str) -> AttributeFacts:
    """The usual facts; an attribute that is not usual is one text."""
    return USUAL.get(name, _TEXT)


def _without(facts: AttributeFacts, value: Value, guid: str) -> Value | None:
    """A value that no longer names an object; None when nothing is left of it."""
    if facts.syntax is not Syntax.REFERENCE:
        return value
    if isinstance(value, tuple):
        return tuple(one for one in value if one != guid) or None
    return None if value == guid else value


def guid_of(number: int) -> str:
    """A GUID that looks like one and is the same in every run."""
    return str(uuid.uuid5(_GUIDS, str(number)))
