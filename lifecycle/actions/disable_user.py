"""Disable user: set the disabled bit of userAccountControl, all others kept."""

from __future__ import annotations

from typing import ClassVar, Literal

from lifecycle.actions.change import AccountChange, Phase
from lifecycle.directory import uac
from lifecycle.directory.account import Account
from lifecycle.directory.operation import Modify, Operation


class DisableUser(AccountChange):
    """``before`` and ``after`` hold ``enabled``."""

    phase: ClassVar[Phase] = Phase.DISABLE
    action: Literal["disable-user"] = "disable-user"

    def operations(self, live: Account) -> tuple[Operation, ...]:
        """One modify, from the bits as they are now."""
        return (Modify(live.guid, {"userAccountControl": uac.disabled(live.user_account_control)}),)
