"""Delete user: the object goes, after all that it was stands in the journal. Undone by restoring the same object.

No account is deleted while it may log on: a directory keeps the disabled bit of a deleted object, so what comes back
from the deleted objects, without a password, is disabled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from lifecycle.actions.change import AccountChange, Change, Phase
from lifecycle.actions.logon import DisableUser
from lifecycle.actions.outside import RefusalError
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account, Value
from lifecycle.directory.operation import DeleteUser as Delete
from lifecycle.directory.operation import Operation
from lifecycle.notice import Reason

DELETED = "account.deleted"
_NAMES = ("sAMAccountName", "userPrincipalName", "mail", "proxyAddresses")


class DeleteUser(AccountChange):
    """``before`` holds ``enabled`` and the account's names: one that has others now has become somebody else's.

    ``after`` holds ``account.deleted``.
    """

    phase: ClassVar[Phase] = Phase.DELETE
    verb: ClassVar[str] = "accounts to delete"
    limited_as: ClassVar[str] = "delete"
    wants_gone: ClassVar[bool] = True
    action: Literal["delete-user"] = "delete-user"
    tree: bool = Field(False, description="Whether what stands below the account goes as well.")

    def operations(self, live: Account) -> tuple[Operation, ...]:
        """One delete."""
        return (Delete(live.guid, self.tree),)


def deletion(account: Account, told: Mapping[str, object], *, tree: bool = False) -> DeleteUser:
    """The change that deletes a disabled account, with what must still be so when it is carried out.

    Args:
        account: As it was read.
        told: What the change says of it.
        tree: Whether what stands below it goes as well.
    """
    names: dict[str, Value | None] = {name: account.attributes.get(name) for name in _NAMES}
    return DeleteUser(**told, tree=tree, before={"enabled": False, **names}, after={DELETED: True})


class RestoreUser(Change):
    """The account comes back from the deleted objects, with objectGUID and objectSid, under ``distinguishedName``.

    ``before`` and ``after`` hold ``account.deleted``; ``after`` also the name, and the account name that comes along.
    """

    phase: ClassVar[Phase] = Phase.CREATE
    verb: ClassVar[str] = "accounts to restore"
    limited_as: ClassVar[str] = "create"
    revives: ClassVar[bool] = True
    action: Literal["restore-user"] = "restore-user"
    departed: bool = Field(False, description="Whether a run of ours had disabled it.")

    @property
    def dn(self) -> str:
        """The name that the account gets."""
        return str(self.after["distinguishedName"])


class DeleteUserParameters(Parameters):
    """The account is deleted; one that may still log on is left, or disabled first where that is asked for.

    It can be restored as long as the directory keeps deleted objects, with everything but its password.
    """

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Delete user",
        writes="LDAP delete; before it all of the account into the journal",
        undo="restored: the same objectGUID and SID, attributes, memberships, those who report to it; a new password",
        tested="a Samba domain controller",
    )
    action: Literal["delete-user"] = "delete-user"
    tree: bool = Field(
        False, description="Whether objects below the account go as well; they cannot be restored. Else it stays."
    )
    require_disabled: bool = Field(
        True, description="Whether only an account that is disabled already is deleted; false disables it first."
    )

    def changes(self, subject: Subject, sight: Sight) -> Planned:  # noqa: ARG002
        """One change, and one before it for an account that is still enabled."""
        if subject.account.enabled:
            if self.require_disabled:
                raise RefusalError(Reason.STILL_ENABLED)
            yield DisableUser(**subject.told(), before={"enabled": True}, after={"enabled": False})
        yield deletion(subject.account, subject.told(), tree=self.tree)
