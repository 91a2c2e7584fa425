"""Disable Lync (Skype for Business): the account cannot sign in there any more.

By default msRTCSIP-UserEnabled becomes FALSE and all else is kept, so that it can be undone. Completely, everything of
Skype for Business Server is taken from the account; undone, it is enabled again with its address on its pool.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from lifecycle.actions.change import AccountChange, Change, Phase, State
from lifecycle.actions.exchange_values import Values, mail_account, text_in
from lifecycle.actions.outside import Need, Outside, RefusalError, System
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account, Value
from lifecycle.directory.operation import Modify, Operation
from lifecycle.mail.operation import DisableCsUser, EnableCsUser
from lifecycle.mail.parameter import Kind, Parameter
from lifecycle.notice import Reason

ATTRIBUTE = "msRTCSIP-UserEnabled"
SIP_ADDRESS = "msRTCSIP-PrimaryUserAddress"
POOL = "skype.registrarPool"
_YES, _NO = "TRUE", "FALSE"


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


class _SkypeChange(OutsideChange):
    """What Skype for Business Server does to an account stands in the directory, and is compared there."""

    phase: ClassVar[Phase] = Phase.MODIFY
    system: ClassVar[System] = System.MAIL
    needs: ClassVar[frozenset[Need]] = frozenset()

    def state_of(self, live: Account, outside: Outside) -> State:  # noqa: ARG002
        """By the attributes; the pool is told to the server alone."""
        told = {"before": _attributes(self.before), "after": _attributes(self.after)}
        return Change.state(self.model_copy(update=told), live)

    def state_outside(self, outside: Outside) -> State:  # noqa: ARG002
        """Nothing is looked up."""
        return State.MISSING


class DisableSkypeChange(_SkypeChange):
    """``before`` holds what enabling takes: the attributes and the pool; ``after`` the same empty."""

    verb: ClassVar[str] = "accounts to take from Skype for Business"
    action: Literal["disable-skype"] = "disable-skype"

    def operation(self, account: Account, outside: Outside) -> DisableCsUser:  # noqa: ARG002
        """One cmdlet."""
        return DisableCsUser(mail_account(account))

    def undone(self, account: str) -> Change | None:
        """Enabled again, on the pool, with the address; None where there was no address."""
        return EnableSkypeChange(**self.swapped(account)) if text_in(self.before, SIP_ADDRESS) else None


class EnableSkypeChange(_SkypeChange):
    """``after`` holds the attributes and the pool."""

    verb: ClassVar[str] = "accounts to enable for Skype for Business"
    action: Literal["enable-skype"] = "enable-skype"

    def operation(self, account: Account, outside: Outside) -> EnableCsUser:  # noqa: ARG002
        """One cmdlet."""
        pool, address = text_in(self.after, POOL), text_in(self.after, SIP_ADDRESS)
        return EnableCsUser(mail_account(account), registrar_pool=pool, sip_address=address)

    def undone(self, account: str) -> Change | None:
        """Taken away again."""
        return DisableSkypeChange(**self.swapped(account))


class DisableLyncParameters(Parameters):
    """The account cannot sign in to Lync; its settings there are kept unless it is disabled completely."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Disable Lync accounts",
        writes="msRTCSIP-UserEnabled FALSE; completely: Disable-CsUser",
        undo="TRUE again; completely: Enable-CsUser with pool and address, contacts and policies are lost",
        tested="a Samba domain controller with the Lync schema, a simulated Skype for Business Server",
    )
    reads: ClassVar[frozenset[str]] = frozenset({ATTRIBUTE, SIP_ADDRESS})
    standing: ClassVar[bool] = True
    action: Literal["disable-lync"] = "disable-lync"
    complete: bool = Field(
        False, description="Whether contacts, meetings and policies go as well; through the Exchange server's block."
    )
    registrar_pool: str = Field("", description="Completely: the pool's name, for an undo; the directory has it not.")

    @model_validator(mode="after")
    def _knows_the_pool(self) -> DisableLyncParameters:
        if self.complete != bool(self.registrar_pool):
            raise ValueError("registrar_pool is for disabling completely, which needs it for an undo")
        if self.complete and not Parameter(Kind.NAME).takes(self.registrar_pool):
            raise ValueError(f"registrar_pool must be {Kind.NAME.value}")
        return self

    @property
    def stands(self) -> bool:
        """Only what the directory alone is told."""
        return not self.complete and not self.delay

    def looks_up(self) -> frozenset[Need]:
        """The server is told where it is disabled completely."""
        return frozenset({Need.SKYPE}) if self.complete else frozenset()

    def changes(self, subject: Subject, sight: Sight) -> Planned:  # noqa: ARG002
        """One change for an account that is enabled there; completely also for one that is only switched off."""
        held = subject.account.attributes
        if not self.complete:
            if held.get(ATTRIBUTE) == _YES:
                yield DisableLync(**subject.told(), before={ATTRIBUTE: _YES}, after={ATTRIBUTE: _NO})
        elif held.get(ATTRIBUTE) is not None or held.get(SIP_ADDRESS) is not None:
            if not Parameter(Kind.ADDRESS).takes(held.get("userPrincipalName")):
                raise RefusalError(Reason.VALUE_UNFIT, f"{self.action}: the server finds accounts by userPrincipalName")
            before = {name: held.get(name) for name in (ATTRIBUTE, SIP_ADDRESS)} | {POOL: self.registrar_pool}
            yield DisableSkypeChange(**subject.told(), before=before, after=dict.fromkeys(before))


def _attributes(values: Values) -> dict[str, Value | None]:
    return {name: value for name, value in values.items() if "." not in name}
