"""The port to mailboxes where the accounts are the organisation's own and the mailboxes live in Exchange Online.

What a directory synchronisation carries (that there is a mailbox, its addresses, whether address lists show it) is
written on the organisation's server; what it does not carry (the automatic reply, forwarding) in Exchange Online.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from lifecycle.answer import Answer, Permit, freely
from lifecycle.errors import LifecycleError
from lifecycle.mail.call import ForbiddenCallError
from lifecycle.mail.mailbox import Mailbox
from lifecycle.mail.operation import (
    ConnectMailbox,
    ConvertMailbox,
    DeleteMailbox,
    DisableMailbox,
    DisableRemoteMailbox,
    EnableArchive,
    HideFromAddressLists,
    Mail,
    MailAccount,
    Operation,
    Part,
    SetAutoReply,
    SetForwarding,
)
from lifecycle.mail.refusal import ANOTHER_MAILBOX, NO_MAILBOX, ON_HOLD
from lifecycle.mail.server_calls import remote_archive_call, remote_setting_call, server_call
from lifecycle.ports.exchange.failures import answer_of
from lifecycle.ports.exchange.online_connection import OnlineConnection
from lifecycle.ports.exchange.server import ExchangeServer
from lifecycle.ports.exchange.server_connection import ServerConnection


@dataclass(frozen=True, slots=True)
class HybridConnection:
    """The organisation's servers and its tenant.

    Args:
        server: How to reach the servers.
        online: How to reach the tenant.
    """

    server: ServerConnection
    online: OnlineConnection

    @contextmanager
    def open(self) -> Iterator[ExchangeHybrid]:
        """A client of both; closed at the end.

        Raises:
            ConfigurationError: As for either.
            TargetError: As for either.
        """
        with ExitStack() as both:
            yield ExchangeHybrid(both.enter_context(self.server.open()), both.enter_context(self.online.open()))


class ExchangeHybrid:
    """Mailboxes on either side: :class:`lifecycle.mail.operation.Mail`.

    Args:
        server: The organisation's servers.
        online: The tenant.
    """

    def __init__(self, server: ExchangeServer, online: Mail) -> None:
        self._server, self._online = server, online

    def mailboxes(self, accounts: Iterable[MailAccount], wanted: Collection[Part] = ()) -> dict[str, Mailbox]:
        """The mailboxes of accounts as they are now, wherever they live.

        A remote one is told by both: the server says what kind it is and how it is addressed, the cloud its
        identity, holds and settings. Without an identity it is not there yet: the synchronisation or the licence has
        not come to it. An archive is one that either knows: the cloud makes it some time after the server was told.
        """
        asked = list(accounts)
        here = self._server.mailboxes(asked, wanted)
        elsewhere = [one for one in asked if one.guid not in here or here[one.guid].kind.is_remote]
        there = self._online.mailboxes(elsewhere, wanted)
        return {**there, **{guid: _whole(one, there.get(guid)) for guid, one in here.items()}}

    def send(self, operations: Sequence[Operation], permit: Permit = freely) -> list[Answer]:
        """Send operations one after another, each to the side that it belongs to; each of their writes once."""
        answers = []
        for operation in operations:
            permit()
            answers.append(self._carried_out(operation))
        return answers

    def _carried_out(self, operation: Operation) -> Answer:
        try:
            match operation:
                case DisableMailbox() | DisableRemoteMailbox() | DeleteMailbox():
                    return self._taken(operation)
                case ConnectMailbox():
                    return _only((self._server if operation.account.database else self._online).send([operation]))
                case ConvertMailbox() | SetAutoReply() | SetForwarding() | HideFromAddressLists() | EnableArchive():
                    return self._set(operation)
                case _:
                    return _only(self._server.send([operation]))
        except (LifecycleError, ForbiddenCallError) as error:
            return answer_of(error)

    def _here(self, account: MailAccount) -> Mailbox | None:
        return self._server.mailboxes([account]).get(account.guid)

    def _set(
        self, operation: ConvertMailbox | SetAutoReply | SetForwarding | HideFromAddressLists | EnableArchive
    ) -> Answer:
        mailbox = self._here(operation.account)
        if mailbox is None:  # one that the cloud made by itself
            return _only(self._online.send([operation]))
        if not mailbox.kind.is_remote:
            return _only(self._server.send([operation]))
        match operation:
            case EnableArchive():
                return self._server.write(remote_archive_call(operation.account))
            case HideFromAddressLists():
                return self._server.write(remote_setting_call(operation.account, operation))
            case ConvertMailbox():
                # Both say what it is: else the synchronisation converts it back.
                answer = _only(self._online.send([operation]))
                return self._server.write(remote_setting_call(operation.account, operation)) if answer.ok else answer
            case _:
                return _only(self._online.send([operation]))

    def _taken(self, operation: DisableMailbox | DisableRemoteMailbox | DeleteMailbox) -> Answer:
        account = operation.account
        mailbox = self._here(account)
        if mailbox is None or not mailbox.kind.is_remote:
            side: Mail = self._online if mailbox is None and not account.database else self._server
            return _only(side.send([operation]))
        there = self._online.mailboxes([account]).get(account.guid)
        if there is not None and there.is_on_hold:
            return ON_HOLD
        if there is not None and account.exchange_guid not in {"", there.exchange_guid}:
            return ANOTHER_MAILBOX
        call = server_call(DisableRemoteMailbox(account))
        answer = NO_MAILBOX if call is None else self._server.write(call)
        deletes = isinstance(operation, DeleteMailbox) and answer.ok
        return _only(self._online.send([operation])) if deletes else answer


def _whole(here: Mailbox, there: Mailbox | None) -> Mailbox:
    """One mailbox from what both say of it."""
    if there is None or not here.kind.is_remote:
        return here
    return replace(
        there,
        kind=here.kind,
        alias=here.alias,
        primary_address=here.primary_address,
        routing_address=here.routing_address,
        is_hidden=here.is_hidden,
        has_archive=here.has_archive or there.has_archive,
    )


def _only(answers: Sequence[Answer]) -> Answer:
    return answers[0]
