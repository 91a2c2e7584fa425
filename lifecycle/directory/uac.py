"""Bits of userAccountControl ([MS-ADTS] section 2.2.16) that the product reads and writes."""

from __future__ import annotations

ACCOUNT_DISABLE = 0x0002
NORMAL_ACCOUNT = 0x0200


def is_enabled(user_account_control: int) -> bool:
    """Whether an account with these bits may log on."""
    return not user_account_control & ACCOUNT_DISABLE


def enabled(user_account_control: int) -> int:
    """The bits with logging on allowed, all others kept."""
    return user_account_control & ~ACCOUNT_DISABLE


def disabled(user_account_control: int) -> int:
    """The bits with logging on forbidden, all others kept."""
    return user_account_control | ACCOUNT_DISABLE
