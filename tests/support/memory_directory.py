"""A directory in memory, for properties: it answers as a domain controller was seen to answer.

It keeps members and managers by GUID, so that ``memberOf`` and ``manager`` follow renames. Its result codes are those
of a Samba domain controller; the tests against a real one are elsewhere.
"""

from __future__ import annotations

import base64
import itertools
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.directory import dn, uac
from lifecycle.directory.account import Account, DirectoryView, Group, Value
from lifecycle.directory.conversion import encoded
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
from lifecycle.directory.schema import AttributeFacts, Schema, Syntax
from lifecycle.directory.snapshot import AccountSnapshot, DeletedAccount
from lifecycle.directory.usual_attributes import USUAL
from lifecycle.directory.values import wire
from lifecycle.errors import DirectoryError, DirectoryUnavailableError
from lifecycle.ports.directory.deleted import MISSING_RIGHT
from lifecycle.ports.directory.preparation import HIDDEN, NAME_TAKEN, NOT_DELETED
from tests.support.descriptors import descriptor

ALWAYS = ("sAMAccountName", "userPrincipalName", "mail", "proxyAddresses")
DONE = Answer(0, "success")
MISSING = Answer(32, "noSuchObject")
EXISTS = Answer(68, "entryAlreadyExists")
NOT_UNIQUE = Answer(19, "constraintViolation")
UNWILLING = Answer(53, "unwillingToPerform")
HAS_CHILDREN = Answer(66, "notAllowedOnNonLeaf")
NO_PARENT = Answer(1, "operationsError")
WEAK = Answer(19, "constraintViolation", "0000052D")
SHORTEST_PASSWORD = 7
COMPUTED = "msDS-User-Account-Control-Computed"
NOW = "134401072180459830"
"""What pwdLastSet becomes when a password is set, whenever that is."""
LOST = Answer(NO_ANSWER, "no answer")
PRIVILEGED = frozenset({512, 518, 519, 544})
_TEXT = AttributeFacts("")
_BACK_LINKS = {
    name: AttributeFacts(name, Syntax.REFERENCE, single_valued=False, writable=False, linked=True)
    for name in ("memberOf", "directReports")
}
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


class MemoryDirectory:
    """Implements :class:`lifecycle.directory.operation.Directory`.

    Args:
        base_dn: defaultNamingContext.
        containers: Distinguished names of the OUs that exist.
        own_guid: The account that the product uses.

    Attributes:
        users: GUID → object; tests may change what an administrator would.
        members: GUID of a group → GUIDs of its direct members.
        deleted_users: GUID → what is left of a deleted object.
        sees_deleted: Whether the product's account may list the deleted objects.
        sent: Every operation that was carried out.
        before_send, after_send: Called around each batch of operations; they may raise, as a kill would.
    """

    def __init__(self, base_dn: str, containers: Iterable[str], own_guid: str = "own") -> None:
        self.base_dn, self._own = base_dn, own_guid
        self._identity = str(uuid.uuid4())
        self._numbers = itertools.count(1100)
        self.containers = set(containers)
        self.users: dict[str, User] = {}
        self.group_objects: dict[str, Group] = {}
        self.members: dict[str, set[str]] = {}
        self.deleted_users: dict[str, User] = {}
        self.sees_deleted = True
        self.sent: list[Operation] = []
        self.before_send: Callable[[], None] = lambda: None
        self.after_send: Callable[[], None] = lambda: None
        self._breaks: tuple[int, int] | None = None
        self._broken = False

    # What an administrator does, to arrange a world.

    def new_user(self, name: str, *, enabled: bool = True, rid: int | None = None, **attributes: Value) -> str:
        """An account that somebody else made; answers its GUID."""
        number = rid or next(self._numbers)
        bits = uac.NORMAL_ACCOUNT if enabled else uac.disabled(uac.NORMAL_ACCOUNT)
        user = User(_guid(number), name, number, dict(attributes), bits)
        self.users[user.guid] = user
        return user.guid

    def new_group(self, name: str, *, rid: int | None = None, **marks: int) -> str:
        """A group; answers its GUID."""
        number = rid or next(self._numbers)
        group = Group(_guid(number), name, number, **marks)
        self.group_objects[group.guid], self.members[group.guid] = group, set()
        return group.guid

    def break_connection(self, answered: int, carried_out: int) -> None:
        """Break with the next batch: so many operations are answered, so many carried out (at least as many)."""
        self._breaks = answered, carried_out

    def reconnect(self) -> None:
        """A new connection."""
        self._breaks, self._broken = None, False

    def by_anchor(self, anchor: str) -> list[User]:
        """The users with this employeeID."""
        return [user for user in self.users.values() if user.attributes.get("employeeID") == anchor]

    def group_called(self, name: str) -> str:
        """The GUID of the group of this distinguished name."""
        return next(guid for guid, group in self.group_objects.items() if group.dn == name)

    def everything(self) -> dict[str, object]:
        """All that the directory holds, to be compared."""
        users = {guid: (user.dn, user.bits, dict(user.attributes)) for guid, user in self.users.items()}
        return {**users, **{group: frozenset(members) for group, members in self.members.items()}}

    def groups_of(self, guid: str) -> frozenset[str]:
        """The groups that name an account as a member."""
        return frozenset(group for group, members in self.members.items() if guid in members)

    # The port.

    def identity(self) -> str:
        """The domain."""
        return self._identity

    def own_guid(self) -> str:
        """The product's own account."""
        return self._own

    def view(self, attributes: Iterable[str]) -> DirectoryView:
        """Everything."""
        self._need_connection()
        wanted = {*ALWAYS, *attributes}
        return DirectoryView(
            base_dn=self.base_dn,
            accounts=tuple(self._account(user, wanted) for user in self.users.values()),
            groups=tuple(self.group_objects.values()),
            containers=frozenset(map(dn.key, self.containers)),
            privileged_guids=self.privileged_guids(),
            own_guid=self._own,
            other_names=frozenset(dn.leaf_value(group.dn).casefold() for group in self.group_objects.values()),
            other_dns=frozenset(dn.key(name) for name in (*self.containers, *self._group_dns())),
            schema=self.schema(wanted),
        )

    def schema(self, attributes: Iterable[str]) -> Schema:
        """The usual facts; an attribute that is not usual is one text."""
        return {name: _BACK_LINKS.get(name) or USUAL.get(name, AttributeFacts(name)) for name in (*attributes, "cn")}

    def groups(self) -> dict[str, Group]:
        """Every group."""
        self._need_connection()
        return dict(self.group_objects)

    def accounts(self, guids: Iterable[str], attributes: Iterable[str]) -> dict[str, Account]:
        """These accounts."""
        self._need_connection()
        wanted = {*ALWAYS, *attributes}
        return {guid: self._account(self.users[guid], wanted) for guid in guids if guid in self.users}

    def holders(self, attribute: str, values: Iterable[str], attributes: Iterable[str]) -> dict[str, list[Account]]:
        """Lower-case value → accounts."""
        self._need_connection()
        wanted, found = {value.casefold() for value in values}, {}
        for user in self.users.values():
            value = str(user.attributes.get(attribute, "")).casefold()
            if value in wanted:
                found.setdefault(value, []).append(self._account(user, {*ALWAYS, attribute, *attributes}))
        return found

    def privileged_guids(self) -> frozenset[str]:
        """Members of groups with a privileged RID."""
        self._need_connection()
        groups = [group.guid for group in self.group_objects.values() if group.rid in PRIVILEGED]
        return frozenset(member for group in groups for member in self.members[group])

    def snapshot(self, guid: str) -> AccountSnapshot | None:
        """One account whole."""
        self._need_connection()
        user = self.users.get(guid)
        if user is None:
            return None
        raw = {name: self._raw(name, value) for name, value in user.attributes.items()}
        raw["userAccountControl"] = [str(user.bits).encode()]
        raw["primaryGroupID"] = [str(user.primary_group_rid).encode()]
        raw["memberOf"] = [self._extended(group) for group in sorted(self.groups_of(guid))]
        raw["directReports"] = [
            self._extended(one.guid) for one in self.users.values() if one.attributes.get("manager") == guid
        ]
        return AccountSnapshot(
            guid=guid,
            dn=user.dn,
            attributes={
                name: tuple(base64.b64encode(value).decode() for value in values)
                for name, values in sorted(raw.items())
                if values
            },
            security_descriptor=base64.b64encode(descriptor(protected=user.protected)).decode(),
            group_guids=tuple(sorted(self.groups_of(guid))),
            children_guids=user.children,
        )

    def deleted(self, guids: Iterable[str]) -> dict[str, DeletedAccount]:
        """Those of these accounts that are deleted."""
        self._need_connection()
        if not self.sees_deleted:
            raise DirectoryError("search", 50, MISSING_RIGHT)
        return {
            guid: DeletedAccount(
                guid=guid,
                dn=f"CN={dn.leaf_value(user.dn)}\\0ADEL:{guid},CN=Deleted Objects,{self.base_dn}",
                sid=f"S-1-5-21-1-2-3-{user.rid}",
                last_known_parent_dn=dn.parent(user.dn),
                account_name=str(user.attributes.get("sAMAccountName", "")),
            )
            for guid in guids
            if (user := self.deleted_users.get(guid))
        }

    def send(self, operations: Sequence[Operation]) -> list[Answer]:
        """Carry operations out in order, unless the connection is to break."""
        self._need_connection()
        self.before_send()
        answered, carried_out = self._breaks if self._breaks and operations else (len(operations), len(operations))
        self._broken = bool(self._breaks and operations)
        answers = [self._carry_out(operation) for operation in operations[:carried_out]][:answered]
        self.after_send()
        return answers + [LOST] * (len(operations) - len(answers))

    # How a domain controller decides.

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
        self.users[_guid(number)] = User(
            _guid(number), operation.dn, number, _stored(attributes), int(str(bits)), password=operation.password
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
                if (kept := _without(_facts(name), value, user.guid)) is not None
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

    def _extended(self, guid: str) -> bytes:
        """A reference as the directory gives it to who asks for extended names."""
        name = self.group_objects[guid].dn if guid in self.group_objects else self.users[guid].dn
        return f"<GUID={guid}>;{name}".encode()

    def _raw(self, name: str, value: Value) -> list[bytes]:
        if _facts(name).syntax is Syntax.REFERENCE:
            return [self._extended(guid) for guid in wire(value)]
        return [one if isinstance(one, bytes) else one.encode() for one in encoded(_facts(name), value)]

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

    def _account(self, user: User, wanted: Iterable[str]) -> Account:
        locked = user.attributes.get("lockoutTime", "0") != "0"
        computed: dict[str, Value] = {COMPUTED: str(uac.LOCKOUT if locked else 0)} if COMPUTED in wanted else {}
        return Account(
            guid=user.guid, dn=user.dn, rid=user.rid, user_account_control=user.bits,
            attributes={name: user.attributes[name] for name in sorted(wanted) if name in user.attributes} | computed,
            group_guids=self.groups_of(user.guid), primary_group_rid=user.primary_group_rid,
            admin_count=user.admin_count, critical=user.critical,
        )  # fmt: skip

    def _need_connection(self) -> None:
        if self._broken:
            raise DirectoryUnavailableError("search", NO_ANSWER, "no connection")


def _stored(attributes: Mapping[str, Value]) -> dict[str, Value]:
    """Values as a directory keeps them: text, or several texts in an order of its own."""
    return {name: value[::-1] if isinstance(value, tuple) else str(value) for name, value in attributes.items()}


def _facts(name: str) -> AttributeFacts:
    return USUAL.get(name, _TEXT)


def _without(facts: AttributeFacts, value: Value, guid: str) -> Value | None:
    """A value that no longer names an object; None when nothing is left of it."""
    if facts.syntax is not Syntax.REFERENCE:
        return value
    if isinstance(value, tuple):
        return tuple(one for one in value if one != guid) or None
    return None if value == guid else value


def _guid(number: int) -> str:
    """A GUID that looks like one and is the same in every run."""
    return str(uuid.uuid5(_GUIDS, str(number)))
