"""The inverse of what a run did: change by change, backwards, and only where nobody has changed it since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Cause, Change, Listed, Member, State
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.delete_user import DeleteUser, RestoreUser, deletion
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup, inverse
from lifecycle.actions.logon import DisableUser
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.outside import Outside, RefusalError, System, Wanted
from lifecycle.actions.outside_change import OutsideChange, wanted_by
from lifecycle.actions.reset_password import ATTRIBUTE as SET_AT
from lifecycle.actions.reset_password import has_own_password
from lifecycle.actions.restore_addresses import PROXIES, RestoreAddresses
from lifecycle.actions.set_reference import SetReference, named
from lifecycle.directory.account import Account
from lifecycle.directory.proxy_addresses import entries
from lifecycle.notice import Notice, Reason
from lifecycle.planning.kept import Kept
from lifecycle.planning.managed_accounts import Guard, guard_of, population
from lifecycle.planning.names import remembered_attributes
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.restoring import MANAGER, Lost, Remains, Restoring

UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Carried:
    """A change that was carried out.

    Args:
        number: Its place in its plan.
        change: The change.
        guid: objectGUID of the account, or of the group.
        members: For memberships: the accounts that were really touched.
        kept: For deletions: the account as it was; None where somebody else had deleted it.
    """

    number: int
    change: AnyChange
    guid: str
    members: tuple[str, ...] = ()
    kept: Kept | None = None


_OBJECTS = CreateUser | DeleteUser | RestoreUser
_NOTHING, _NOBODY = Outside(), Remains()


def undo_plan(
    carried: Sequence[Carried], inputs: PlanInputs, outside: Outside = _NOTHING, remains: Remains = _NOBODY
) -> Plan:
    """The plan that takes changes back; what cannot be, or has drifted, is said and left.

    Args:
        carried: What is to be undone, all of one plan.
        inputs: The directory as it is now, and the rules.
        outside: What lies outside it, as :func:`undo_wants` asks for.
        remains: What there is of the accounts that were deleted.
    """
    policy, guard = inputs.policy, guard_of(inputs)
    undoing = _Undoing(carried, inputs, guard, outside, remains)
    backwards = sorted(carried, key=lambda one: -one.number)
    changes: list[AnyChange] = []
    for item, (_, alike) in enumerate(groupby(backwards, key=lambda one: one.change.action)):
        # What stands behind another change of the same account comes after all of those.
        backs = sorted(undoing.turns(list(alike)), key=lambda found: isinstance(found[2], RestoreAddresses))
        for turn, is_needed, one in backs:
            goes_on = not (is_needed or one.bears)
            listed = Listed(rule=UNDO, item=item, turn=turn, continue_on_error=goes_on)
            changes.append(one.model_copy(update={"listed": listed}))
    return Plan(
        automation=policy.automation,
        directory=inputs.directory,
        created_at=inputs.now,
        changes=tuple(changes),
        notices=tuple(sorted(set(undoing.notices))),
        population=population(inputs, guard),
        people=len({one.guid for one in carried}),
        remembered=remembered_attributes(policy.bundles),
    )


def undo_attributes(carried: Sequence[Carried]) -> frozenset[str]:
    """LDAP attributes that the plan looks at."""
    names = {name for one in carried for name in (*one.change.before, *one.change.after) if "." not in name}
    made = {SET_AT, MANAGER} if any(isinstance(one.change, _OBJECTS) for one in carried) else set()
    return frozenset((names | made) - {"enabled", "distinguishedName"})


def undo_wants(carried: Sequence[Carried]) -> Wanted:
    """What lies outside the directory and has to be looked up before the plan is made."""
    backs = (one.change.undone(one.guid) for one in carried if not isinstance(one.change, AddToGroup | RemoveFromGroup))
    return wanted_by(back for back in backs if back is not None)


class _Undoing:
    """Knows the accounts as they are now, and those that the plan created."""

    def __init__(
        self, carried: Sequence[Carried], inputs: PlanInputs, guard: Guard, outside: Outside, remains: Remains
    ) -> None:
        self._accounts = {account.guid: account for account in inputs.view.accounts}
        self._anchor, self._guard, self._outside = inputs.policy.anchor, guard, outside
        self._restoring = Restoring(inputs, guard, remains, self._accounts)
        self._returning: set[tuple[System, str]] = set()
        self._created = {one.change.person: one.guid for one in carried if one.change.action == "create-user"}
        self.notices: list[Notice] = []

    def turns(self, alike: Sequence[Carried]) -> Iterator[tuple[int, bool, AnyChange]]:
        """What takes changes of one action back: its turn, and whether the rest of the account hangs on it."""
        deleted = [Lost(one.change.person, one.change.rule, one.change.ou, one.kept) for one in alike if one.kept]
        for stage, back in self._restoring.of(deleted):
            yield stage, stage.is_needed, back
        self.notices += self._restoring.told()
        made = [one for one in alike if isinstance(one.change, CreateUser | RestoreUser)]
        doomed = [found for one in made if (found := self._unused(one, one.change))]
        for account, told in doomed:
            if account.enabled:
                yield 0, True, DisableUser(**told, before={"enabled": True}, after={"enabled": False})
        for account, told in doomed:
            yield 1, True, deletion(account, told)
        for one in alike:
            if not one.kept and one not in made:
                yield from ((0, False, back) for back in self._of(one))

    def _unused(self, one: Carried, change: Change) -> tuple[Account, dict[str, Any]] | None:
        """An account that the plan made, if it is that still: who has chosen a password is at work with it."""
        account, subject = self._accounts.get(one.guid), change.person or one.guid
        if account is None:
            return None
        if why := self._guard.reason(account):
            self.notices.append(Notice(subject, Reason.ACCOUNT_PROTECTED, f"{change.action}: {why}"))
            return None
        identity = {name: change.after[name] for name in ("sAMAccountName", self._anchor) if name in change.after}
        if has_own_password(account) or any(account.attributes.get(name) != value for name, value in identity.items()):
            self.notices.append(Notice(subject, Reason.UNDO_DRIFTED, f"{change.action}: it is in use"))
            return None
        told = {name: value for name, value in change.swapped(one.guid).items() if name not in {"before", "after"}}
        return account, {**told, "ou": account.parent_dn}

    def _of(self, one: Carried) -> Iterator[AnyChange]:
        """What takes one change back."""
        match one.change:
            case AddToGroup() | RemoveFromGroup():
                yield from self._memberships(one, one.change)
            case SetReference():
                yield from self._checked(one, self._reference(one, one.change))
            case _:
                back = cast("AnyChange | None", one.change.undone(one.guid))
                yield from (begun := list(self._checked(one, back)))
                if begun:
                    yield from self._behind(one)

    def _checked(self, one: Carried, back: AnyChange | None) -> Iterator[AnyChange]:
        subject = one.change.person or one.guid
        if back is None:
            self.notices.append(Notice(subject, Reason.UNDO_IMPOSSIBLE, one.change.action))
            return
        account = self._accounts.get(one.guid)
        if account is None and back.wants_gone:
            return
        if account is None and not back.revives:
            self.notices.append(Notice(subject, Reason.UNDO_DRIFTED, f"{one.change.action}: the account is gone"))
        elif account is not None and self._guard.reason(account):
            self.notices.append(Notice(subject, Reason.ACCOUNT_PROTECTED, one.change.action))
        elif account is not None and (state := self._state(back, account)) is not State.AS_PLANNED:
            if state is not State.DONE_ALREADY:
                self.notices.append(Notice(subject, Reason.UNDO_DRIFTED, one.change.action))
        else:
            yield self._as_found(back)

    def _behind(self, one: Carried) -> Iterator[RestoreAddresses]:
        """Addresses, but for those that somebody else has got by now."""
        for whole in one.change.undone_behind(one.guid):
            taken = {
                address.lower()
                for account in self._accounts.values()
                if account.guid != one.guid
                for address in entries(account.attributes.get(PROXIES))
            }
            left = whole.sparing(taken)
            if left.after != whole.after:
                subject = one.change.person or one.guid
                self.notices.append(Notice(subject, Reason.UNDO_DRIFTED, f"{whole.action}: somebody else has one"))
            if left.after:
                yield left

    def _as_found(self, back: AnyChange) -> AnyChange:
        if not isinstance(back, OutsideChange):
            return back
        if back.brings_back:
            self._returning.add((back.system, back.account))
        return cast("AnyChange", back.as_found(self._outside))

    def _state(self, back: AnyChange, account: Account) -> State:
        if not isinstance(back, OutsideChange):
            return back.state(account)
        if (back.system, back.account) in self._returning:
            return State.AS_PLANNED  # it cannot be seen before it is back; it is compared before the write
        try:
            return back.state_of(account, self._outside)
        except RefusalError:
            return State.MISSING

    def _memberships(self, one: Carried, change: AddToGroup | RemoveFromGroup) -> Iterator[AnyChange]:
        """Those that are as the change left them; what somebody has changed since stays."""
        wants = isinstance(change, RemoveFromGroup)
        found = [self._accounts[guid] for guid in one.members if guid in self._accounts]
        if missing := len(one.members) - len(found):
            self.notices.append(Notice("", Reason.UNDO_DRIFTED, f"{change.action}: {missing} accounts are gone"))
        granted = {member.account for member in change.members if member.granted}
        left = tuple(
            Member(account=account.guid, granted=account.guid in granted)
            for account in found
            if (change.group in account.group_guids) != wants
        )
        if left:
            yield inverse(change, left)

    def _reference(self, one: Carried, change: SetReference) -> AnyChange | None:
        target = change.target.account or self._created.get(change.target.person, "")
        account = self._accounts.get(one.guid)
        if account is None or not target:
            return None
        now = account.attributes.get(change.attribute)
        if named(now) != {target}:
            now = None  # then it is nobody's that we know: it compares as drifted
        return ModifyUser(
            person=change.person, account=one.guid, cause=Cause.UNDO, rule=change.rule, ou=account.parent_dn,
            before={change.attribute: now}, after={change.attribute: change.before.get(change.attribute)},
        )  # fmt: skip
