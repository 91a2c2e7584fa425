"""Operations as calls of the organisation's own servers; the account is addressed by its objectGUID."""

from __future__ import annotations

from datetime import UTC, datetime

from lifecycle.mail.call import CmdletCall
from lifecycle.mail.cmdlets import Place
from lifecycle.mail.mailbox import AutoReply, AutoReplyState, Forwarding, MailboxKind, Purgeable
from lifecycle.mail.operation import (
    ConnectMailbox,
    ConvertMailbox,
    DisableCsUser,
    DisableMailbox,
    DisableRemoteMailbox,
    EnableArchive,
    EnableCsUser,
    EnableMailbox,
    EnableRemoteMailbox,
    HideFromAddressLists,
    MailAccount,
    Operation,
    SetAutoReply,
    SetForwarding,
)
from lifecycle.mail.parameter import ParameterValue

TYPES = {MailboxKind.USER: "Regular", MailboxKind.SHARED: "Shared"}
"""Kind → what ``-Type`` calls it."""


def server_call(operation: Operation) -> CmdletCall | None:  # noqa: PLR0911 (a table of operations)
    """The one call that carries an operation out; None for those that take more than one call.

    Raises:
        ForbiddenCallError: A value does not fit its parameter.
    """
    account = operation.account
    match operation:
        case EnableMailbox():
            return _on_server(
                "Enable-Mailbox", account, Alias=operation.alias, Database=operation.database,
                PrimarySmtpAddress=operation.primary_address, Shared=operation.shared,
            )  # fmt: skip
        case EnableArchive():
            return _on_server("Enable-Mailbox", account, Archive=True)
        case DisableMailbox():
            return _on_server("Disable-Mailbox", account)
        case ConnectMailbox():
            given = _given(Alias=operation.alias, Shared=operation.shared)
            return CmdletCall(Place.SERVER, "Connect-Mailbox", {
                "Identity": account.exchange_guid, "Database": account.database, "User": account.guid, **given,
                "Confirm": False,
            })  # fmt: skip
        case EnableRemoteMailbox():
            return _on_server(
                "Enable-RemoteMailbox", account, RemoteRoutingAddress=operation.routing_address,
                Alias=operation.alias, PrimarySmtpAddress=operation.primary_address, Shared=operation.shared,
                Archive=operation.archive,
            )  # fmt: skip
        case DisableRemoteMailbox():
            return _on_server("Disable-RemoteMailbox", account)
        case ConvertMailbox() | SetAutoReply() | SetForwarding() | HideFromAddressLists():
            return setting_call(Place.SERVER, account.guid, operation)
        case EnableCsUser() | DisableCsUser():
            return _skype_call(operation)
        case _:
            return None


def setting_call(
    place: Place, identity: str, operation: ConvertMailbox | SetAutoReply | SetForwarding | HideFromAddressLists
) -> CmdletCall:
    """The call that changes a setting of a mailbox, the same on a server and in Exchange Online.

    Args:
        place: Where.
        identity: GUID by which that place knows the account.
        operation: What to change.

    Raises:
        ForbiddenCallError: A value does not fit its parameter.
    """
    match operation:
        case ConvertMailbox():
            settings: dict[str, ParameterValue] = {"Type": TYPES[operation.to]}
        case HideFromAddressLists():
            settings = {"HiddenFromAddressListsEnabled": operation.hidden}
        case SetForwarding():
            settings = _forwarding(operation.forwarding)
        case SetAutoReply():
            settings = _auto_reply(operation.auto_reply)
    name = "Set-MailboxAutoReplyConfiguration" if isinstance(operation, SetAutoReply) else "Set-Mailbox"
    return CmdletCall(place, name, {"Identity": identity, **settings, "Confirm": False})


def remote_setting_call(account: MailAccount, operation: ConvertMailbox | HideFromAddressLists) -> CmdletCall:
    """The call that changes what the organisation's own directory says of a remote mailbox."""
    if isinstance(operation, ConvertMailbox):
        return _on_server("Set-RemoteMailbox", account, Type=TYPES[operation.to])
    return CmdletCall(Place.SERVER, "Set-RemoteMailbox", {
        "Identity": account.guid, "HiddenFromAddressListsEnabled": operation.hidden, "Confirm": False,
    })  # fmt: skip


def remote_archive_call(account: MailAccount) -> CmdletCall:
    """The call that gives a remote mailbox an archive in the cloud."""
    return _on_server("Enable-RemoteMailbox", account, Archive=True)


def notice_disconnection(database: str, exchange_guid: str) -> CmdletCall:
    """Let the database see at once that the mailbox belongs to nobody; by itself it takes a day."""
    return CmdletCall(
        Place.SERVER, "Update-StoreMailboxState", {"Database": database, "Identity": exchange_guid, "Confirm": False}
    )


def purge(mailbox: Purgeable) -> CmdletCall:
    """Delete a disconnected mailbox for good, by its own identity in its database: no account is named."""
    return CmdletCall(Place.SERVER, "Remove-Mailbox", {
        "Database": mailbox.mailbox.database, "StoreMailboxIdentity": mailbox, "Confirm": False,
    })  # fmt: skip


def _skype_call(operation: EnableCsUser | DisableCsUser) -> CmdletCall:
    who = operation.account.user_principal_name
    if isinstance(operation, DisableCsUser):
        return CmdletCall(Place.SKYPE, "Disable-CsUser", {"Identity": who, "Confirm": False})
    return CmdletCall(Place.SKYPE, "Enable-CsUser", {
        "Identity": who, "RegistrarPool": operation.registrar_pool, "SipAddress": operation.sip_address,
        "Confirm": False,
    })  # fmt: skip


def _on_server(name: str, account: MailAccount, **optional: ParameterValue) -> CmdletCall:
    return CmdletCall(Place.SERVER, name, {"Identity": account.guid, **_given(**optional), "Confirm": False})


def _given(**optional: ParameterValue) -> dict[str, ParameterValue]:
    """Without what is empty or not asked for."""
    return {name: value for name, value in optional.items() if value}


def _forwarding(forwarding: Forwarding) -> dict[str, ParameterValue]:
    return {
        "ForwardingSmtpAddress": forwarding.smtp_address or None,
        "ForwardingAddress": forwarding.recipient or None,
        "DeliverToMailboxAndForward": forwarding.keeps_copy,
    }


def _auto_reply(auto_reply: AutoReply) -> dict[str, ParameterValue]:
    settings: dict[str, ParameterValue] = {
        "AutoReplyState": auto_reply.state.value,
        "ExternalAudience": auto_reply.audience.value,
        "InternalMessage": auto_reply.internal,
        "ExternalMessage": auto_reply.external,
    }
    if auto_reply.state is AutoReplyState.SCHEDULED and auto_reply.start and auto_reply.end:
        settings |= {"StartTime": _in_utc(auto_reply.start), "EndTime": _in_utc(auto_reply.end)}
    return settings


def _in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
