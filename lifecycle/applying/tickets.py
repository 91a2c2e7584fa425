"""Records that are requests: what a run has in hand of them, what became of each, and its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.applying.verdict import Fate
from lifecycle.config.webhook import Occasion
from lifecycle.directory.account import Account
from lifecycle.directory.account_texts import texts_of
from lifecycle.notice import QUARANTINE, Reason
from lifecycle.outbound.event import Event
from lifecycle.outbound.freezing import Announcer
from lifecycle.people.person import LEAVING, People, Standing
from lifecycle.planning.plan import Plan
from lifecycle.store.journal import JournalEntry
from lifecycle.store.status import EntryState
from lifecycle.store.store import Unit

_REFUSED = QUARANTINE | {
    Reason.NO_ACCOUNT, Reason.GROUP_MISSING, Reason.TARGET_REFUSED, Reason.LEAVER_PROTECTED, Reason.ACCOUNT_PROTECTED,
    Reason.MAILBOX_ON_HOLD, Reason.MAILBOX_OTHER, Reason.STILL_ENABLED,
}  # fmt: skip
"""What somebody has to see to before a ticket can be done."""
_LATER = frozenset({Reason.TARGET_UNREAD, Reason.TARGET_MISSING})
_REFUSALS = frozenset({Fate.PROTECTED.value, Fate.GONE.value})
"""Of what was not sent: the rest is planned again by the next run."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The tickets of one data source.

    Args:
        source: Name of the data source.
        automation: Name of the automation.
        directory: objectGUID of the domain.
        run_id: The run.
        announcer: The webhooks.
    """

    source: str
    automation: str
    directory: str
    run_id: str
    announcer: Announcer

    def take(self, unit: Unit, people: People, now: datetime) -> People:
        """Take in hand what nobody else has, and tell of it; answers these alone."""
        if not people.is_partial:
            unit.tickets.close_absent(self.source, _keys(people), now)
        taken = unit.tickets.take(self.source, _askers(people), self.run_id, now)
        events = [self._event(Occasion.TICKET_CLAIMED, key, opened, now) for key, opened in taken.items()]
        unit.outbox.add(self.announcer.calls(events), now)
        return _only(people, frozenset(taken))

    def look(self, unit: Unit, people: People) -> People:
        """Those that a run could take in hand; nothing is written."""
        return _only(people, unit.tickets.free(self.source, _askers(people)))

    def answer(
        self, unit: Unit, plan: Plan, plan_id: str, accounts: Mapping[str, Account], now: datetime
    ) -> Mapping[str, str]:
        """Answer each ticket that is done or refused; the others stay for a later run.

        Args:
            unit: The open transaction.
            plan: The plan that was carried out.
            plan_id: Under which the store keeps it.
            accounts: The accounts that the tickets are about, as they are now.
            now: When.

        Returns:
            Primary key → ``done``, ``failed`` or ``later``.
        """
        entries = {entry.number: entry for entry in unit.journal.of_plan(plan_id)}
        opened = unit.tickets.opened(self.source, {key for key, _ in plan.tickets})
        waiting = unit.steps.waiting_people(self.directory, self.automation, now)
        told = {}
        for key, guid in plan.tickets:
            outcome, why, account = _outcome(plan, key, guid, entries)
            told[key] = "later" if outcome == "done" and key in waiting else outcome
            if told[key] == "later":
                continue
            unit.tickets.answer(self.source, key, told[key], now)
            occasion = Occasion.TICKET_DONE if outcome == "done" else Occasion.TICKET_FAILED
            event = replace(
                self._event(occasion, key, opened[key], now),
                plan_id=plan_id, account=account, reason=why, attributes=texts_of(accounts.get(account)),
            )  # fmt: skip
            unit.outbox.add(self.announcer.calls([event]), now)
        return told

    def _event(self, occasion: Occasion, key: str, opened: int, now: datetime) -> Event:
        return Event(
            occasion=occasion,
            automation=self.automation,
            directory=self.directory,
            at=now,
            run_id=self.run_id,
            plan_id="",
            about=f"{self.source} {key} {opened}",
            person=key,
        )


def accounts_of(plan: Plan, entries: Mapping[int, JournalEntry]) -> frozenset[str]:
    """The accounts that the tickets of a plan are about, those that it made among them."""
    made = (_outcome(plan, key, guid, entries)[2] for key, guid in plan.tickets)
    return frozenset(made) - {""}


def _outcome(plan: Plan, key: str, guid: str, entries: Mapping[int, JournalEntry]) -> tuple[str, str, str]:
    """What became of a ticket, why, and the account that it is about."""
    later = ""
    for notice in plan.notices:
        if notice.key == key and notice.reason in _REFUSED:
            return "failed", notice.reason.value, guid
        if notice.key == key and notice.reason in _LATER:
            later = notice.reason.value
    for number, change in enumerate(plan.changes):
        if not _is_about(change, key, guid):
            continue
        entry = entries.get(number)
        if entry is not None and not isinstance(change, AddToGroup | RemoveFromGroup):
            guid = guid or entry.target_guid or ""
        if entry is None or (entry.state is EntryState.STALE and entry.error not in _REFUSALS):
            later = later or "planned again"
        elif entry.state is not EntryState.DONE:
            return "failed", entry.error or entry.state.value, guid
    return ("later", later, guid) if later else ("done", "", guid)


def _is_about(change: AnyChange, key: str, guid: str) -> bool:
    if isinstance(change, AddToGroup | RemoveFromGroup):
        return any(one.person == key or (guid and one.account == guid) for one in change.members)
    return change.person == key


def _keys(people: People) -> frozenset[str]:
    """Every ticket that is in the source and not done with."""
    there = {person.key for person in people.persons if person.standing not in LEAVING}
    return frozenset(there | {notice.key for notice in people.notices})


def _askers(people: People) -> Iterator[str]:
    """Tickets whose time has come, and those that cannot be read as they should."""
    yield from (person.key for person in people.persons if person.standing is Standing.EMPLOYED)
    yield from (notice.key for notice in people.notices if notice.key and notice.reason in QUARANTINE)


def _only(people: People, keys: frozenset[str]) -> People:
    return replace(
        people,
        persons=tuple(one for one in people.persons if one.key in keys),
        notices=tuple(one for one in people.notices if one.key in keys or not one.key),
    )
