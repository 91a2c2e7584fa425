"""Enable user: clear the disabled bit of userAccountControl, all others kept."""

from __future__ import annotations

from typing import ClassVar, Literal

from lifecycle.actions.change import AccountChange, Phase
from lifecycle.directory import uac
from lifecycle.directory.account import Account
from lifecycle.directory.operation import Modify, Operation


class EnableUser(AccountChange):
    """``before`` and ``after`` hold ``enabled``."""

    phase: ClassVar[Phase] = Phase.ENABLE
    action: Literal["enable-user"] = "enable-user"

    def operations(self, live: Account) -> tuple[Operation, ...]:
        """One modify, from the bits as they are now."""
        return (Modify(live.guid, {"userAccountControl": uac.enabled(live.user_account_control)}),)
