"""What a server writes into Active Directory of an account that has a mailbox."""

from __future__ import annotations

MAILBOX_ATTRIBUTES = ("mailNickname", "mail", "proxyAddresses", "msExchMailboxGuid", "msExchRecipientTypeDetails")
"""Cleared when the mailbox is taken."""

RECIPIENT_TYPES = {
    "UserMailbox": 1,
    "SharedMailbox": 4,
    "RemoteUserMailbox": 2_147_483_648,
    "RemoteSharedMailbox": 34_359_738_368,
}
"""``RecipientTypeDetails`` → ``msExchRecipientTypeDetails``."""
