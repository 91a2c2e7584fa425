"""Set reference: the second pass of a plan, for managers and others whose accounts the same plan creates."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from lifecycle.actions.change import Change, Member, Phase
from lifecycle.directory.account import Value
from lifecycle.directory.operation import Modify


class SetReference(Change):
    """``before`` holds the attribute (GUIDs or None); whom it shall name stands in ``target``."""

    phase: ClassVar[Phase] = Phase.REFERENCE
    verb: ClassVar[str] = "managers and other people to name once both accounts exist"
    action: Literal["set-reference"] = "set-reference"
    attribute: str = Field(description="LDAP name, manager for one.")
    target: Member

    def operation(self, account_guid: str, target_guid: str) -> Modify:
        """One modify, once both accounts are known."""
        return Modify(account_guid, {self.attribute: target_guid})


def named(value: Value | None) -> frozenset[str]:
    """The objects that a reference names, by GUID, whether the attribute holds one or several."""
    return frozenset() if value is None else frozenset(value) if isinstance(value, tuple) else frozenset({str(value)})
