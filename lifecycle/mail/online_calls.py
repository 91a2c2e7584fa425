"""Operations as calls of Exchange Online; the account is addressed by its object id in Entra."""

from __future__ import annotations

from lifecycle.mail.call import CmdletCall
from lifecycle.mail.cmdlets import Place
from lifecycle.mail.mailbox import Purgeable
from lifecycle.mail.operation import (
    ConnectMailbox,
    ConvertMailbox,
    DisableMailbox,
    EnableArchive,
    HideFromAddressLists,
    Operation,
    SetAutoReply,
    SetForwarding,
)
from lifecycle.mail.server_calls import setting_call


def online_call(operation: Operation, entra_id: str) -> CmdletCall | None:
    """The one call that carries an operation out; None for those that take more, or that Online does not have.

    Args:
        operation: What to do.
        entra_id: Object id of the account in Entra, looked up there; never a name, which might mean another object.

    Raises:
        ForbiddenCallError: A value does not fit its parameter.
    """
    match operation:
        case EnableArchive():
            return CmdletCall(Place.ONLINE, "Enable-Mailbox", {"Identity": entra_id, "Archive": True, "Confirm": False})
        case DisableMailbox():
            return CmdletCall(Place.ONLINE, "Disable-Mailbox", {"Identity": entra_id, "Confirm": False})
        case ConnectMailbox():
            return CmdletCall(Place.ONLINE, "Undo-SoftDeletedMailbox", {
                "SoftDeletedObject": operation.account.exchange_guid, "Confirm": False,
            })  # fmt: skip
        case ConvertMailbox() | SetAutoReply() | SetForwarding() | HideFromAddressLists():
            return setting_call(Place.ONLINE, entra_id, operation)
        case _:
            return None


def online_purge(mailbox: Purgeable) -> CmdletCall:
    """Delete a soft-deleted mailbox for good."""
    return CmdletCall(
        Place.ONLINE, "Remove-Mailbox", {"Identity": mailbox, "PermanentlyDelete": True, "Confirm": False}
    )
