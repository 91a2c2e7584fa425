"""After a kill: every intent without an outcome is looked up in the directory and settled, before anything new.

An intent says that a write may have been sent. The directory says whether it arrived.
"""

from __future__ import annotations

from datetime import datetime

from lifecycle.actions.change import State
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.actions.set_manager import SetManager
from lifecycle.applying.remember import remember
from lifecycle.directory.account import Account
from lifecycle.directory.operation import Directory
from lifecycle.planning.plan import Plan
from lifecycle.store.journal import JournalEntry, Outcome
from lifecycle.store.status import EntryState, PlanStatus
from lifecycle.store.store import Store

NOT_CARRIED_OUT = "not-carried-out"


def recover(store: Store, directory: Directory, anchor: str, now: datetime) -> int:
    """Settle what a killed run left open in the journal of this directory.

    Args:
        store: The state store.
        directory: The live directory.
        anchor: Attribute that ties accounts to people.
        now: UTC.

    Returns:
        How many entries were settled.
    """
    identity = directory.identity()
    with store.begin() as unit:
        entries = unit.journal.open_entries(identity)
        stored = {plan_id: unit.plans.load(plan_id) for plan_id in {entry.plan_id for entry in entries}}
    if not entries:
        return 0
    plans = {plan_id: Plan.model_validate_json(one.body) for plan_id, one in stored.items() if one}
    lookup = _Lookup(directory, anchor, entries)
    with store.begin() as unit:
        for entry in entries:
            change = plans[entry.plan_id].changes[entry.number]
            guid, members, arrived = lookup.find(entry, plans[entry.plan_id])
            state = EntryState.DONE if arrived else EntryState.FAILED
            unit.journal.settle([Outcome(entry.entry_id, state, guid, None if arrived else NOT_CARRIED_OUT)], now)
            if arrived:
                remember(unit, identity, change, guid or "", members, now)
        for plan_id in plans:
            unit.plans.move(plan_id, {PlanStatus.APPLYING}, PlanStatus.INTERRUPTED, now)
    return len(entries)


class _Lookup:
    """Reads all accounts that the open entries speak of, once."""

    def __init__(self, directory: Directory, anchor: str, entries: list[JournalEntry]) -> None:
        guids = {entry.target_guid for entry in entries if entry.target_guid}
        guids |= {str(guid) for entry in entries for guid in entry.after.get("member", ())}
        names = {name for entry in entries for name in (*entry.before, *entry.after)}
        self._accounts = directory.accounts(guids, names - {"member", "enabled", "distinguishedName"})
        anchors = {str(entry.after[anchor]) for entry in entries if entry.action == "create-user"}
        self._holders = directory.holders(anchor, anchors, ()) if anchors else {}
        self._anchor = anchor

    def find(self, entry: JournalEntry, plan: Plan) -> tuple[str | None, tuple[str, ...], bool]:
        """Account, members and whether the write arrived."""
        change = plan.changes[entry.number]
        if isinstance(change, CreateUser):
            held: list[Account] = self._holders.get(str(change.after[self._anchor]).casefold(), [])
            return (held[0].guid if held else None), (), len(held) == 1
        if isinstance(change, AddToGroup | RemoveFromGroup):
            members = tuple(str(guid) for guid in entry.after.get("member", ()))
            joined = isinstance(change, AddToGroup)
            now = [guid for guid in members if guid in self._accounts]
            arrived = all((change.group in self._accounts[guid].group_guids) == joined for guid in now)
            return entry.target_guid, members, arrived and bool(now)
        account = self._accounts.get(entry.target_guid or "")
        if account is None:
            return entry.target_guid, (), False
        if isinstance(change, SetManager):
            return account.guid, (), account.attributes.get("manager") != change.before.get("manager")
        return account.guid, (), change.state(account) is State.DONE_ALREADY
