"""Unlock user: lockoutTime back to 0. No undo: a lock is the domain controller's own answer to wrong passwords."""

from __future__ import annotations

from typing import ClassVar, Literal

from lifecycle.actions.change import AccountChange, Phase
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account
from lifecycle.directory.operation import Modify, Operation

ATTRIBUTE = "lockoutTime"
_OPEN = "0"


class UnlockUser(AccountChange):
    """``before`` and ``after`` hold lockoutTime, a FILETIME; 0 is "not locked" ([MS-ADA1] 2.358)."""

    phase: ClassVar[Phase] = Phase.ENABLE
    verb: ClassVar[str] = "accounts to unlock"
    action: Literal["unlock-user"] = "unlock-user"

    def operations(self, live: Account) -> tuple[Operation, ...]:
        """One modify."""
        return (Modify(live.guid, {ATTRIBUTE: _OPEN}),)


class UnlockUserParameters(Parameters):
    """An account that too many wrong passwords have locked may log on again."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Unlock user",
        writes="lockoutTime 0",
        undo="none: a lock is the domain controller's own answer to wrong passwords",
        tested="a Samba domain controller",
    )
    reads: ClassVar[frozenset[str]] = frozenset({ATTRIBUTE})
    action: Literal["unlock-user"] = "unlock-user"

    def changes(self, subject: Subject, sight: Sight) -> Planned:  # noqa: ARG002
        """One change for an account that is locked."""
        locked = subject.account.attributes.get(ATTRIBUTE, _OPEN)
        if locked != _OPEN:
            yield UnlockUser(**subject.told(), before={ATTRIBUTE: locked}, after={ATTRIBUTE: _OPEN})
