"""Bits of userAccountControl ([MS-ADTS] section 2.2.16) that the product reads and writes."""

from __future__ import annotations

ACCOUNT_DISABLE = 0x0002
LOCKOUT = 0x0010
"""Stands in msDS-User-Account-Control-Computed alone, never in userAccountControl ([MS-ADA2])."""
NORMAL_ACCOUNT = 0x0200


def is_enabled(user_account_control: int) -> bool:
    """Whether an account with these bits may log on."""
    return not user_account_control & ACCOUNT_DISABLE


def is_locked_out(computed: int) -> bool:
    """Whether an account is locked after failed logons.

    Args:
        computed: msDS-User-Account-Control-Computed. lockoutTime alone does not tell: it stays when the time is over.
    """
    return bool(computed & LOCKOUT)


def enabled(user_account_control: int) -> int:
    """The bits with logging on allowed, all others kept."""
    return user_account_control & ~ACCOUNT_DISABLE


def disabled(user_account_control: int) -> int:
    """The bits with logging on forbidden, all others kept."""
    return user_account_control | ACCOUNT_DISABLE
