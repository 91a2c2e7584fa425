"""The mailboxes that runs of ours took from accounts: Exchange does not say whose they were, the journal does."""

from __future__ import annotations

from lifecycle.actions.exchange_values import DATABASE, EXCHANGE_GUID
from lifecycle.mail.mailbox import LostMailbox
from lifecycle.store.status import EntryState
from lifecycle.store.store import Unit

_TAKEN, _GIVEN_BACK, _DELETED = "disable-mailbox", "connect-mailbox", "delete-mailbox"


def lost_mailboxes(unit: Unit, directory: str) -> dict[str, LostMailbox]:
    """Account GUID → the mailbox that it lost last, and that was neither given back nor deleted since.

    Args:
        unit: An open transaction.
        directory: objectGUID of the domain.
    """
    lost: dict[str, LostMailbox] = {}
    for entry in unit.journal.of_actions(directory, {_TAKEN, _GIVEN_BACK, _DELETED}):
        guid = entry.target_guid or ""
        # One whose outcome nobody knows may be lost as well: it is looked for, and found or not.
        if entry.action == _TAKEN and entry.state in {EntryState.DONE, EntryState.UNKNOWN}:
            if mailbox := entry.before.get(EXCHANGE_GUID):
                database = str(entry.before.get(DATABASE) or "")
                lost[guid] = LostMailbox(str(mailbox), database, entry.settled_at or entry.intended_at)
        elif entry.action != _TAKEN and entry.state is EntryState.DONE:
            lost.pop(guid, None)
    return lost
