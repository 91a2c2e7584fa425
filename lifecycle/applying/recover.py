"""After a kill: every intent without an outcome is looked up in the directory and settled, before anything new.

An intent says that a write may have been sent. The directory says whether it arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from lifecycle.actions.begin_policy import BeginPolicy, EndPolicy
from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import State
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.delete_user import RestoreUser
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.actions.outside import Outside, RefusalError
from lifecycle.actions.outside_change import OutsideChange, wanted_by
from lifecycle.actions.set_reference import SetReference, named
from lifecycle.applying.announce import Announcement, SettledChange, told_attributes
from lifecycle.applying.remember import remember
from lifecycle.applying.session import WriteSession
from lifecycle.applying.stored_plans import plan_of
from lifecycle.directory.account import Account
from lifecycle.planning.plan import Plan
from lifecycle.store.journal import JournalEntry, Outcome
from lifecycle.store.status import EntryState, StepStatus
from lifecycle.store.store import Unit

NOT_CARRIED_OUT = "not-carried-out"
CANNOT_BE_TOLD = "cannot-be-told"


def recover(session: WriteSession, warn: Callable[[JournalEntry], None] = lambda _entry: None) -> int:
    """Settle what a killed run left open in the journal of this directory, and close its plan as interrupted.

    Args:
        session: Its lease is held on the directory: else a run that is under way would be taken for a killed one. What
            is not connected cannot be looked up any more.
        warn: Called with each entry of which it cannot be known how it ended: a person has to look.

    Raises:
        ApprovalError: The plan of an open entry was altered in the store.
        StoreError: This build cannot read it.
        RunLockedError: The lease was lost; nothing was settled.

    Returns:
        How many entries were settled: done, failed when the object is as it was before, unknown when it is neither so
        nor so, because somebody else has changed or removed it since.
    """
    store, lease, now = session.store, session.lease, session.clock()
    identity = session.directory.identity()
    with store.begin(lease) as unit:
        unit.plans.interrupt(identity, now)
        entries = unit.journal.open_entries(identity)
        stored = {plan_id: unit.plans.load(plan_id) for plan_id in {entry.plan_id for entry in entries}}
    if not entries:
        return 0
    plans = {plan_id: plan_of(one) for plan_id, one in stored.items() if one}
    lookup = _Lookup(session, entries, plans)
    with store.begin(lease) as unit:
        for entry in entries:
            state, guid = lookup.find(entry)
            unit.journal.settle([Outcome(entry.entry_id, state, guid, _ERRORS[state])], now)
            plan = plans[entry.plan_id]
            change = plan.changes[entry.number]
            if state is EntryState.DONE:
                remember(unit, plan, change, guid or "", _members(entry), now)
            if state is not EntryState.FAILED:  # that is planned again, and no news
                members = dict.fromkeys(_members(entry), "")
                settled = SettledChange(entry.number, state, guid or "", _ERRORS[state] or "", members)
                announcement = Announcement(session.announcer, plan, entry.plan_id, entry.run_id)
                announcement.tell(unit, settled, lookup.accounts, now)
            _settle_step(unit, plan, entry.number, state, now)
            if state is EntryState.UNKNOWN:
                warn(entry)
    return len(entries)


def _settle_step(unit: Unit, plan: Plan, number: int, state: EntryState, now: datetime) -> None:
    """A step that was done whole is not done again, and neither is what may be written once only and nobody can tell.

    Every other step waits: the next plan finds what is left of it.
    """
    change = plan.changes[number]
    step = change.listed.step if change.listed else ""
    if not step or state is EntryState.FAILED:
        return
    of_step = sum(bool(one.listed and one.listed.step == step) for one in plan.changes)
    if state is EntryState.DONE and of_step == 1:
        unit.steps.settle([step], StepStatus.DONE, now)
    elif change.once_only:
        unit.steps.settle([step], StepStatus.FAILED, now, "interrupted")


_ERRORS = {EntryState.DONE: None, EntryState.FAILED: NOT_CARRIED_OUT, EntryState.UNKNOWN: CANNOT_BE_TOLD}
_STATES = {
    State.DONE_ALREADY: EntryState.DONE,
    State.AS_PLANNED: EntryState.FAILED,
    State.DRIFTED: EntryState.UNKNOWN,
    State.MISSING: EntryState.UNKNOWN,
}


class _Lookup:
    """Reads all accounts that the open entries speak of, once."""

    def __init__(self, session: WriteSession, entries: list[JournalEntry], plans: Mapping[str, Plan]) -> None:
        directory, anchor = session.directory, session.policy.anchor
        guids = {entry.target_guid for entry in entries if entry.target_guid}
        guids |= {guid for entry in entries for guid in _members(entry)}
        names = {name for entry in entries for name in (*entry.before, *entry.after)}
        names = {name for name in names if "." not in name} - {"member", "enabled", "distinguishedName"}
        self.accounts = self._accounts = directory.accounts(
            guids, names | {"userPrincipalName"} | told_attributes(session.announcer)
        )
        needs = wanted_by(plans[entry.plan_id].changes[entry.number] for entry in entries)
        self._outside = (
            session.systems.look_up(needs, self._accounts, session.lease.check) if needs.systems else Outside()
        )
        self._plans, self._anchor = plans, anchor
        self._anchors = {
            (plan_id, change.person): str(change.after[anchor])
            for plan_id, plan in plans.items()
            for change in plan.changes
            if isinstance(change, CreateUser) and anchor in change.after
        }
        wanted = {self._anchors[who] for entry in entries for who in self._created(entry) if who in self._anchors}
        self._holders = directory.holders(anchor, wanted, ()) if wanted else {}

    def find(self, entry: JournalEntry) -> tuple[EntryState, str | None]:
        """What became of the write, and the object's GUID."""
        change = self._plans[entry.plan_id].changes[entry.number]
        match change:
            case CreateUser():
                held = self._held(entry.plan_id, change.person)
                if held is None or len(held) > 1:
                    return EntryState.UNKNOWN, None
                return (EntryState.DONE, held[0].guid) if held else (EntryState.FAILED, None)
            case AddToGroup() | RemoveFromGroup():
                found = [self._accounts[guid] for guid in _members(entry) if guid in self._accounts]
                joined = {change.group in account.group_guids for account in found}
                return self._memberships(joined, wanted=isinstance(change, AddToGroup)), entry.target_guid
        account = self._accounts.get(entry.target_guid or "")
        if isinstance(change, RestoreUser) or change.wants_gone:
            is_there = account is not None
            return EntryState.FAILED if is_there is change.wants_gone else EntryState.DONE, entry.target_guid
        if account is None:
            # Without a target nothing was sent; with one, it is gone now.
            return EntryState.UNKNOWN if entry.target_guid else EntryState.FAILED, entry.target_guid
        return self._of_account(entry, change, account), account.guid

    def _of_account(self, entry: JournalEntry, change: AnyChange, account: Account) -> EntryState:
        if isinstance(change, SetReference):
            return self._reference(entry, change, account)
        if isinstance(change, BeginPolicy | EndPolicy):  # it is written in the transaction that settles it
            return EntryState.FAILED
        if isinstance(change, OutsideChange):
            if change.once_only:  # what it did leaves no trace that we know
                return EntryState.UNKNOWN
            try:
                return _STATES[change.state_of(account, self._outside)]
            except RefusalError:
                return EntryState.UNKNOWN
        return _STATES[change.state_after(account)]

    def _created(self, entry: JournalEntry) -> list[tuple[str, str]]:
        """Plan and key of people of whom the entry needs the account that its plan creates."""
        change = self._plans[entry.plan_id].changes[entry.number]
        if isinstance(change, CreateUser):
            return [(entry.plan_id, change.person)]
        return [(entry.plan_id, change.target.person)] if isinstance(change, SetReference) else []

    def _held(self, plan_id: str, person: str) -> list[Account] | None:
        """Accounts that bear the person's anchor; None when the plan was made with another anchor attribute."""
        anchor = self._anchors.get((plan_id, person))
        return None if anchor is None else self._holders.get(anchor.casefold(), [])

    def _reference(self, entry: JournalEntry, change: SetReference, account: Account) -> EntryState:
        held = self._held(entry.plan_id, change.target.person) or []
        now = named(account.attributes.get(change.attribute))
        if len(now) == 1 and now <= {change.target.account, *(one.guid for one in held)}:
            return EntryState.DONE
        return EntryState.FAILED if now == named(change.before.get(change.attribute)) else EntryState.UNKNOWN

    @staticmethod
    def _memberships(joined: set[bool], *, wanted: bool) -> EntryState:
        """The operation is carried out whole or not at all; a mixture is somebody else's doing."""
        if joined == {wanted}:
            return EntryState.DONE
        return EntryState.UNKNOWN if wanted in joined else EntryState.FAILED


def _members(entry: JournalEntry) -> tuple[str, ...]:
    """Accounts whose membership the entry was to write; none when nothing was sent."""
    return tuple(str(guid) for guid in entry.after.get("member", ()))
