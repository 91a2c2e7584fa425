"""Set manager: the second pass of a plan, for managers that the same plan creates."""

from __future__ import annotations

from typing import ClassVar, Literal

from lifecycle.actions.change import Change, Member, Phase
from lifecycle.directory.operation import Modify


class SetManager(Change):
    """``before`` holds ``manager`` (GUID or None); who the manager becomes stands in ``manager``."""

    phase: ClassVar[Phase] = Phase.REFERENCE
    action: Literal["set-manager"] = "set-manager"
    manager: Member

    def operation(self, account_guid: str, manager_guid: str) -> Modify:
        """One modify, once both accounts are known."""
        return Modify(account_guid, {"manager": manager_guid})
