"""Mailboxes as changes write them down: what ``before`` and ``after`` hold, and the account as Exchange is told it."""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle.actions.outside import RefusalError
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account, Value
from lifecycle.language.macros.place import Place
from lifecycle.mail.mailbox import Mailbox, MailboxKind
from lifecycle.mail.operation import MailAccount
from lifecycle.mail.parameter import Kind, Parameter
from lifecycle.notice import Reason

MAILBOX = "exchange.mailbox"
"""Its kind, a :class:`lifecycle.mail.mailbox.MailboxKind`; None is no mailbox."""
EXCHANGE_GUID, DATABASE = "exchange.guid", "exchange.database"
ALIAS, ADDRESS, ROUTING = "exchange.alias", "exchange.primaryAddress", "exchange.routingAddress"

Values = Mapping[str, Value | None]


def mailbox_values(mailbox: Mailbox) -> dict[str, Value | None]:
    """A mailbox as changes hold it: all that giving it back takes."""
    told = {
        EXCHANGE_GUID: mailbox.exchange_guid,
        DATABASE: mailbox.database,
        ALIAS: mailbox.alias,
        ADDRESS: mailbox.primary_address,
        ROUTING: mailbox.routing_address,
    }
    return {MAILBOX: mailbox.kind.value, **{name: text for name, text in told.items() if text}}


def nothing_of(values: Values) -> dict[str, Value | None]:
    """The same keys without values: there is no mailbox."""
    return dict.fromkeys(values)


def kind_in(values: Values) -> MailboxKind | None:
    """The kind of mailbox that values tell of; None where there is none."""
    return MailboxKind(text) if (text := text_in(values, MAILBOX)) else None


def text_in(values: Values, name: str) -> str:
    """One of the texts; empty where it is absent."""
    value = values.get(name)
    return "" if value is None else str(value)


def mail_account(account: Account, values: Values | None = None) -> MailAccount:
    """An account as Exchange is told it, with the mailbox that values name."""
    told = values or {}
    return MailAccount(
        account.guid,
        str(account.attributes.get("userPrincipalName", "")),
        exchange_guid=text_in(told, EXCHANGE_GUID),
        database=text_in(told, DATABASE),
    )


def own_mailbox(sight: Sight, subject: Subject) -> Mailbox | None:
    """The mailbox that the account uses.

    Raises:
        RefusalError: It could not be read, Exchange does not know the account yet, or an action before makes it.
    """
    if sight.expects_mailbox(subject.account):
        raise RefusalError(Reason.TARGET_MISSING, "the mailbox is made first: a later run does what is about it")
    mailbox = sight.outside.mailbox(subject.account.guid)
    return None if mailbox is None or mailbox.is_disconnected else mailbox


def settled_mailbox(sight: Sight, subject: Subject, action: str) -> Mailbox | None:
    """The same; one that the cloud has not made yet is waited for, as its settings stand there.

    Raises:
        RefusalError: As above, or the mailbox is still to come.
    """
    mailbox = own_mailbox(sight, subject)
    if mailbox is not None and not mailbox.exchange_guid:
        raise RefusalError(Reason.TARGET_MISSING, f"{action}: the mailbox in the cloud is not there yet")
    return mailbox


def given(text: str, kind: Kind, name: str, subject: Subject, sight: Sight, place: Place = "strict") -> str:
    """A text of the configuration with its macros filled, if Exchange can take it; empty where there is none.

    Raises:
        RefusalError: It cannot be filled, or cannot stand there; the value is not told.
    """
    filled = sight.text(text, place, subject).strip()
    if filled and not Parameter(kind).takes(filled):
        raise RefusalError(Reason.VALUE_UNFIT, f"{name}: Exchange takes {kind.value}")
    return filled
