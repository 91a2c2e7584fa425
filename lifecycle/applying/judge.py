"""The last look before a write: each change of a window against the live directory.

Protection is checked again here, on what the directory says now, and drift is told apart from "so already". One read
serves a whole window. Accounts that come and go have rules of their own (:mod:`lifecycle.applying.judge_existence`),
and so have memberships (:mod:`lifecycle.applying.judge_memberships`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from lifecycle.actions.catalogue import AnyAccountChange, AnyChange, AnyOutsideChange
from lifecycle.actions.change import AccountChange, State
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.delete_user import DeleteUser, RestoreUser
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.actions.move_user import MoveUser
from lifecycle.actions.outside import HOME_DIRECTORY, Outside, RefusalError
from lifecycle.actions.outside_change import OutsideChange, wanted_by
from lifecycle.actions.reset_password import ResetPassword
from lifecycle.actions.set_reference import SetReference, named
from lifecycle.applying.announce import told_attributes
from lifecycle.applying.chains import Chains
from lifecycle.applying.created_accounts import CreatedAccounts
from lifecycle.applying.judge_existence import ExistenceJudge
from lifecycle.applying.judge_memberships import MembershipJudge
from lifecycle.applying.session import WriteSession
from lifecycle.applying.verdict import FATES, Fate, Verdict
from lifecycle.directory.account import Account
from lifecycle.errors import ConfigurationError
from lifecycle.notice import Reason
from lifecycle.planning.plan import Plan
from lifecycle.store.status import StepStatus

Numbered = tuple[int, AnyChange]


class Judge:
    """Judges windows of changes of one plan.

    Args:
        session: What the run works with; who is privileged and which groups there are is read now.
        plan: The plan.
        chains: Which lists of actions are interrupted, for whom.
    """

    def __init__(self, session: WriteSession, plan: Plan, chains: Chains) -> None:
        anchor, passwords, directory = session.policy.anchor, session.passwords, session.directory
        anchors = {
            change.person: str(change.after[anchor]) for change in plan.changes if isinstance(change, CreateUser)
        }
        guard = session.guard()
        self._directory, self._guard, self._passwords = directory, guard, passwords
        self._chains, self._systems, self._keep = chains, session.systems, session.lease.check
        self._created = CreatedAccounts(directory, anchor, anchors)
        self._existence = ExistenceJudge(directory, guard, self._created, passwords, chains)
        self._memberships = MembershipJudge(guard, directory.groups(), self._created, chains)
        self._told = told_attributes(session.announcer)
        self._outside = Outside()
        self.live: Mapping[str, Account] = {}
        """The accounts of the last window, by objectGUID, as they were before it."""
        self._homes: Mapping[str, list[Account]] = {}

    def judge(self, window: Sequence[Numbered]) -> list[Verdict]:
        """One verdict a change, in the order given. All changes of a window are of one action."""
        self._created.learn(_people(change for _, change in window))
        attributes = _attributes([change for _, change in window]) | self._told
        live = self.live = self._directory.accounts(self._wanted(window), attributes)
        taken = self._existence.taken_names(one for _, one in window if isinstance(one, CreateUser))
        wanted = wanted_by(change for _, change in window)
        self._outside = self._systems.look_up(wanted, live, self._keep) if wanted.systems else Outside()
        self._homes = self._holders_of_homes(window)
        return [self._one(number, change, live, taken) for number, change in window]

    def members_of(self, verdict: Verdict) -> dict[str, str]:
        """The accounts that a membership change touches, each with the person's primary key, if any."""
        if not isinstance(verdict.change, AddToGroup | RemoveFromGroup):
            return {}
        people = {self._created.guid_of(member): member.person for member in verdict.change.members}
        return {guid: people.get(guid, "") for guid in verdict.members}

    def created(self, verdicts: Iterable[Verdict]) -> dict[str, str]:
        """GUIDs of accounts that were created just now: primary key → GUID."""
        keys = {verdict.change.person for verdict in verdicts}
        self._created.learn(keys)
        return {key: guid for key in keys if (guid := self._created.guid(key))}

    def _one(
        self, number: int, change: AnyChange, live: Mapping[str, Account], taken: Mapping[str, set[str]]
    ) -> Verdict:
        match change:
            case CreateUser():
                return self._existence.create(number, change, taken)
            case AddToGroup() | RemoveFromGroup():
                return self._memberships.verdict(number, change, live)
            case RestoreUser():
                return self._existence.restore(number, change, live)
        guid = change.account or self._created.guid(change.person)
        account = live.get(guid)
        if account is None:
            gone = Fate.DONE_ALREADY if change.wants_gone else Fate.GONE
            return Verdict(number, change, gone if change.account else Fate.UNRESOLVED, guid=guid)
        return self._refused(number, change, account) or self._of_account(number, change, account)

    def _refused(self, number: int, change: AnyChange, account: Account) -> Verdict | None:
        """What keeps a change from an account that is there, whatever it asks for."""
        if settled := self._chains.settled_as(change):
            done = settled is StepStatus.DONE
            return Verdict(number, change, Fate.DONE_ALREADY if done else Fate.HELD_BACK, guid=account.guid)
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
                return self._existence.delete(_existing(number, change, account), tree=change.tree)
            case AccountChange():
                return _existing(number, change, account)
        return Verdict(number, change, Fate.KEEP, guid=account.guid)

    def _beyond(self, number: int, change: AnyOutsideChange, account: Account) -> Verdict:
        """A change of something outside the directory."""
        try:
            state = change.state_of(account, self._outside)
            if state is State.AS_PLANNED and (not change.fits(account) or self._is_of_others(change)):
                state = State.DRIFTED
            operation = change.operation(account, self._outside) if state is State.AS_PLANNED else None
        except RefusalError as error:
            fate = Fate.UNRESOLVED if error.reason is Reason.TARGET_MISSING else Fate.UNREAD
            return Verdict(number, change, fate, guid=account.guid)
        if operation is not None:
            return Verdict(number, change, Fate.SEND, operation, account.guid)
        return Verdict(number, change, FATES[state], guid=account.guid)

    def _is_of_others(self, change: AnyOutsideChange) -> bool:
        """Whether another account names a folder as its own that the change would touch."""
        held = [one for path in change.own_folders() for one in self._homes.get(path.casefold(), ())]
        return any(account.guid != change.account for account in held)

    def _holders_of_homes(self, window: Sequence[Numbered]) -> Mapping[str, list[Account]]:
        changes = [change for _, change in window if isinstance(change, OutsideChange)]
        paths = {path for change in changes for path in change.own_folders()}
        return self._directory.holders(HOME_DIRECTORY, paths, ()) if paths else {}

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

    def _reference(self, number: int, change: SetReference, account: Account) -> Verdict:
        target = self._created.guid_of(change.target)
        now = named(account.attributes.get(change.attribute))
        if not target:
            return Verdict(number, change, Fate.UNRESOLVED, guid=account.guid)
        if now == {target}:
            return Verdict(number, change, Fate.DONE_ALREADY, guid=account.guid)
        if now != named(change.before.get(change.attribute)):
            return Verdict(number, change, Fate.DRIFTED, guid=account.guid)
        return Verdict(number, change, Fate.SEND, change.operation(account.guid, target), account.guid)

    def _wanted(self, window: Sequence[Numbered]) -> set[str]:
        wanted = {change.account or self._created.guid(change.person) for _, change in window}
        for _, change in window:
            if isinstance(change, AddToGroup | RemoveFromGroup):
                wanted |= {self._created.guid_of(member) for member in change.members}
        return wanted - {""}


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


def _attributes(changes: Collection[AnyChange]) -> set[str]:
    names = {name for change in changes for name in (*change.before, *change.after)}
    names |= {name for change in changes if isinstance(change, OutsideChange) for name in change.reads}
    return {name for name in names if "." not in name} - {"enabled", "distinguishedName"} | {"userPrincipalName"}
