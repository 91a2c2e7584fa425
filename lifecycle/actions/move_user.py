"""Move user: another OU, another common name, or both, in one LDAP modifyDN."""

from __future__ import annotations

from typing import ClassVar, Literal

from lifecycle.actions.change import AccountChange, Phase
from lifecycle.directory import dn
from lifecycle.directory.account import Account
from lifecycle.directory.operation import Move, Operation


class MoveUser(AccountChange):
    """``before`` and ``after`` hold ``distinguishedName``."""

    phase: ClassVar[Phase] = Phase.MOVE
    action: Literal["move-user"] = "move-user"

    @property
    def changes_ou(self) -> bool:
        """Whether the account leaves its OU; else it is only renamed."""
        before, after = str(self.before["distinguishedName"]), str(self.after["distinguishedName"])
        return dn.key(dn.parent(before)) != dn.key(dn.parent(after))

    def operations(self, live: Account) -> tuple[Operation, ...]:
        """One modifyDN."""
        target = str(self.after["distinguishedName"])
        return (Move(live.guid, dn.leaf_value(target), dn.parent(target)),)
