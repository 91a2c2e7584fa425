"""A directory in memory, for properties: it answers as a domain controller was seen to answer.

What it holds, and how it decides, stands in :mod:`tests.support.memory_objects`; the tests against a real one are
elsewhere.
"""

from __future__ import annotations

import base64
import itertools
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence

from lifecycle.answer import NO_ANSWER, Answer, Permit, freely
from lifecycle.directory import dn, uac
from lifecycle.directory.account import Account, DirectoryView, Group, Value
from lifecycle.directory.conversion import encoded
from lifecycle.directory.operation import Operation
from lifecycle.directory.schema import AttributeFacts, Schema, Syntax
from lifecycle.directory.snapshot import AccountSnapshot, DeletedAccount
from lifecycle.directory.usual_attributes import USUAL
from lifecycle.directory.values import wire
from lifecycle.errors import DirectoryError, DirectoryUnavailableError
from lifecycle.ports.directory.deleted import MISSING_RIGHT
from tests.support.descriptors import descriptor
from tests.support.memory_objects import MemoryObjects, User, facts_of, guid_of

ALWAYS = ("sAMAccountName", "userPrincipalName", "mail", "proxyAddresses")
COMPUTED = "msDS-User-Account-Control-Computed"
LOST = Answer(NO_ANSWER, "no answer")
PRIVILEGED = frozenset({512, 518, 519, 544})
_BACK_LINKS = {
    name: AttributeFacts(name, Syntax.REFERENCE, single_valued=False, writable=False, linked=True)
    for name in ("memberOf", "directReports")
}


class MemoryDirectory(MemoryObjects):
    """Implements :class:`lifecycle.directory.operation.Directory`.

    Args:
        base_dn: defaultNamingContext.
        containers: Distinguished names of the OUs that exist.
        own_guid: The account that the product uses.
        identity: The domain's objectGUID; a new one unless it is given.

    Attributes:
        before_send, after_send: Called around each batch of operations; they may raise, as a kill would.
        refuses: Whether an operation is refused for want of rights.
    """

    def __init__(self, base_dn: str, containers: Iterable[str], own_guid: str = "own", identity: str = "") -> None:
        super().__init__(containers)
        self.base_dn, self._own = base_dn, own_guid
        self._identity = identity or str(uuid.uuid4())
        self.before_send: Callable[[], None] = lambda: None
        self.after_send: Callable[[], None] = lambda: None
        self._breaks: tuple[int, int] | None = None
        self._broken = False
        self.refuses: Callable[[Operation], bool] = lambda _operation: False

    # What an administrator does, to arrange a world.

    def new_user(self, name: str, *, enabled: bool = True, rid: int | None = None, **attributes: Value) -> str:
        """An account that somebody else made; answers its GUID."""
        number = rid or next(self._numbers)
        bits = uac.NORMAL_ACCOUNT if enabled else uac.disabled(uac.NORMAL_ACCOUNT)
        user = User(guid_of(number), name, number, dict(attributes), bits)
        self.users[user.guid] = user
        return user.guid

    def new_group(self, name: str, *, rid: int | None = None, **marks: int) -> str:
        """A group; answers its GUID."""
        number = rid or next(self._numbers)
        group = Group(guid_of(number), name, number, **marks)
        self.group_objects[group.guid], self.members[group.guid] = group, set()
        return group.guid

    def put_back(
        self, *, users: Iterable[User], deleted: Iterable[User], groups: Mapping[Group, Iterable[str]]
    ) -> None:
        """Hold what another directory held: users, deleted ones, and groups with their members."""
        self.users |= {one.guid: one for one in users}
        self.deleted_users |= {one.guid: one for one in deleted}
        self.group_objects |= {group.guid: group for group in groups}
        self.members |= {group.guid: set(members) for group, members in groups.items()}
        taken = [one.rid for one in (*self.users.values(), *self.deleted_users.values(), *groups)]
        self._numbers = itertools.count(max(taken, default=1099) + 1)

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

    def send(self, operations: Sequence[Operation], permit: Permit = freely) -> list[Answer]:
        """Carry operations out in order, unless the connection is to break."""
        self._need_connection()
        self.before_send()
        answered, carried_out = self._breaks if self._breaks and operations else (len(operations), len(operations))
        self._broken = bool(self._breaks and operations)
        answers = []
        for operation in operations[:carried_out]:
            permit()
            answers.append(self._answer(operation))
        answers = answers[:answered]
        self.after_send()
        return answers + [LOST] * (len(operations) - len(answers))

    def _answer(self, operation: Operation) -> Answer:
        if self.refuses(operation):
            return Answer(50, "insufficientAccessRights")
        return self._carry_out(operation)

    def _extended(self, guid: str) -> bytes:
        """A reference as the directory gives it to who asks for extended names."""
        name = self.group_objects[guid].dn if guid in self.group_objects else self.users[guid].dn
        return f"<GUID={guid}>;{name}".encode()

    def _raw(self, name: str, value: Value) -> list[bytes]:
        if facts_of(name).syntax is Syntax.REFERENCE:
            return [self._extended(guid) for guid in wire(value)]
        return [one if isinstance(one, bytes) else one.encode() for one in encoded(facts_of(name), value)]

    def _account(self, user: User, wanted: Iterable[str]) -> Account:
        locked = user.attributes.get("lockoutTime", "0") != "0"
        computed: dict[str, Value] = {COMPUTED: str(uac.LOCKOUT if locked else 0)} if COMPUTED in wanted else {}
        return Account(
            guid=user.guid, dn=user.dn, rid=user.rid, user_account_control=user.bits,
            attributes={name: user.attributes[name] for name in sorted(wanted) if name in user.attributes} | computed,
            group_guids=self.groups_of(user.guid), primary_group_rid=user.primary_group_rid,
            admin_count=user.admin_count, critical=user.critical, domain_sid="S-1-5-21-1-2-3",
        )  # fmt: skip

    def _need_connection(self) -> None:
        if self._broken:
            raise DirectoryUnavailableError("search", NO_ANSWER, "no connection")
