"""What earlier runs left in the store, as far as planning needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from lifecycle.folders.left_behind import LeftBehind
from lifecycle.mail.mailbox import LostMailbox
from lifecycle.planning.names import NameKey


class LastPolicyRun(NamedTuple):
    """The last time that a list began for an account.

    Args:
        policy_run_id: Identifier that its steps share.
        triggers: Digests of the differences between record and account that it began for and that remain.
        is_over: Whether the leaving, or the coming back, that it began for is over.
        is_watched: Whether every run since has looked whether it is over; runs of an older version did not.
    """

    policy_run_id: str
    triggers: frozenset[str] = frozenset()
    is_over: bool = False
    is_watched: bool = True


@dataclass(frozen=True, slots=True)
class PriorState:
    """What earlier runs left in the store.

    Args:
        absences: Anchor → complete runs in a row without the person.
        grants: Account GUID → GUIDs of the groups that a rule gave.
        departures: Account GUID → when a run of ours disabled it.
        names: Key of a name that was given → GUIDs of the accounts that have or had it.
        courses: Account, or primary key of who was yet to get one, and list → how often the list has begun for it.
        under_way: Account and list, of lists of which something still waits.
        mailboxes: Account GUID → the mailbox that a run of ours took from it.
        left_behind: Account GUID → old home folders that were copied and are still to be removed.
        held: GUIDs of accounts that a run of ours disabled on somebody's word, whatever the records say.
        served: GUIDs of accounts for which the list of a user-actions has begun, while their person is in the source.
        policy_runs: Account and list (leavers, movers, rehires) → the last time that it began.
        synced_at: When everybody was last read and acted upon, UTC; None for never. What leavers' lists left for later
            is done only if that was after its time had come: else the person may be back, and nobody has looked.
    """

    absences: Mapping[str, int] = field(default_factory=dict)
    grants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    departures: Mapping[str, datetime] = field(default_factory=dict)
    names: Mapping[NameKey, frozenset[str]] = field(default_factory=dict)
    courses: Mapping[tuple[str, str], int] = field(default_factory=dict)
    under_way: frozenset[tuple[str, str]] = frozenset()
    mailboxes: Mapping[str, LostMailbox] = field(default_factory=dict)
    left_behind: Mapping[str, tuple[LeftBehind, ...]] = field(default_factory=dict)
    served: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    policy_runs: Mapping[tuple[str, str], LastPolicyRun] = field(default_factory=dict)
    synced_at: datetime | None = None

    def is_under_way(self, account: str, rule: str) -> bool:
        """Whether something of a list still waits for the account."""
        return (account, rule) in self.under_way
