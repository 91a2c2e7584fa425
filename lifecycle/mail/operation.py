"""What can be asked of Exchange, and of Skype for Business for want of a better place: one value an operation.

Actions are translated into operations by pure code; the port alone sends them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

from lifecycle.answer import Answer, Permit, freely
from lifecycle.mail.mailbox import GUID, NO_GUID, AutoReply, Forwarding, Mailbox, MailboxKind

_NOWHERE = Forwarding()


class Part(StrEnum):
    """What is read of a mailbox only on request, because it costs a call more for each."""

    AUTO_REPLY = "auto-reply"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True)
class MailAccount:
    """An account as the systems that hold mailboxes know it; ``guid`` is the identity.

    Args:
        guid: objectGUID in Active Directory; addresses the account on the organisation's own servers.
        user_principal_name: How Exchange Online and Skype for Business find the account.
        entra_id: Object id in Microsoft Entra ID, where it is known; Exchange Online is then asked by it.
        exchange_guid: Identity of the mailbox that the account has or had, from the snapshot or the journal.
        database: Where that mailbox is, on the organisation's own servers.

    Raises:
        ValueError: A GUID is not spelled as one.
    """

    guid: str
    user_principal_name: str = field(default="", repr=False)
    entra_id: str = ""
    exchange_guid: str = ""
    database: str = ""

    def __post_init__(self) -> None:
        for name in ("guid", "entra_id", "exchange_guid"):
            value = getattr(self, name)
            if (value or name == "guid") and (not GUID.fullmatch(value) or value == NO_GUID):
                raise ValueError(f"{name} of a mail account is no GUID")


@dataclass(frozen=True, slots=True)
class _Operation:
    account: MailAccount

    @property
    def guid(self) -> str:
        """The account that is written, by its objectGUID."""
        return self.account.guid


@dataclass(frozen=True, slots=True)
class EnableMailbox(_Operation):
    """Give the account a mailbox on the organisation's own servers.

    In Exchange Online a mailbox comes with a licence.

    Args:
        account: Whose.
        alias: mailNickname; Exchange chooses one where it is empty.
        database: Where; Exchange chooses where it is empty.
        primary_address: Address; the organisation's policy decides where it is empty.
        shared: Whether it is nobody's own.
    """

    alias: str = field(default="", repr=False)
    database: str = ""
    primary_address: str = field(default="", repr=False)
    shared: bool = False


@dataclass(frozen=True, slots=True)
class EnableArchive(_Operation):
    """Give the mailbox an archive."""


@dataclass(frozen=True, slots=True)
class DisableMailbox(_Operation):
    """Take the mailbox from the account; Exchange keeps it for a while and the account stays. Undone by connecting."""


@dataclass(frozen=True, slots=True)
class DeleteMailbox(_Operation):
    """Delete the mailbox for good; the account stays.

    Args:
        account: Whose; ``exchange_guid`` names the mailbox, on a server ``database`` as well.

    Raises:
        ValueError: The account does not say which mailbox is meant.
    """

    def __post_init__(self) -> None:
        _needs_a_mailbox(self.account)


@dataclass(frozen=True, slots=True)
class ConnectMailbox(_Operation):
    """Give a disconnected mailbox back to the account: the undo of disabling.

    Args:
        account: Whose; ``exchange_guid`` names the mailbox, on a server ``database`` as well.
        alias: mailNickname that it had.
        shared: Whether it is nobody's own.

    Raises:
        ValueError: The account does not say which mailbox is meant.
    """

    alias: str = field(default="", repr=False)
    shared: bool = False

    def __post_init__(self) -> None:
        _needs_a_mailbox(self.account)


@dataclass(frozen=True, slots=True)
class ConvertMailbox(_Operation):
    """Make a user's mailbox a shared one, or the other way round."""

    to: Literal[MailboxKind.USER, MailboxKind.SHARED] = MailboxKind.SHARED

    def __post_init__(self) -> None:
        if self.to not in {MailboxKind.USER, MailboxKind.SHARED}:
            raise ValueError("a mailbox is converted to a user's or a shared one")


@dataclass(frozen=True, slots=True)
class SetAutoReply(_Operation):
    """Replace the automatic reply."""

    auto_reply: AutoReply


@dataclass(frozen=True, slots=True)
class SetForwarding(_Operation):
    """Replace where mail is sent on to; an empty :class:`Forwarding` ends it."""

    forwarding: Forwarding = _NOWHERE


@dataclass(frozen=True, slots=True)
class HideFromAddressLists(_Operation):
    """Leave the account out of address lists, or put it back."""

    hidden: bool = True


@dataclass(frozen=True, slots=True)
class EnableRemoteMailbox(_Operation):
    """Make the account one whose mailbox lives in Exchange Online (hybrid).

    Args:
        account: Whose.
        routing_address: Address in the tenant's own domain that mail is routed to.
        alias: mailNickname; Exchange chooses one where it is empty.
        primary_address: Address; the organisation's policy decides where it is empty.
        shared: Whether it is nobody's own.
        archive: Whether it gets an archive there.

    Raises:
        ValueError: There is no routing address.
    """

    routing_address: str = field(default="", repr=False)
    alias: str = field(default="", repr=False)
    primary_address: str = field(default="", repr=False)
    shared: bool = False
    archive: bool = False

    def __post_init__(self) -> None:
        if not self.routing_address:
            raise ValueError("a remote mailbox needs a routing address")


@dataclass(frozen=True, slots=True)
class DisableRemoteMailbox(_Operation):
    """Take the remote mailbox from the account, which stays."""


@dataclass(frozen=True, slots=True)
class EnableCsUser(_Operation):
    """Enable the account for Skype for Business Server: the undo of disabling.

    Args:
        account: Whose.
        registrar_pool: Pool that the account was on.
        sip_address: Its address, with ``sip:``.
    """

    registrar_pool: str = ""
    sip_address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DisableCsUser(_Operation):
    """Take everything of Skype for Business Server from the account, contacts and meetings too."""


Operation = (
    EnableMailbox
    | EnableArchive
    | DisableMailbox
    | DeleteMailbox
    | ConnectMailbox
    | ConvertMailbox
    | SetAutoReply
    | SetForwarding
    | HideFromAddressLists
    | EnableRemoteMailbox
    | DisableRemoteMailbox
    | EnableCsUser
    | DisableCsUser
)


class Mail(Protocol):
    """The port to mailboxes. The adapters stand in :mod:`lifecycle.ports.exchange`."""

    def mailboxes(self, accounts: Iterable[MailAccount], wanted: Collection[Part] = ()) -> dict[str, Mailbox]:
        """The mailboxes of accounts as they are now, by objectGUID; one that has none is absent.

        With :attr:`Part.DISCONNECTED` the mailbox that an account has lost is found as well, where the account says
        which one that was.

        Raises:
            TargetError: A read failed: an absent mailbox is one that Exchange says is not there.
        """
        ...

    def send(self, operations: Sequence[Operation], permit: Permit = freely) -> list[Answer]:
        """Send operations one after another, each once; answers in their order.

        Args:
            operations: What.
            permit: Called before each is sent; what it raises ends the sending, and no answer is returned.
        """
        ...


def _needs_a_mailbox(account: MailAccount) -> None:
    if not account.exchange_guid:
        raise ValueError("which mailbox is meant is said by its exchange GUID")
