"""The three adapters of Exchange as tests hold them, and people to try them on."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from lifecycle.mail.mailbox import Mailbox
from lifecycle.mail.operation import DisableMailbox, EnableMailbox, EnableRemoteMailbox, Mail, MailAccount, Part
from lifecycle.ports.exchange.hybrid import HybridConnection
from tests.support.simulated_exchange import SimulatedExchange

ALL = (Part.AUTO_REPLY, Part.DISCONNECTED)
_numbers = itertools.count(1)


def person(exchange: SimulatedExchange, name: str) -> MailAccount:
    """Somebody whom the server and the tenant know."""
    guid = f"aaaaaaaa-0000-4000-8000-{next(_numbers):012}"
    exchange.organisation.sync_user(guid, f"{name}@corp.example.test")
    return MailAccount(guid, f"{name}@corp.example.test")


class Side:
    """One of the three adapters, with how an account comes by a mailbox there.

    Args:
        name: server, online or hybrid.
        exchange: The organisation.
    """

    def __init__(self, name: str, exchange: SimulatedExchange) -> None:
        self.name, self.exchange = name, exchange
        self.place = "server" if name == "server" else "online"

    def open(self, **settings: float) -> AbstractContextManager[Mail]:
        """The adapter."""
        server, online = self.exchange.server(**settings), self.exchange.online(**settings)
        opened: Callable[[], AbstractContextManager[Mail]] = {
            "server": server.open, "online": online.open, "hybrid": HybridConnection(server, online).open,
        }[self.name]  # fmt: skip
        return opened()

    def give(self, mail: Mail, account: MailAccount) -> MailAccount:
        """Let the account have a mailbox, in the way that the side has for it; return what is known of it then."""
        organisation = self.exchange.organisation
        if self.name == "server":
            assert mail.send([EnableMailbox(account, alias="noor.haddad", database="DB02")])[0].ok
        else:
            organisation.give_mailbox(organisation.people[account.guid], "online")
        if self.name == "hybrid":
            address = "noor.haddad@example.mail.onmicrosoft.test"
            assert mail.send([EnableRemoteMailbox(account, routing_address=address)])[0].ok
        return self.known(mail, account)

    def known(self, mail: Mail, account: MailAccount) -> MailAccount:
        """The account with the mailbox that it has."""
        mailbox = mail.mailboxes([account])[account.guid]
        return replace(account, exchange_guid=mailbox.exchange_guid, database=mailbox.database)

    def lose(self, mail: Mail, account: MailAccount) -> None:
        """Let the account lose its mailbox; in the cloud it is the licence that goes."""
        assert mail.send([DisableMailbox(account)])[0].ok
        if self.name == "hybrid":
            organisation = self.exchange.organisation
            record = organisation.mailbox_of(account.guid, "online")
            assert record is not None
            organisation.take_mailbox(record)

    def read(self, mail: Mail, account: MailAccount) -> Mailbox | None:
        """All that the adapter tells of the account."""
        return mail.mailboxes([account], ALL).get(account.guid)
