"""What became of changes, as events: told in the transaction that settles them, so that none is lost or told twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Cause
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.config.webhook import Occasion
from lifecycle.directory import dn
from lifecycle.directory.account import Account
from lifecycle.directory.account_texts import texts_of
from lifecycle.outbound.event import Event
from lifecycle.outbound.freezing import Announcer
from lifecycle.planning.plan import Plan
from lifecycle.store.status import EntryState
from lifecycle.store.store import Unit

_NAME = "distinguishedName"
_STATES = {EntryState.FAILED: Occasion.FAILED, EntryState.UNKNOWN: Occasion.FAILED}
"""What was not sent because it was no longer as planned is planned again, and no news."""


@dataclass(frozen=True, slots=True)
class SettledChange:
    """A change of which it is known by now what became of it.

    Args:
        number: Its place in the plan.
        state: What became of it; only what was our own doing is told as done.
        guid: The account.
        why: Why it was not carried out.
        members: For memberships: the accounts that were written, each with the person's primary key, if any.
    """

    number: int
    state: EntryState
    guid: str
    why: str
    members: Mapping[str, str]

    @property
    def occasion(self) -> Occasion | None:
        """The event that webhooks wait for; None where it is no news."""
        return Occasion.DONE if self.state is EntryState.DONE else _STATES.get(self.state)


@dataclass(frozen=True, slots=True)
class Announcement:
    """Tells what becomes of one plan.

    Args:
        announcer: The webhooks.
        plan: The plan.
        plan_id: Under which the store keeps it.
        run_id: The run that carries it out.
    """

    announcer: Announcer
    plan: Plan
    plan_id: str
    run_id: str

    @property
    def attributes(self) -> frozenset[str]:
        """LDAP attributes that are to be known of every account that is changed."""
        return told_attributes(self.announcer)

    def tell(self, unit: Unit, settled: SettledChange, accounts: Mapping[str, Account], now: datetime) -> None:
        """Queue what webhooks say of a change that was settled.

        Args:
            unit: The open transaction.
            settled: The change.
            accounts: Accounts as they were before, with :attr:`attributes`.
            now: When.
        """
        occasion = settled.occasion
        if occasion is None or self.plan.changes[settled.number].cause is Cause.FETCHED:
            return
        unit.outbox.add(self.announcer.calls(self._events(occasion, settled, accounts, now)), now)

    def _events(
        self, occasion: Occasion, settled: SettledChange, accounts: Mapping[str, Account], now: datetime
    ) -> Iterator[Event]:
        change = self.plan.changes[settled.number]
        if isinstance(change, AddToGroup | RemoveFromGroup):
            whom = sorted(settled.members.items()) or [(member.account, member.person) for member in change.members]
        else:
            whom = [(settled.guid, change.person)]
        for account, person in whom:
            done = occasion is Occasion.DONE
            today = now.date().isoformat()
            what = f"{self.plan_id}:{settled.number}" if done else f"{change.action} {settled.why} {today}"
            yield Event(
                occasion=occasion,
                automation=self.plan.automation,
                directory=self.plan.directory,
                at=now,
                run_id=self.run_id,
                plan_id=self.plan_id,
                about=f"{what} {account or person}",
                person=person,
                account=account,
                action=change.action,
                cause=change.cause,
                reason=settled.why,
                attributes=_texts(change, accounts.get(account), done=done),
            )


def told_attributes(announcer: Announcer) -> frozenset[str]:
    """LDAP attributes of accounts that webhooks read, but for those that every account is read with."""
    return announcer.attributes - {_NAME, "cn", "enabled"}


def _texts(change: AnyChange, account: Account | None, *, done: bool) -> dict[str, str]:
    """The account as macros read it: as it was, and with what the change has made of it."""
    texts = texts_of(account)
    if not done or isinstance(change, AddToGroup | RemoveFromGroup):
        return texts
    for name, value in change.after.items():
        if value is None:
            texts.pop(name, None)
        elif "." not in name:
            texts[name] = ";".join(map(str, value)) if isinstance(value, tuple | list) else _text(value)
    if _NAME in change.after:
        texts["cn"] = dn.leaf_value(texts[_NAME])
    return texts


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
