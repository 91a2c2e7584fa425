"""Disable mailbox: it is taken from the account, Exchange keeps it for a while, and the account stays.

Undone by connecting it again, by its own GUID and database: the account does not know them any more by then.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from lifecycle.actions.change import Change, Phase, State
from lifecycle.actions.exchange_values import (
    ADDRESS,
    ALIAS,
    DATABASE,
    EXCHANGE_GUID,
    ROUTING,
    kind_in,
    mail_account,
    mailbox_values,
    nothing_of,
    own_mailbox,
    text_in,
)
from lifecycle.actions.outside import Need, Outside, RefusalError, System
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.restore_addresses import ADDRESSES, RestoreAddresses
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account
from lifecycle.mail.operation import ConnectMailbox, DisableMailbox, DisableRemoteMailbox, EnableRemoteMailbox
from lifecycle.notice import Reason


class DisableMailboxChange(OutsideChange):
    """``before`` holds the mailbox as :mod:`lifecycle.actions.exchange_values` writes it, and the account's addresses.

    ``after`` holds the same without values.
    """

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "mailboxes to disable"
    system: ClassVar[System] = System.MAIL
    needs: ClassVar[frozenset[Need]] = frozenset({Need.MAILBOX})
    action: Literal["disable-mailbox"] = "disable-mailbox"

    def state_outside(self, outside: Outside) -> State:
        """By the mailbox's own GUID; another mailbox, or one on hold by now, is drift."""
        mailbox, kind = outside.mailbox(self.account), kind_in(self.before)
        is_gone = mailbox is None or mailbox.is_disconnected
        # In a hybrid organisation the mailbox in the cloud outlives what the server said of it.
        if mailbox is None or is_gone or (kind is not None and kind.is_remote and not mailbox.kind.is_remote):
            return State.DONE_ALREADY
        identity = text_in(self.before, EXCHANGE_GUID)
        if mailbox.is_on_hold or identity not in {"", mailbox.exchange_guid}:
            return State.DRIFTED
        return State.AS_PLANNED

    def operation(self, account: Account, outside: Outside) -> DisableMailbox | DisableRemoteMailbox:
        """One cmdlet, where the mailbox is known."""
        mailbox = outside.mailbox(self.account)
        kind = DisableRemoteMailbox if mailbox is not None and mailbox.kind.is_remote else DisableMailbox
        return kind(mail_account(account, self.before))

    def as_found(self, outside: Outside) -> Change:
        """With the mailbox as it is: one that was created by a plan has got its GUID only then."""
        mailbox = outside.mailbox(self.account)
        if mailbox is None:
            return self
        before = mailbox_values(mailbox)
        return self.model_copy(update={"before": before, "after": nothing_of(before)})

    def undone(self, account: str) -> Change | None:
        """Connecting; None where nobody wrote down which mailbox it was."""
        return connecting(self.swapped(account))

    def undone_behind(self, account: str) -> tuple[RestoreAddresses, ...]:
        """The addresses: a mailbox that is connected gets those of the organisation's policy alone."""
        facts = self.swapped(account)
        addresses = {name: facts["after"].get(name) for name in sorted(ADDRESSES) if name in facts["after"]}
        empty = dict.fromkeys(addresses)
        return (RestoreAddresses(**{**facts, "before": empty, "after": addresses}),) if addresses else ()


class ConnectMailboxChange(OutsideChange):
    """``after`` holds the mailbox that the account had; a remote one is made known again instead."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "mailboxes to connect again"
    system: ClassVar[System] = System.MAIL
    needs: ClassVar[frozenset[Need]] = frozenset({Need.LOST_MAILBOX})
    brings_back: ClassVar[bool] = True
    action: Literal["connect-mailbox"] = "connect-mailbox"

    @property
    def _is_remote(self) -> bool:
        kind = kind_in(self.after)
        return kind is not None and kind.is_remote

    def lost_mailbox(self) -> tuple[str, str] | None:
        """The one that is connected."""
        identity = text_in(self.after, EXCHANGE_GUID)
        return (identity, text_in(self.after, DATABASE)) if identity else None

    def state_outside(self, outside: Outside) -> State:
        """By the mailbox's own GUID; that the account has another one by now is drift."""
        mailbox = outside.mailbox(self.account)
        if self._is_remote:
            if mailbox is not None and mailbox.kind.is_remote:
                return State.DONE_ALREADY
            return State.DRIFTED if mailbox is not None and mailbox.database else State.AS_PLANNED
        if mailbox is None:
            return State.MISSING
        if mailbox.exchange_guid != text_in(self.after, EXCHANGE_GUID):
            return State.DRIFTED
        return State.AS_PLANNED if mailbox.is_disconnected else State.DONE_ALREADY

    def operation(self, account: Account, outside: Outside) -> ConnectMailbox | EnableRemoteMailbox:  # noqa: ARG002
        """One cmdlet."""
        kind, alias = kind_in(self.after), text_in(self.after, ALIAS)
        is_shared = kind is not None and kind.is_shared
        if self._is_remote:
            return EnableRemoteMailbox(
                mail_account(account),
                routing_address=text_in(self.after, ROUTING),
                alias=alias,
                primary_address=text_in(self.after, ADDRESS),
                shared=is_shared,
            )
        return ConnectMailbox(mail_account(account, self.after), alias=alias, shared=is_shared)

    def undone(self, account: str) -> Change | None:
        """Disabling."""
        return DisableMailboxChange(**self.swapped(account))


def connecting(facts: dict[str, Any]) -> ConnectMailboxChange | None:
    """The change that gives a mailbox back; None where its identity was not kept."""
    after = facts["after"]
    kind = kind_in(after)
    known = text_in(after, ROUTING if kind is not None and kind.is_remote else EXCHANGE_GUID)
    return ConnectMailboxChange(**facts) if known else None


def disabling(sight: Sight, subject: Subject, action: str) -> DisableMailboxChange | None:
    """What takes the mailbox from an account; None where it has none.

    Raises:
        RefusalError: It is on hold, or could not be read.
    """
    mailbox = own_mailbox(sight, subject)
    if mailbox is None:
        return None
    if mailbox.is_on_hold:
        raise RefusalError(Reason.MAILBOX_ON_HOLD, action)
    held = subject.account.attributes
    before = mailbox_values(mailbox) | {name: held[name] for name in sorted(ADDRESSES) if name in held}
    return DisableMailboxChange(**subject.told(), before=before, after=nothing_of(before))


class DisableMailboxParameters(Parameters):
    """The account has no mailbox any more; Exchange keeps what was in it, for 30 days by default."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Disable mailbox",
        writes="Disable-Mailbox, or Disable-RemoteMailbox for one in the cloud; never under a hold",
        undo="connected again by its own GUID, or made known again as a remote one; addresses put back",
        tested="a simulated Exchange, on-premises, online and hybrid",
    )
    needs: ClassVar[frozenset[Need]] = frozenset({Need.MAILBOX})
    reads: ClassVar[frozenset[str]] = ADDRESSES
    action: Literal["disable-mailbox"] = "disable-mailbox"

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """One change for an account that has a mailbox."""
        if change := disabling(sight, subject, self.action):
            yield change
