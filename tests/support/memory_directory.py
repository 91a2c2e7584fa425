"""A directory in memory, for properties: it answers as a domain controller was seen to answer.

It keeps members and managers by GUID, so that ``memberOf`` and ``manager`` follow renames. Its result codes are those
of a Samba domain controller; the tests against a real one are elsewhere.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.directory import dn, uac
from lifecycle.directory.account import Account, DirectoryView, Group, Value
from lifecycle.directory.operation import AddUser, ChangeMembers, Modify, Move, Operation
from lifecycle.directory.schema import AttributeFacts, Syntax
from lifecycle.directory.usual_attributes import USUAL
from lifecycle.directory.values import wire
from lifecycle.errors import DirectoryUnavailableError

ALWAYS = ("sAMAccountName", "userPrincipalName", "mail", "proxyAddresses")
DONE = Answer(0, "success")
MISSING = Answer(32, "noSuchObject")
EXISTS = Answer(68, "entryAlreadyExists")
NOT_UNIQUE = Answer(19, "constraintViolation")
UNWILLING = Answer(53, "unwillingToPerform")
LOST = Answer(NO_ANSWER, "no answer")
PRIVILEGED = frozenset({512, 518, 519, 544})
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


class MemoryDirectory:
    """Implements :class:`lifecycle.directory.operation.Directory`.

    Args:
        base_dn: defaultNamingContext.
        containers: Distinguished names of the OUs that exist.
        own_guid: The account that the product uses.

    Attributes:
        users: GUID → object; tests may change what an administrator would.
        members: GUID of a group → GUIDs of its direct members.
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

    def schema(self, attributes: Iterable[str]) -> dict[str, AttributeFacts]:
        """The usual facts; an attribute that is not usual is one text."""
        return {name: USUAL.get(name, AttributeFacts(name)) for name in (*attributes, "cn")}

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
        return Account(
            guid=user.guid, dn=user.dn, rid=user.rid, user_account_control=user.bits,
            attributes={name: user.attributes[name] for name in sorted(wanted) if name in user.attributes},
            group_guids=self.groups_of(user.guid), primary_group_rid=user.primary_group_rid,
            admin_count=user.admin_count, critical=user.critical,
        )  # fmt: skip

    def _need_connection(self) -> None:
        if self._broken:
            raise DirectoryUnavailableError("search", NO_ANSWER, "no connection")


def _stored(attributes: Mapping[str, Value]) -> dict[str, Value]:
    """Values as a directory keeps them: text, or several texts in an order of its own."""
    return {name: value[::-1] if isinstance(value, tuple) else str(value) for name, value in attributes.items()}


def _guid(number: int) -> str:
    """A GUID that looks like one and is the same in every run."""
    return str(uuid.uuid5(_GUIDS, str(number)))
