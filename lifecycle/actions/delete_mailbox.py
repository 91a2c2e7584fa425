"""Delete mailbox: disabled first, then deleted for good, by its own GUID. The account stays.

No undo: what is purged is gone. It is limited by a limit of its own, which allows none unless it is raised.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal

from lifecycle.actions.change import Phase, State
from lifecycle.actions.disable_mailbox import disabling
from lifecycle.actions.exchange_values import DATABASE, EXCHANGE_GUID, mail_account, mailbox_values, text_in
from lifecycle.actions.outside import Need, Outside, RefusalError, System
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.restore_addresses import ADDRESSES
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account
from lifecycle.mail.operation import DeleteMailbox
from lifecycle.notice import Reason

LISTED_WITHIN = timedelta(days=1)
"""Until then Exchange shows what was taken from an account among the mailboxes that may be deleted."""


class DeleteMailboxChange(OutsideChange):
    """``before`` holds the mailbox's GUID and database."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "mailboxes to delete for good"
    limited_as: ClassVar[str] = "delete_mailbox"
    system: ClassVar[System] = System.MAIL
    needs: ClassVar[frozenset[Need]] = frozenset({Need.LOST_MAILBOX})
    action: Literal["delete-mailbox"] = "delete-mailbox"

    def lost_mailbox(self) -> tuple[str, str] | None:
        """The one that is deleted."""
        return text_in(self.before, EXCHANGE_GUID), text_in(self.before, DATABASE)

    def state_outside(self, outside: Outside) -> State:
        """By the mailbox's own GUID, once it is disabled.

        One that is still in use, or not listed among the disabled ones, may be so yet: nothing is said to be done that
        nobody has seen.
        """
        mailbox = outside.mailbox(self.account)
        if mailbox is None:
            return State.MISSING
        if mailbox.exchange_guid != text_in(self.before, EXCHANGE_GUID) or mailbox.is_on_hold:
            return State.DRIFTED
        return State.AS_PLANNED if mailbox.is_disconnected else State.MISSING

    def operation(self, account: Account, outside: Outside) -> DeleteMailbox:  # noqa: ARG002
        """The purge of what is disabled."""
        return DeleteMailbox(mail_account(account, self.before))


class DeleteMailboxParameters(Parameters):
    """What was in the mailbox is gone for good; never under a hold. The account itself is not deleted."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Delete mailbox",
        writes="Disable-Mailbox, then Remove-Mailbox by the mailbox's own GUID; never under a hold",
        undo="none: what is purged is gone; disabling alone can be undone",
        tested="a simulated Exchange, on-premises, online and hybrid",
    )
    needs: ClassVar[frozenset[Need]] = frozenset({Need.LOST_MAILBOX})
    reads: ClassVar[frozenset[str]] = ADDRESSES
    action: Literal["delete-mailbox"] = "delete-mailbox"

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """Disabling where it is in use, and the purge; also of what an earlier run disabled."""
        if change := disabling(sight, subject, self.action):
            yield change
        mailbox = sight.outside.mailbox(subject.account.guid)
        if mailbox is None:
            lost = sight.lost_mailbox(subject.account)
            if lost and sight.moment.now - lost.since < LISTED_WITHIN:
                raise RefusalError(Reason.TARGET_MISSING, f"{self.action}: it was disabled and is not listed yet")
            return
        if mailbox.is_on_hold:
            raise RefusalError(Reason.MAILBOX_ON_HOLD, self.action)
        told = mailbox_values(mailbox)
        before = {name: told[name] for name in (EXCHANGE_GUID, DATABASE) if name in told}
        if before:
            yield DeleteMailboxChange(**subject.told(), before=before, after=dict.fromkeys(before))
