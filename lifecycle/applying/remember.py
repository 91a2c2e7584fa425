"""What later runs must know of a change that was carried out; written in the transaction that settles it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.disable_user import DisableUser
from lifecycle.actions.enable_user import EnableUser
from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.store.store import Unit


def remember(unit: Unit, directory: str, change: AnyChange, guid: str, members: Sequence[str], now: datetime) -> None:
    """Keep memberships that a rule gave, and which accounts a run of ours disabled.

    Args:
        unit: The open transaction.
        directory: objectGUID of the domain.
        change: The change that was carried out, or was so already.
        guid: The account (unused for memberships).
        members: Accounts whose membership this change really wrote.
        now: When.
    """
    match change:
        case AddToGroup():
            unit.grants.add(directory, [(member, change.group) for member in members], change.rule, now)
        case RemoveFromGroup():
            unit.grants.remove(directory, [(member, change.group) for member in members])
        case DisableUser():
            unit.departures.add(directory, [guid], now)
        case EnableUser():
            unit.departures.remove(directory, [guid])
        case _:
            return
