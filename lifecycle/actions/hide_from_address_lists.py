"""Hide from address lists, or show again: through Exchange, or in the directory where none is connected."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from lifecycle.actions.change import Change, Phase, State
from lifecycle.actions.exchange_values import mail_account, own_mailbox
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.outside import Need, Outside, System
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned, differing
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account
from lifecycle.mail.operation import HideFromAddressLists

ATTRIBUTE = "msExchHideFromAddressLists"
HIDDEN = "exchange.hidden"


class HideFromAddressListsChange(OutsideChange):
    """``before`` and ``after`` hold whether address lists leave the mailbox out."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "mailboxes to hide from address lists, or to show"
    system: ClassVar[System] = System.MAIL
    needs: ClassVar[frozenset[Need]] = frozenset({Need.MAILBOX})
    action: Literal["hide-from-address-lists"] = "hide-from-address-lists"

    def state_outside(self, outside: Outside) -> State:
        """By whether it is hidden."""
        mailbox = outside.mailbox(self.account)
        if mailbox is None or mailbox.is_disconnected:
            return State.MISSING
        return State.DONE_ALREADY if mailbox.is_hidden == self.after[HIDDEN] else State.AS_PLANNED

    def operation(self, account: Account, outside: Outside) -> HideFromAddressLists:  # noqa: ARG002
        """One cmdlet."""
        return HideFromAddressLists(mail_account(account), hidden=bool(self.after[HIDDEN]))

    def undone(self, account: str) -> Change | None:
        """The other way round."""
        return HideFromAddressListsChange(**self.swapped(account))


class HideFromAddressListsParameters(Parameters):
    """Nobody finds the account in an address list any more; mail to it still arrives."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Hide from address lists",
        writes="Set-Mailbox or Set-RemoteMailbox -HiddenFromAddressListsEnabled; or msExchHideFromAddressLists",
        undo="as it was before",
        tested="a simulated Exchange, and a Samba domain controller with the Exchange schema",
    )
    standing: ClassVar[bool] = True
    action: Literal["hide-from-address-lists"] = "hide-from-address-lists"
    hidden: bool = Field(True, description="Whether it is hidden; false shows it again.")
    through: Literal["exchange", "directory"] = Field(
        "exchange",
        description="Exchange knows best; in the directory it is an attribute, looked at in every run as long as the "
        "list applies.",
    )

    @property
    def stands(self) -> bool:
        """In the directory alone: Exchange would be asked about every account in every run."""
        return self.through == "directory" and not self.delay

    def looks_up(self) -> frozenset[Need]:
        """The mailbox, where Exchange is told."""
        return frozenset({Need.MAILBOX}) if self.through == "exchange" else frozenset()

    def attributes(self) -> frozenset[str]:
        """The attribute, where the directory is told."""
        return frozenset({ATTRIBUTE}) if self.through == "directory" else frozenset()

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """One change for an account that is shown, or hidden, against what is asked."""
        if self.through == "directory":
            yield from self._in_directory(subject, sight)
            return
        mailbox = own_mailbox(sight, subject)
        if mailbox is not None and mailbox.is_hidden != self.hidden:
            yield HideFromAddressListsChange(
                **subject.told(), before={HIDDEN: mailbox.is_hidden}, after={HIDDEN: self.hidden}
            )

    def _in_directory(self, subject: Subject, sight: Sight) -> Planned:
        """Without a value an account is shown."""
        hidden = sight.fitted(ATTRIBUTE, "TRUE")
        is_hidden = sight.same(ATTRIBUTE, subject.account.attributes.get(ATTRIBUTE), hidden)
        if is_hidden != self.hidden:
            wanted = {ATTRIBUTE: hidden if self.hidden else None}
            yield ModifyUser(**subject.told(), **differing(wanted, subject, sight))
