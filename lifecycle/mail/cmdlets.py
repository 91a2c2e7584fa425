"""The one table of cmdlets: what is not in it is never sent.

``Remove-Mailbox`` has the parameter ``Identity``, which on a server deletes the Active Directory account as well and
in Exchange Online the Entra account. On a server it is not in the table; in Exchange Online it takes nothing but a
mailbox that was read as soft-deleted. Neither has the table ``IgnoreLegalHold``, ``Force``, ``Arbitration`` or
``PublicFolder``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from lifecycle.mail.mailbox import AutoReplyState, ExternalAudience
from lifecycle.mail.parameter import Cmdlet, Kind, Parameter, cmdlet


class Place(Enum):
    """Where cmdlets are run."""

    SERVER = "Exchange Server"
    ONLINE = "Exchange Online"
    SKYPE = "Skype for Business Server"


def _required(kind: Kind) -> Parameter:
    return Parameter(kind, required=True)


_ACCOUNT = _required(Kind.GUID)
_YES, _UNASKED = _required(Kind.SWITCH), _required(Kind.NO)
_ALIAS, _NAME, _ADDRESS = Parameter(Kind.ALIAS), Parameter(Kind.NAME), Parameter(Kind.ADDRESS)
_FLAG, _SWITCH = Parameter(Kind.FLAG), Parameter(Kind.SWITCH)
_CLEARABLE_ADDRESS = Parameter(Kind.ADDRESS, nullable=True)
_CLEARABLE_NAME = Parameter(Kind.NAME, nullable=True)
_TYPE = Parameter(Kind.CHOICE, allowed=("Regular", "Shared"))

_AUTO_REPLY = cmdlet(
    "Set-MailboxAutoReplyConfiguration",
    Identity=_ACCOUNT,
    AutoReplyState=Parameter(Kind.CHOICE, required=True, allowed=tuple(AutoReplyState)),
    ExternalAudience=Parameter(Kind.CHOICE, required=True, allowed=tuple(ExternalAudience)),
    InternalMessage=_required(Kind.TEXT),
    ExternalMessage=_required(Kind.TEXT),
    StartTime=Parameter(Kind.MOMENT),
    EndTime=Parameter(Kind.MOMENT),
    Confirm=_UNASKED,
)
_SET_MAILBOX = cmdlet(
    "Set-Mailbox",
    Identity=_ACCOUNT,
    Type=_TYPE,
    HiddenFromAddressListsEnabled=_FLAG,
    ForwardingSmtpAddress=_CLEARABLE_ADDRESS,
    ForwardingAddress=_CLEARABLE_NAME,
    DeliverToMailboxAndForward=_FLAG,
    Confirm=_UNASKED,
)
_READ_AUTO_REPLY = cmdlet("Get-MailboxAutoReplyConfiguration", Identity=_ACCOUNT)

TABLE: Mapping[Place, Mapping[str, Cmdlet]] = MappingProxyType({
    Place.SERVER: MappingProxyType(dict((
        _READ_AUTO_REPLY,
        cmdlet("Get-User", Identity=_ACCOUNT),
        cmdlet("Get-Mailbox", Identity=_ACCOUNT),
        cmdlet("Get-RemoteMailbox", Identity=_ACCOUNT),
        cmdlet("Get-MailboxStatistics", Database=_required(Kind.NAME), StoreMailboxIdentity=_required(Kind.GUID)),
        cmdlet(
            "Enable-Mailbox", Identity=_ACCOUNT, Alias=_ALIAS, Database=_NAME, PrimarySmtpAddress=_ADDRESS,
            Shared=_SWITCH, Archive=_SWITCH, Confirm=_UNASKED,
        ),
        cmdlet("Disable-Mailbox", Identity=_ACCOUNT, Confirm=_UNASKED),
        cmdlet(
            "Connect-Mailbox", Identity=_required(Kind.GUID), Database=_required(Kind.NAME), User=_ACCOUNT,
            Alias=_ALIAS, Shared=_SWITCH, Confirm=_UNASKED,
        ),
        cmdlet(
            "Update-StoreMailboxState", Database=_required(Kind.NAME), Identity=_required(Kind.GUID), Confirm=_UNASKED
        ),
        cmdlet(
            "Remove-Mailbox", Database=_required(Kind.NAME), StoreMailboxIdentity=_required(Kind.PURGEABLE),
            Confirm=_UNASKED,
        ),
        _SET_MAILBOX,
        _AUTO_REPLY,
        cmdlet(
            "Enable-RemoteMailbox", Identity=_ACCOUNT, RemoteRoutingAddress=_ADDRESS, Alias=_ALIAS,
            PrimarySmtpAddress=_ADDRESS, Shared=_SWITCH, Archive=_SWITCH, Confirm=_UNASKED,
        ),
        cmdlet("Disable-RemoteMailbox", Identity=_ACCOUNT, Confirm=_UNASKED),
        cmdlet(
            "Set-RemoteMailbox", Identity=_ACCOUNT, Type=_TYPE, HiddenFromAddressListsEnabled=_FLAG, Confirm=_UNASKED
        ),
    ))),
    Place.ONLINE: MappingProxyType(dict((
        _READ_AUTO_REPLY,
        cmdlet("Get-User", Identity=_required(Kind.GUID_OR_ADDRESS)),
        cmdlet("Get-Mailbox", Identity=_ACCOUNT, SoftDeletedMailbox=_SWITCH),
        cmdlet("Enable-Mailbox", Identity=_ACCOUNT, Archive=_YES, Confirm=_UNASKED),
        cmdlet("Disable-Mailbox", Identity=_ACCOUNT, Confirm=_UNASKED),
        cmdlet("Undo-SoftDeletedMailbox", SoftDeletedObject=_required(Kind.GUID), Confirm=_UNASKED),
        cmdlet("Remove-Mailbox", Identity=_required(Kind.PURGEABLE), PermanentlyDelete=_YES, Confirm=_UNASKED),
        _SET_MAILBOX,
        _AUTO_REPLY,
    ))),
    Place.SKYPE: MappingProxyType(dict((
        cmdlet(
            "Enable-CsUser", Identity=_required(Kind.ADDRESS), RegistrarPool=_required(Kind.NAME),
            SipAddress=_required(Kind.SIP_ADDRESS), Confirm=_UNASKED,
        ),
        cmdlet("Disable-CsUser", Identity=_required(Kind.ADDRESS), Confirm=_UNASKED),
    ))),
})  # fmt: skip
"""Where → name → cmdlet."""
