"""Forward mail: to an address or to the account's manager, with a copy kept or not. Undone to where it went before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from lifecycle.actions.change import Change, Phase, State
from lifecycle.actions.exchange_values import Values, given, mail_account, settled_mailbox, text_in
from lifecycle.actions.outside import Need, Outside, RefusalError, System
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account, Value
from lifecycle.language.macros.place import Place
from lifecycle.mail.mailbox import Forwarding
from lifecycle.mail.operation import SetForwarding
from lifecycle.mail.parameter import Kind, Parameter
from lifecycle.notice import Reason

TO_ADDRESS, TO_RECIPIENT, KEEPS_COPY = "exchange.forwardTo", "exchange.forwardToRecipient", "exchange.keepsCopy"
MANAGER = "manager"


class ForwardMailChange(OutsideChange):
    """``before`` and ``after`` hold the address, the recipient of the organisation, and whether a copy is kept."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "mailboxes whose mail is sent on, or no more"
    system: ClassVar[System] = System.MAIL
    needs: ClassVar[frozenset[Need]] = frozenset({Need.MAILBOX})
    action: Literal["forward-mail"] = "forward-mail"

    def state_outside(self, outside: Outside) -> State:
        """By where mail goes; addresses are compared without regard to case."""
        mailbox = outside.mailbox(self.account)
        if mailbox is None or mailbox.is_disconnected or not mailbox.exchange_guid:
            return State.MISSING
        now = mailbox.forwarding
        if goes_the_same_way(now, _forwarding(self.after)):
            return State.DONE_ALREADY
        return State.AS_PLANNED if goes_the_same_way(now, _forwarding(self.before)) else State.DRIFTED

    def operation(self, account: Account, outside: Outside) -> SetForwarding:  # noqa: ARG002
        """One cmdlet, which sets all three."""
        return SetForwarding(mail_account(account), _forwarding(self.after))

    def undone(self, account: str) -> Change | None:
        """The former way."""
        return ForwardMailChange(**self.swapped(account))


def goes_the_same_way(one: Forwarding, other: Forwarding) -> bool:
    """Whether mail ends up in the same places; whether a copy is kept means nothing where none is sent on."""
    return (
        one.smtp_address.casefold() == other.smtp_address.casefold()
        and one.recipient.casefold() == other.recipient.casefold()
        and (not one.is_on or one.keeps_copy == other.keeps_copy)
    )


def _values(forwarding: Forwarding) -> dict[str, Value | None]:
    return {
        TO_ADDRESS: forwarding.smtp_address or None,
        TO_RECIPIENT: forwarding.recipient or None,
        KEEPS_COPY: forwarding.keeps_copy,
    }


def _forwarding(values: Values) -> Forwarding:
    return Forwarding(text_in(values, TO_ADDRESS), text_in(values, TO_RECIPIENT), bool(values.get(KEEPS_COPY)))


class ForwardMailParameters(Parameters):
    """What comes to the mailbox is sent on, or is not any more."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Forward mail",
        writes="Set-Mailbox -ForwardingSmtpAddress, -ForwardingAddress and -DeliverToMailboxAndForward",
        undo="sent where it was sent before, or nowhere",
        tested="a simulated Exchange, on-premises, online and hybrid",
    )
    needs: ClassVar[frozenset[Need]] = frozenset({Need.MAILBOX})
    action: Literal["forward-mail"] = "forward-mail"
    to: str = Field(description="An address, macros allowed; `manager`; or empty, which ends it.")
    keep_copy: bool = Field(True, description="Whether the mailbox gets the mail as well.")

    def attributes(self) -> frozenset[str]:
        """Who the manager is, and where mail reaches them."""
        return frozenset({MANAGER, "mail"}) if self.to == MANAGER else frozenset()

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """The address: an empty one would end the forwarding."""
        yield "to", self.to, "strict"

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """One change for an account whose mail goes another way."""
        mailbox = settled_mailbox(sight, subject, self.action)
        if mailbox is None:
            return
        address = self._address(subject, sight)
        if address and address.casefold() == mailbox.primary_address.casefold():
            raise RefusalError(Reason.VALUE_UNFIT, f"{self.action}: mail would be sent on to the mailbox itself")
        wanted = Forwarding(address, keeps_copy=bool(address) and self.keep_copy)
        if not goes_the_same_way(mailbox.forwarding, wanted):
            yield ForwardMailChange(**subject.told(), before=_values(mailbox.forwarding), after=_values(wanted))

    def _address(self, subject: Subject, sight: Sight) -> str:
        if self.to != MANAGER:
            address = given(self.to, Kind.ADDRESS, f"{self.action}: to", subject, sight)
            if self.to and not address:
                raise RefusalError(Reason.MAPPING_EMPTY, f"{self.action}: to")
            return address
        manager = sight.account(str(subject.account.attributes.get(MANAGER, "")))
        address = str(manager.attributes.get("mail", "")) if manager is not None else ""
        if not Parameter(Kind.ADDRESS).takes(address):
            raise RefusalError(Reason.MAPPING_EMPTY, f"{self.action}: the account has no manager with an address")
        return address
