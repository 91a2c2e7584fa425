"""Leaver: somebody no longer works here; the account is disabled and set aside, never deleted."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Cause
from lifecycle.actions.disable_user import DisableUser
from lifecycle.actions.move_user import MoveUser
from lifecycle.directory import dn
from lifecycle.directory.account import Account
from lifecycle.people.person import Standing
from lifecycle.planning.names import NameBook
from lifecycle.planning.policy import Policy

LONGEST_CN = 64
"""Characters of a common name (rangeUpper in [MS-ADA1] 2.110)."""

CAUSES = {
    Standing.INACTIVE: Cause.LEAVER_INACTIVE,
    Standing.ENDED: Cause.LEAVER_ENDED,
    Standing.OUT_OF_SCOPE: Cause.LEAVER_OUT_OF_SCOPE,
}


def set_aside(account: Account, key: str, cause: Cause, policy: Policy, book: NameBook) -> Iterator[AnyChange]:
    """Disable the account and move it to the leavers' OU; nothing for what is so already.

    Args:
        account: Writable.
        key: Primary key, empty when HaloITSM no longer knows the person.
        cause: Why the person counts as gone.
        policy: The rules.
        book: Names taken so far.
    """
    if account.enabled:
        yield DisableUser(
            person=key, account=account.guid, cause=cause, rule="leavers", ou=account.parent_dn,
            before={"enabled": True}, after={"enabled": False},
        )  # fmt: skip
    if not dn.is_below(account.dn, policy.leavers_ou):
        yield MoveUser(
            person=key, account=account.guid, cause=cause, rule="leavers.ou", ou=account.parent_dn,
            before={"distinguishedName": account.dn},
            after={"distinguishedName": _free_name(account, policy.leavers_ou, book)},
        )  # fmt: skip


def _free_name(account: Account, ou: str, book: NameBook) -> str:
    """The account's name in the leavers' OU; with its GUID, which nobody else has, when that is taken."""
    target = dn.join("CN", account.cn, ou)
    if book.reserve_dn(target):
        return target
    room = LONGEST_CN - len(account.guid) - 1
    target = dn.join("CN", f"{account.cn[:room].rstrip()} {account.guid}", ou)
    book.reserve_dn(target)
    return target
