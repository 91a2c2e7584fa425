"""The last look before a write: each change of a window against the live directory.

Protection is checked again here, on what the directory says now, and drift is told apart from "so already". One read
serves a whole window.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from lifecycle.actions.catalogue import AnyAccountChange, AnyChange, AnyOutsideChange
from lifecycle.actions.change import AccountChange, Member, State
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.delete_user import DeleteUser, RestoreUser
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.actions.move_user import MoveUser
from lifecycle.actions.outside import Outside, OutsideChange, RefusalError, Wanted
from lifecycle.actions.reset_password import ResetPassword
from lifecycle.actions.set_reference import SetReference, named
from lifecycle.applying.chains import Chains
from lifecycle.applying.password import Passwords
from lifecycle.applying.systems import Systems
from lifecycle.applying.verdict import FATES, Fate, Verdict
from lifecycle.directory import uac
from lifecycle.directory.account import Account, Group
from lifecycle.directory.operation import Directory
from lifecycle.directory.operation import RestoreUser as Restore
from lifecycle.errors import ConfigurationError, DirectoryError, TransientError
from lifecycle.notice import Reason
from lifecycle.planning.name_space import IDENTIFIERS
from lifecycle.planning.protected import FIRST_ORDINARY_RID, Guard

Numbered = tuple[int, AnyChange]


class Judge:
    """Judges windows of changes of one plan.

    Args:
        directory: The live directory.
        guard: With members of privileged groups as read at the start of the run.
        groups: Groups as read at the start of the run.
        anchor: Attribute that ties accounts to people.
        anchors: Primary key → anchor of everybody whom the plan creates.
        passwords: Generated or held by a secret; they are sent and forgotten.
        chains: Which lists of actions are interrupted, for whom.
        systems: What is connected besides the directory.
    """

    def __init__(
        self,
        directory: Directory,
        guard: Guard,
        groups: Mapping[str, Group],
        anchor: str,
        anchors: Mapping[str, str],
        passwords: Passwords,
        chains: Chains,
        systems: Systems,
    ) -> None:
        self._directory, self._guard, self._groups = directory, guard, groups
        self._anchor, self._anchors, self._passwords = anchor, anchors, passwords
        self._chains, self._systems = chains, systems
        self._outside = Outside()
        self._guids: dict[str, str] = {}
        self._ambiguous: set[str] = set()

    def judge(self, window: Sequence[Numbered]) -> list[Verdict]:
        """One verdict a change, in the order given. All changes of a window are of one action."""
        self._resolve(_people(change for _, change in window))
        live = self._directory.accounts(self._wanted(window), _attributes(change for _, change in window))
        taken = self._holders(window)
        wanted = Wanted.of(change for _, change in window)
        self._outside = self._systems.look_up(wanted, live) if wanted.systems else Outside()
        return [self._one(number, change, live, taken) for number, change in window]

    def created(self, verdicts: Iterable[Verdict]) -> dict[str, str]:
        """GUIDs of accounts that were created just now: primary key → GUID."""
        keys = {verdict.change.person for verdict in verdicts}
        self._resolve(keys)
        return {key: self._guids[key] for key in keys if key in self._guids}

    def _one(
        self, number: int, change: AnyChange, live: Mapping[str, Account], taken: Mapping[str, set[str]]
    ) -> Verdict:
        match change:
            case CreateUser():
                return self._create(number, change, taken)
            case AddToGroup() | RemoveFromGroup():
                return self._members(number, change, live)
            case RestoreUser():
                return self._restore(number, change, live)
        guid = change.account or self._guids.get(change.person, "")
        account = live.get(guid)
        if account is None:
            gone = Fate.DONE_ALREADY if change.wants_gone else Fate.GONE
            return Verdict(number, change, gone if change.account else Fate.UNRESOLVED, guid=guid)
        return self._refused(number, change, account) or self._of_account(number, change, account)

    def _refused(self, number: int, change: AnyChange, account: Account) -> Verdict | None:
        """What keeps a change from an account that is there, whatever it asks for."""
        if self._chains.holds_back(change, change.account or change.person):
            return Verdict(number, change, Fate.HELD_BACK, guid=account.guid)
        is_outside = isinstance(change, MoveUser) and not self._guard.manages(str(change.after["distinguishedName"]))
        if is_outside or self._guard.reason(account):
            return Verdict(number, change, Fate.PROTECTED, guid=account.guid)
        return None

    def _of_account(self, number: int, change: AnyChange, account: Account) -> Verdict:
        match change:
            case SetReference():
                return self._reference(number, change, account)
            case OutsideChange():
                return self._beyond(number, change, account)
            case ResetPassword():
                return self._reset(number, change, account)
            case DeleteUser():
                return self._delete(_existing(number, change, account), tree=change.tree)
            case AccountChange():
                return _existing(number, change, account)
        return Verdict(number, change, Fate.KEEP, guid=account.guid)

    def _beyond(self, number: int, change: AnyOutsideChange, account: Account) -> Verdict:
        """A change of something outside the directory."""
        try:
            state = change.state_of(account, self._outside)
            operation = change.operation(account, self._outside) if state is State.AS_PLANNED else None
        except RefusalError as error:
            fate = Fate.UNRESOLVED if error.reason is Reason.TARGET_MISSING else Fate.UNREAD
            return Verdict(number, change, fate, guid=account.guid)
        if operation is not None:
            return Verdict(number, change, Fate.SEND, operation, account.guid)
        return Verdict(number, change, FATES[state], guid=account.guid)

    def _create(self, number: int, change: CreateUser, taken: Mapping[str, set[str]]) -> Verdict:
        if not self._guard.manages(change.dn):
            return Verdict(number, change, Fate.PROTECTED)
        if change.person in self._guids:
            return Verdict(number, change, Fate.DONE_ALREADY, guid=self._guids[change.person])
        if change.person in self._ambiguous:
            return Verdict(number, change, Fate.DRIFTED)
        if any(str(change.after.get(name, "")).casefold() in taken.get(name, ()) for name in IDENTIFIERS):
            return Verdict(number, change, Fate.NAME_TAKEN)
        return Verdict(number, change, Fate.SEND, change.operation(self._passwords.generated(change.person)))

    def _reset(self, number: int, change: ResetPassword, account: Account) -> Verdict:
        """Another password; a secret that cannot be read keeps the former one."""
        state = change.state(account)
        if state is not State.AS_PLANNED:
            return Verdict(number, change, FATES[state], guid=account.guid)
        try:
            password = self._passwords.held_by(change.secret) if change.secret else self._passwords.generated("")
        except ConfigurationError:
            return Verdict(number, change, Fate.UNREAD, guid=account.guid)
        return Verdict(number, change, Fate.SEND, change.operation(password), account.guid)

    def _delete(self, verdict: Verdict, *, tree: bool) -> Verdict:
        """A deletion that is otherwise due: only with all of the account in hand, and of no other account with it."""
        if verdict.fate is not Fate.SEND:
            return verdict
        try:
            snapshot = self._directory.snapshot(verdict.guid)
        except DirectoryError as error:
            if isinstance(error, TransientError):
                raise
            return replace(verdict, fate=Fate.UNREAD, operation=None)
        if snapshot is None:
            return replace(verdict, fate=Fate.DONE_ALREADY, operation=None)
        takes_others = tree and self._directory.accounts(snapshot.children_guids, ())
        if snapshot.protected_from_deletion or takes_others:
            return replace(verdict, fate=Fate.PROTECTED, operation=None)
        return replace(verdict, snapshot=snapshot)

    def _restore(self, number: int, change: RestoreUser, live: Mapping[str, Account]) -> Verdict:
        """An account that comes back is judged as what it will be."""
        guid = change.account
        if self._chains.holds_back(change, guid):
            return Verdict(number, change, Fate.HELD_BACK, guid=guid)
        if guid in live:
            return Verdict(number, change, Fate.DONE_ALREADY, guid=guid)
        names = {"sAMAccountName": str(change.after.get("sAMAccountName", ""))}
        if self._guard.reason(Account(guid, change.dn, FIRST_ORDINARY_RID, uac.NORMAL_ACCOUNT, names)):
            return Verdict(number, change, Fate.PROTECTED, guid=guid)
        return Verdict(number, change, Fate.SEND, Restore(guid, change.dn), guid)

    def _reference(self, number: int, change: SetReference, account: Account) -> Verdict:
        target = self._guid(change.target)
        now = named(account.attributes.get(change.attribute))
        if not target:
            return Verdict(number, change, Fate.UNRESOLVED, guid=account.guid)
        if now == {target}:
            return Verdict(number, change, Fate.DONE_ALREADY, guid=account.guid)
        if now != named(change.before.get(change.attribute)):
            return Verdict(number, change, Fate.DRIFTED, guid=account.guid)
        return Verdict(number, change, Fate.SEND, change.operation(account.guid, target), account.guid)

    def _members(self, number: int, change: AddToGroup | RemoveFromGroup, live: Mapping[str, Account]) -> Verdict:
        group = self._groups.get(change.group)
        if group is None:
            return Verdict(number, change, Fate.GONE, guid=change.group)
        if self._guard.group_reason(group):
            return Verdict(number, change, Fate.PROTECTED, guid=change.group)
        free = [one for one in change.members if not self._chains.holds_back(change, one.account or one.person)]
        found = [live[guid] for member in free if (guid := self._guid(member)) in live]
        writable = [account for account in found if not self._guard.reason(account)]
        left = frozenset(one.account for one in change.members) - {account.guid for account in writable}
        joining = isinstance(change, AddToGroup)
        guids = tuple(account.guid for account in writable if (change.group in account.group_guids) != joining)
        if not guids:
            fate = (
                Fate.DONE_ALREADY if writable else Fate.PROTECTED if found else Fate.UNRESOLVED if free
                else Fate.HELD_BACK
            )  # fmt: skip
            return Verdict(number, change, fate, guid=change.group, left=left)
        return Verdict(number, change, Fate.SEND, change.operation(guids), change.group, guids, left)

    def _guid(self, member: Member) -> str:
        return member.account or self._guids.get(member.person, "")

    def _wanted(self, window: Sequence[Numbered]) -> set[str]:
        wanted = {change.account or self._guids.get(change.person, "") for _, change in window}
        for _, change in window:
            if isinstance(change, AddToGroup | RemoveFromGroup):
                wanted |= {self._guid(member) for member in change.members}
        return wanted - {""}

    def _resolve(self, people: Iterable[str]) -> None:
        """Learn the GUIDs of people whom this plan creates, as far as their accounts exist."""
        anchors = {key: self._anchors[key] for key in people if key in self._anchors and key not in self._guids}
        held = self._directory.holders(self._anchor, set(anchors.values()), ()) if anchors else {}
        for key, anchor in anchors.items():
            accounts = held.get(anchor.casefold(), [])
            if len(accounts) == 1:
                self._guids[key] = accounts[0].guid
            elif accounts:
                self._ambiguous.add(key)

    def _holders(self, window: Sequence[Numbered]) -> dict[str, set[str]]:
        creates = [change for _, change in window if isinstance(change, CreateUser)]
        taken = {}
        for name in IDENTIFIERS:
            values = {str(change.after[name]) for change in creates if change.after.get(name)}
            taken[name] = set(self._directory.holders(name, values, ())) if values else set()
        return taken


def _existing(number: int, change: AnyAccountChange, account: Account) -> Verdict:
    """A change of one account that exists and may be written."""
    match change.state(account):
        case State.AS_PLANNED:
            (operation,) = change.operations(account)
            return Verdict(number, change, Fate.SEND, operation, account.guid)
        case state:
            return Verdict(number, change, FATES[state], guid=account.guid)


def _people(changes: Iterable[AnyChange]) -> set[str]:
    people = set()
    for change in changes:
        people.add(change.person)
        if isinstance(change, SetReference):
            people.add(change.target.person)
        elif isinstance(change, AddToGroup | RemoveFromGroup):
            people |= {member.person for member in change.members}
    return people - {""}


def _attributes(changes: Iterable[AnyChange]) -> set[str]:
    names = {name for change in changes for name in (*change.before, *change.after)}
    return {name for name in names if "." not in name} - {"enabled", "distinguishedName"} | {"userPrincipalName"}
