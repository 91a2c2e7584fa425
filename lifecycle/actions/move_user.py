"""Move user: another OU, another common name, or both, in one LDAP modifyDN."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from lifecycle.actions.change import AccountChange, Change, Phase
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory import dn
from lifecycle.directory.account import Account
from lifecycle.directory.operation import Move, Operation
from lifecycle.language.macros.place import Place


class MoveUser(AccountChange):
    """``before`` and ``after`` hold ``distinguishedName``."""

    phase: ClassVar[Phase] = Phase.MOVE
    verb: ClassVar[str] = "accounts to move or rename"
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

    def undone(self, account: str) -> Change | None:
        """Back to where it stood, under the name that it had."""
        return MoveUser(**self.swapped(account))


class MoveUserParameters(Parameters):
    """The account stands in another OU; one that stands in or below it already stays."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Move user",
        writes="the distinguished name, by LDAP modifyDN",
        undo="back, under the name that it had",
        tested="a Samba domain controller",
    )
    standing: ClassVar[bool] = True
    action: Literal["move-user"] = "move-user"
    ou: str = Field(description="Distinguished name with macros; values are escaped.")

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """The OU."""
        yield "ou", self.ou, "dn"

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """One modifyDN, with a free name."""
        ou = sight.text(self.ou, "dn", subject)
        account = subject.account
        if not dn.is_below(account.dn, ou):
            yield MoveUser(
                **subject.told(),
                before={"distinguishedName": account.dn},
                after={"distinguishedName": sight.name_in(account, ou)},
            )
