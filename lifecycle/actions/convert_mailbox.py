"""Convert mailbox: a user's becomes a shared one, which needs no licence, or the other way round.

Each undoes the other.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from lifecycle.actions.change import Change, Phase, State
from lifecycle.actions.exchange_values import MAILBOX, kind_in, mail_account, settled_mailbox
from lifecycle.actions.outside import Need, Outside, RefusalError, System
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account
from lifecycle.mail.mailbox import MailboxKind
from lifecycle.mail.operation import ConvertMailbox
from lifecycle.notice import Reason

_OTHER = {
    MailboxKind.USER: MailboxKind.SHARED,
    MailboxKind.SHARED: MailboxKind.USER,
    MailboxKind.REMOTE: MailboxKind.REMOTE_SHARED,
    MailboxKind.REMOTE_SHARED: MailboxKind.REMOTE,
}
"""What each kind becomes; others are not converted."""


class ConvertMailboxChange(OutsideChange):
    """``before`` and ``after`` hold the kind."""

    phase: ClassVar[Phase] = Phase.MODIFY
    verb: ClassVar[str] = "mailboxes to convert"
    system: ClassVar[System] = System.MAIL
    needs: ClassVar[frozenset[Need]] = frozenset({Need.MAILBOX})
    action: Literal["convert-mailbox"] = "convert-mailbox"

    def state_outside(self, outside: Outside) -> State:
        """By the kind."""
        mailbox = outside.mailbox(self.account)
        if mailbox is None or mailbox.is_disconnected:
            return State.MISSING
        if mailbox.kind is kind_in(self.after):
            return State.DONE_ALREADY
        return State.AS_PLANNED if mailbox.kind is kind_in(self.before) else State.DRIFTED

    def operation(self, account: Account, outside: Outside) -> ConvertMailbox:  # noqa: ARG002
        """One conversion, on each side that knows the mailbox."""
        kind = kind_in(self.after)
        is_shared = kind is not None and kind.is_shared
        return ConvertMailbox(mail_account(account), to=MailboxKind.SHARED if is_shared else MailboxKind.USER)

    def undone(self, account: str) -> Change | None:
        """The other way round."""
        return ConvertMailboxChange(**self.swapped(account))


class ConvertMailboxParameters(Parameters):
    """To a shared mailbox before licences go: it keeps its mail, and who may open it is given by hand."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Convert mailbox",
        writes="Set-Mailbox -Type; in a hybrid organisation Set-RemoteMailbox as well",
        undo="converted back",
        tested="a simulated Exchange, on-premises, online and hybrid",
    )
    needs: ClassVar[frozenset[Need]] = frozenset({Need.MAILBOX})
    action: Literal["convert-mailbox"] = "convert-mailbox"
    to: Literal["shared", "user"] = Field("shared", description="What it becomes.")

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """One change for an account whose mailbox is of the other kind."""
        mailbox = settled_mailbox(sight, subject, self.action)
        if mailbox is None:
            return
        if mailbox.kind not in _OTHER:
            raise RefusalError(Reason.MAILBOX_OTHER, self.action)
        if mailbox.kind.is_shared != (self.to == "shared"):
            after = _OTHER[mailbox.kind].value
            yield ConvertMailboxChange(**subject.told(), before={MAILBOX: mailbox.kind.value}, after={MAILBOX: after})
