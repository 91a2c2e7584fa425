"""The port to mailboxes, on Exchange Online."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from lifecycle.answer import Answer, Permit, freely
from lifecycle.errors import LifecycleError
from lifecycle.mail.call import CmdletCall, ForbiddenCallError
from lifecycle.mail.cmdlets import Place
from lifecycle.mail.mailbox import Mailbox, Purgeable
from lifecycle.mail.online_calls import online_call, online_purge
from lifecycle.mail.operation import DeleteMailbox, DisableMailbox, EnableMailbox, MailAccount, Operation, Part
from lifecycle.mail.reading import Properties, kind_of, read_auto_reply, read_mailbox, text
from lifecycle.mail.refusal import (
    ANOTHER_MAILBOX,
    BY_LICENCE,
    NO_ACCOUNT,
    NO_MAILBOX,
    NOT_HERE,
    NOT_YET,
    ON_HOLD,
)
from lifecycle.ports.exchange.failures import Refused, answer_of, broken
from lifecycle.ports.exchange.invoke import Invoker


class ExchangeOnline:
    """Mailboxes of one tenant: :class:`lifecycle.mail.operation.Mail`.

    Args:
        invoker: What runs cmdlets there.
    """

    def __init__(self, invoker: Invoker) -> None:
        self._invoker = invoker
        self._entra_ids: dict[str, str] = {}

    def mailboxes(self, accounts: Iterable[MailAccount], wanted: Collection[Part] = ()) -> dict[str, Mailbox]:
        """The mailboxes of accounts as they are now; an account that the tenant does not know has none."""
        found = {account.guid: self._mailbox(account, wanted) for account in accounts}
        return {guid: mailbox for guid, mailbox in found.items() if mailbox is not None}

    def send(self, operations: Sequence[Operation], permit: Permit = freely) -> list[Answer]:
        """Send operations one after another; each of their writes once."""
        answers = []
        for operation in operations:
            permit()
            answers.append(self._carried_out(operation))
        return answers

    def _mailbox(self, account: MailAccount, wanted: Collection[Part]) -> Mailbox | None:
        mailbox = self._active(account)
        if mailbox is None:
            lost = account.exchange_guid if Part.DISCONNECTED in wanted else ""
            return self._soft_deleted(account.guid, lost) if lost else None
        if Part.AUTO_REPLY not in wanted:
            return mailbox
        reply = self._one("Get-MailboxAutoReplyConfiguration", self._entra_ids[account.guid])
        return replace(mailbox, auto_reply=read_auto_reply(reply))

    def _active(self, account: MailAccount) -> Mailbox | None:
        user = self._user(account)
        if user is None or kind_of(text(user, "RecipientTypeDetails")) is None:
            return None
        return read_mailbox(account.guid, self._one("Get-Mailbox", self._entra_ids[account.guid]))

    def _user(self, account: MailAccount) -> Properties | None:
        """The account in the tenant, found by its id or its principal name and by nothing that resembles them."""
        asked = self._entra_ids.get(account.guid) or account.entra_id or account.user_principal_name
        try:
            found = self._invoker.read(CmdletCall(Place.ONLINE, "Get-User", {"Identity": asked}))
        except Refused as refused:
            if refused.is_absence:
                return None
            raise
        named = [
            one
            for one in found
            if asked.casefold()
            in {text(one, "ExternalDirectoryObjectId").casefold(), text(one, "UserPrincipalName").casefold()}
        ]
        if len(found) != 1 or not named:
            raise broken("Get-User", "another object answers to the account's name")
        self._entra_ids[account.guid] = text(named[0], "ExternalDirectoryObjectId").lower()
        return named[0]

    def _soft_deleted(self, guid: str, exchange_guid: str) -> Mailbox | None:
        call = CmdletCall(Place.ONLINE, "Get-Mailbox", {"Identity": exchange_guid, "SoftDeletedMailbox": True})
        try:
            found = self._invoker.read(call)
        except Refused as refused:
            if refused.is_absence:
                return None
            raise
        mailboxes = [read_mailbox(guid, one, disconnected=True) for one in found]
        if len(mailboxes) != 1 or mailboxes[0].exchange_guid != exchange_guid:
            raise broken(call.name, "another mailbox answers to the GUID")
        return mailboxes[0]

    def _one(self, name: str, identity: str) -> Properties:
        found = self._invoker.read(CmdletCall(Place.ONLINE, name, {"Identity": identity}))
        if len(found) != 1:
            raise broken(name, f"one object was asked for, {len(found)} came")
        return found[0]

    def _carried_out(self, operation: Operation) -> Answer:
        try:
            match operation:
                case EnableMailbox():
                    return BY_LICENCE
                case DisableMailbox():
                    return self._disabled(operation)
                case DeleteMailbox():
                    return self._deleted(operation.account)
                case _:
                    return self._written(operation)
        except (LifecycleError, ForbiddenCallError) as error:
            return answer_of(error)

    def _written(self, operation: Operation) -> Answer:
        if self._entra_ids.get(operation.guid) is None and self._user(operation.account) is None:
            return NO_ACCOUNT
        call = online_call(operation, self._entra_ids[operation.guid])
        return NOT_HERE if call is None else self._invoker.send(call)

    def _disabled(self, operation: DisableMailbox) -> Answer:
        mailbox = self._active(operation.account)
        if mailbox is None:
            return NO_MAILBOX
        if operation.account.exchange_guid not in {"", mailbox.exchange_guid}:
            return ANOTHER_MAILBOX
        return ON_HOLD if mailbox.is_on_hold else self._written(operation)

    def _deleted(self, account: MailAccount) -> Answer:
        """Disable the mailbox if it is in use, then delete what is soft-deleted; never what is not."""
        mailbox = self._active(account)
        in_use = mailbox is not None and mailbox.exchange_guid == account.exchange_guid
        if in_use:
            answer = self._disabled(DisableMailbox(account))
            if not answer.ok:
                return answer
        lost = self._soft_deleted(account.guid, account.exchange_guid)
        if lost is None:
            if mailbox is not None and not in_use:
                return ANOTHER_MAILBOX
            return NOT_YET if in_use else NO_MAILBOX
        return ON_HOLD if lost.is_on_hold else self._invoker.send(online_purge(Purgeable(lost)))
