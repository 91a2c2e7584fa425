"""Disable Lync (Skype for Business): msRTCSIP-UserEnabled becomes FALSE, all else is kept, so that it can be undone."""

from __future__ import annotations

from typing import ClassVar, Literal

from lifecycle.actions.change import AccountChange, Change, Phase
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned, Sight, Subject
from lifecycle.directory.account import Account
from lifecycle.directory.operation import Modify, Operation

ATTRIBUTE = "msRTCSIP-UserEnabled"


class DisableLync(AccountChange):
    """``before`` and ``after`` hold msRTCSIP-UserEnabled."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "accounts to disable or enable in Lync"
    action: Literal["disable-lync"] = "disable-lync"

    def operations(self, live: Account) -> tuple[Operation, ...]:
        """One modify."""
        return (Modify(live.guid, dict(self.after)),)

    def undone(self, account: str) -> Change | None:
        """Enabled again."""
        return DisableLync(**self.swapped(account))


class DisableLyncParameters(Parameters):
    """The account cannot sign in to Lync; its settings there are kept."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Disable Lync accounts",
        writes="msRTCSIP-UserEnabled FALSE",
        undo="TRUE again",
        tested="a Samba domain controller with the Lync schema",
    )
    reads: ClassVar[frozenset[str]] = frozenset({ATTRIBUTE})
    standing: ClassVar[bool] = True
    action: Literal["disable-lync"] = "disable-lync"

    def changes(self, subject: Subject, sight: Sight) -> Planned:  # noqa: ARG002
        """One change for an account that is enabled there."""
        if subject.account.attributes.get(ATTRIBUTE) == "TRUE":
            yield DisableLync(**subject.told(), before={ATTRIBUTE: "TRUE"}, after={ATTRIBUTE: "FALSE"})
