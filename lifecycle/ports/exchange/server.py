"""The port to mailboxes, on the organisation's own servers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from lifecycle.answer import NO_ANSWER, Answer, Permit, freely
from lifecycle.errors import LifecycleError, TargetError
from lifecycle.mail.call import CmdletCall, ForbiddenCallError
from lifecycle.mail.cmdlets import Place
from lifecycle.mail.mailbox import Mailbox, Purgeable
from lifecycle.mail.operation import DeleteMailbox, DisableMailbox, MailAccount, Operation, Part
from lifecycle.mail.reading import Properties, kind_of, read_auto_reply, read_disconnected, read_mailbox, text
from lifecycle.mail.refusal import (
    ANOTHER_MAILBOX,
    DONE,
    NO_MAILBOX,
    NOT_HERE,
    NOT_YET,
    ON_HOLD,
)
from lifecycle.mail.server_calls import notice_disconnection, purge, server_call
from lifecycle.ports.exchange.failures import Refused, answer_of, broken, unavailable
from lifecycle.ports.exchange.patience import Patience
from lifecycle.ports.exchange.shell import LostError, Shell


class ExchangeServer:
    """Mailboxes of one organisation's servers: :class:`lifecycle.mail.operation.Mail`.

    Args:
        shell: Exchange's session.
        skype: Skype for Business Server's, None where there is none.
        patience: For how long reads are tried again.
    """

    def __init__(self, shell: Shell, skype: Shell | None, patience: Patience) -> None:
        self._shell, self._skype, self._patience = shell, skype, patience

    def mailboxes(self, accounts: Iterable[MailAccount], wanted: Collection[Part] = ()) -> dict[str, Mailbox]:
        """The mailboxes of accounts as they are now; remote ones are those that live in Exchange Online."""
        found = {account.guid: self._mailbox(account, wanted) for account in accounts}
        return {guid: mailbox for guid, mailbox in found.items() if mailbox is not None}

    def send(self, operations: Sequence[Operation], permit: Permit = freely) -> list[Answer]:
        """Send operations one after another, each of their writes once; a session that breaks is opened again."""
        answers = []
        for operation in operations:
            permit()
            answers.append(self._carried_out(operation))
        return answers

    def write(self, call: CmdletCall) -> Answer:
        """Run a writing cmdlet, once."""
        if call.reads:
            raise ValueError(f"{call.name} reads: it is not sent as a write")
        shell = self._skype if call.place is Place.SKYPE else self._shell
        if shell is None:
            return NOT_HERE
        try:
            shell.run(call)
        except Refused as refused:
            return refused.answer()
        except LostError as lost:
            return _unknown(lost.problem)
        except LifecycleError as error:
            return answer_of(error)
        return DONE

    def _read(self, call: CmdletCall) -> list[Properties]:
        def once() -> list[Properties]:
            problem: LifecycleError
            try:
                return self._shell.run(call)
            except Refused as refused:
                passes = refused.passes
                problem = unavailable(call.name, refused.description, refused.code) if passes else refused
            except LostError as lost:
                problem = lost.problem
            raise problem

        return self._patience.read(once)

    def _one(self, call: CmdletCall) -> Properties:
        found = self._read(call)
        if len(found) != 1:
            raise broken(call.name, f"one object was asked for, {len(found)} came")
        return found[0]

    def _mailbox(self, account: MailAccount, wanted: Collection[Part]) -> Mailbox | None:
        mailbox = self._active(account.guid)
        if mailbox is None:
            return self._disconnected(account) if Part.DISCONNECTED in wanted else None
        if Part.AUTO_REPLY not in wanted or mailbox.kind.is_remote:
            return mailbox
        reply = self._one(_of("Get-MailboxAutoReplyConfiguration", account.guid))
        return replace(mailbox, auto_reply=read_auto_reply(reply))

    def _active(self, guid: str) -> Mailbox | None:
        """The mailbox in use. The account itself is asked first: that it has none is then what it says, not a failure.

        Raises:
            Refused: The server does not know the account: another domain, or a domain controller that lags behind.
        """
        user = self._one(_of("Get-User", guid))
        if text(user, "Guid").lower() != guid:
            raise broken("Get-User", "another object answers to the GUID")
        kind = kind_of(text(user, "RecipientTypeDetails"))
        if kind is None:
            return None
        name = "Get-RemoteMailbox" if kind.is_remote else "Get-Mailbox"
        return read_mailbox(guid, self._one(_of(name, guid)))

    def _disconnected(self, account: MailAccount) -> Mailbox | None:
        if not (account.exchange_guid and account.database):
            return None
        call = CmdletCall(
            Place.SERVER,
            "Get-MailboxStatistics",
            {"Database": account.database, "StoreMailboxIdentity": account.exchange_guid},
        )
        try:
            found = self._read(call)
        except Refused as refused:
            if refused.is_absence:
                return None
            raise
        if not found:
            return None
        mailbox = read_disconnected(account.guid, found[0])
        if mailbox is not None and (len(found) != 1 or mailbox.exchange_guid != account.exchange_guid):
            raise broken(call.name, "another mailbox answers to the GUID")
        return mailbox

    def _carried_out(self, operation: Operation) -> Answer:
        try:
            match operation:
                case DisableMailbox():
                    return self._disabled(operation)
                case DeleteMailbox():
                    return self._deleted(operation.account)
                case _:
                    return self._written(operation)
        except (LifecycleError, ForbiddenCallError) as error:
            return answer_of(error)

    def _disabled(self, operation: DisableMailbox) -> Answer:
        mailbox = self._active(operation.guid)
        if mailbox is None or mailbox.kind.is_remote:
            return NO_MAILBOX
        if operation.account.exchange_guid not in {"", mailbox.exchange_guid}:
            return ANOTHER_MAILBOX
        if mailbox.is_on_hold:
            return ON_HOLD
        answer = self._written(operation)
        if not answer.ok:
            return answer
        # By itself the database notices within a day, and until then the mailbox can be neither connected nor deleted.
        noticed = self.write(notice_disconnection(mailbox.database, mailbox.exchange_guid))
        return answer if noticed.ok else replace(answer, detail="the database has not noticed yet")

    def _written(self, operation: Operation) -> Answer:
        call = server_call(operation)
        return NOT_HERE if call is None else self.write(call)

    def _deleted(self, account: MailAccount) -> Answer:
        """Disable the mailbox if it is in use, then delete what is disconnected, by its own GUID in its database."""
        mailbox = self._active(account.guid)
        in_use = mailbox is not None and mailbox.exchange_guid == account.exchange_guid
        if mailbox is not None and in_use:
            answer = self._disabled(DisableMailbox(account))
            if not answer.ok:
                return answer
            account = replace(account, database=mailbox.database)
        elif account.database:  # an earlier try may have ended between the two
            noticed = self.write(notice_disconnection(account.database, account.exchange_guid))
            if noticed.unknown:
                return noticed
        lost = self._disconnected(account)
        if lost is None:
            if mailbox is not None and not in_use:
                return ANOTHER_MAILBOX
            return NOT_YET if in_use else NO_MAILBOX
        return self.write(purge(Purgeable(lost)))


def _of(name: str, guid: str) -> CmdletCall:
    return CmdletCall(Place.SERVER, name, {"Identity": guid})


def _unknown(problem: LifecycleError) -> Answer:
    told = problem.description if isinstance(problem, TargetError) else "the connection broke"
    return Answer(NO_ANSWER, f"no answer: {told}")
