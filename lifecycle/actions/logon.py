"""Disable and enable user: the disabled bit of userAccountControl, all others kept. Each undoes the other."""

from __future__ import annotations

from typing import ClassVar, Literal

from lifecycle.actions.change import AccountChange, Change, Phase
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory import uac
from lifecycle.directory.account import Account
from lifecycle.directory.operation import Modify, Operation


class DisableUser(AccountChange):
    """``before`` and ``after`` hold ``enabled``."""

    phase: ClassVar[Phase] = Phase.DISABLE
    verb: ClassVar[str] = "accounts to disable"
    limited_as: ClassVar[str] = "disable"
    action: Literal["disable-user"] = "disable-user"

    def operations(self, live: Account) -> tuple[Operation, ...]:
        """One modify, from the bits as they are now."""
        return (Modify(live.guid, {"userAccountControl": uac.disabled(live.user_account_control)}),)

    def undone(self, account: str) -> Change | None:
        """Enabling."""
        return EnableUser(**self.swapped(account))


class EnableUser(AccountChange):
    """``before`` and ``after`` hold ``enabled``."""

    phase: ClassVar[Phase] = Phase.ENABLE
    verb: ClassVar[str] = "accounts to enable"
    limited_as: ClassVar[str] = "enable"
    action: Literal["enable-user"] = "enable-user"

    def operations(self, live: Account) -> tuple[Operation, ...]:
        """One modify, from the bits as they are now."""
        return (Modify(live.guid, {"userAccountControl": uac.enabled(live.user_account_control)}),)

    def undone(self, account: str) -> Change | None:
        """Disabling."""
        return DisableUser(**self.swapped(account))


class DisableUserParameters(Parameters):
    """Nobody can log on any more; sessions in Microsoft 365 are ended by an action of their own."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Disable user",
        writes="userAccountControl, bit 0x2",
        undo="enabling",
        tested="a Samba domain controller",
    )
    standing: ClassVar[bool] = True
    action: Literal["disable-user"] = "disable-user"

    def changes(self, subject: Subject, sight: Sight) -> Planned:  # noqa: ARG002
        """One change for an account that is enabled."""
        if subject.account.enabled:
            yield DisableUser(**subject.told(), before={"enabled": True}, after={"enabled": False})


class EnableUserParameters(Parameters):
    """Log on is allowed again."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Enable user",
        writes="userAccountControl, bit 0x2",
        undo="disabling",
        tested="a Samba domain controller",
    )
    standing: ClassVar[bool] = True
    action: Literal["enable-user"] = "enable-user"

    def changes(self, subject: Subject, sight: Sight) -> Planned:  # noqa: ARG002
        """One change for an account that is disabled."""
        if not subject.account.enabled:
            yield EnableUser(**subject.told(), before={"enabled": False}, after={"enabled": True})
