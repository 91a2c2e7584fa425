"""Modify user properties: replace the attributes that differ; a value of None clears one."""

from __future__ import annotations

from typing import ClassVar, Literal

from lifecycle.actions.change import AccountChange, Phase
from lifecycle.directory.account import Account
from lifecycle.directory.operation import Modify, Operation


class ModifyUser(AccountChange):
    """``before`` and ``after`` hold the attributes that differ, and no other."""

    phase: ClassVar[Phase] = Phase.MODIFY
    action: Literal["modify-user"] = "modify-user"

    def operations(self, live: Account) -> tuple[Operation, ...]:
        """One modify."""
        return (Modify(live.guid, dict(self.after)),)
