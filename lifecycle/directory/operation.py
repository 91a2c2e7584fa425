"""What can be asked of a directory: seven operations, and the answer to one.

Actions are translated into operations by pure code; the directory port alone sends them. Objects are addressed
by GUID, because a distinguished name changes with every rename.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lifecycle.answer import Answer, Permit, freely
from lifecycle.directory.account import Account, DirectoryView, Group, Value
from lifecycle.directory.schema import Schema
from lifecycle.directory.snapshot import AccountSnapshot, DeletedAccount


@dataclass(frozen=True, slots=True)
class AddUser:
    """Create a user object in one LDAP operation: whole with its password, or not at all."""

    dn: str
    attributes: Mapping[str, Value]
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Modify:
    """Replace attributes of an object; None clears one."""

    guid: str
    replace: Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Move:
    """Give an object a new parent, a new common name, or both (LDAP modifyDN)."""

    guid: str
    cn: str
    parent_dn: str


@dataclass(frozen=True, slots=True)
class ChangeMembers:
    """Add accounts to a group, or remove them from it."""

    group_guid: str
    add_guids: tuple[str, ...] = ()
    remove_guids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeleteUser:
    """Delete an object; with ``tree`` all that stands below it as well ([MS-ADTS] 3.1.1.3.4.1.15).

    An object that is protected from accidental deletion, or one below it with ``tree``, is never sent: the answer says
    :data:`PROTECTED`.
    """

    guid: str
    tree: bool = False


@dataclass(frozen=True, slots=True)
class RestoreUser:
    """Bring an account back from the deleted objects, under this name ([MS-ADTS] 3.1.1.5.3.7).

    objectGUID and objectSid are the old ones. Whatever else a directory keeps of deleted objects comes back with it;
    the rest, memberships above all, is put back from a snapshot. The password is gone, so one must be set, though the
    bits of userAccountControl may say that the account is enabled. While another object has the account name, nothing
    is sent.
    """

    guid: str
    dn: str


@dataclass(frozen=True, slots=True)
class SetPassword:
    """Give an account another password ([MS-ADTS] 3.1.1.3.1.5).

    Args:
        guid: The account.
        password: The password.
        must_change: Whether it must be changed at the next logon (pwdLastSet 0, else -1: now).
        unlock: Whether the account is unlocked in the same write (lockoutTime 0).
    """

    guid: str
    password: str = field(repr=False)
    must_change: bool = True
    unlock: bool = False


Operation = AddUser | Modify | Move | ChangeMembers | DeleteUser | RestoreUser | SetPassword

PROTECTED = Answer(50, "insufficientAccessRights", "protected from accidental deletion")
"""To the deletion of what somebody has marked, or has forbidden us to look at: it was not sent."""


class Directory(Protocol):
    """The port to a directory. The adapter is :mod:`lifecycle.ports.directory.client`."""

    def identity(self) -> str:
        """The domain, as one text that names it for good: its objectGUID."""
        ...

    def view(self, attributes: Iterable[str]) -> DirectoryView:
        """Read the whole domain with these attributes of its users.

        Raises:
            DirectoryError: The read failed or is not complete; never an empty or partial view.
        """
        ...

    def schema(self, attributes: Iterable[str]) -> Schema:
        """What the directory says of these attributes, and always of ``cn``; one that it does not have is absent."""
        ...

    def groups(self) -> dict[str, Group]:
        """Every group of the domain now, by GUID."""
        ...

    def accounts(self, guids: Iterable[str], attributes: Iterable[str]) -> dict[str, Account]:
        """Read these accounts as they are now, by GUID; one that is gone is absent from the answer."""
        ...

    def own_guid(self) -> str:
        """The account that the product itself uses."""
        ...

    def holders(self, attribute: str, values: Iterable[str], attributes: Iterable[str]) -> dict[str, list[Account]]:
        """The accounts that hold these values of an attribute now: lower-case value → accounts."""
        ...

    def privileged_guids(self) -> frozenset[str]:
        """Accounts that are, however deep, members of a privileged group now."""
        ...

    def snapshot(self, guid: str) -> AccountSnapshot | None:
        """One account with all that the directory shows of it; None when it is gone.

        Raises:
            DirectoryError: The read failed, or what a snapshot must hold may not be read.
        """
        ...

    def deleted(self, guids: Iterable[str]) -> dict[str, DeletedAccount]:
        """Those of these accounts that are among the deleted objects, by GUID.

        Raises:
            DirectoryError: The read failed, or the right to list the deleted objects is missing: the error names it.
        """
        ...

    def send(self, operations: Sequence[Operation], permit: Permit = freely) -> list[Answer]:
        """Send operations over one connection, several outstanding; answers in the order of the operations.

        Args:
            operations: What.
            permit: Called before each is sent; what it raises ends the sending, and no answer is returned.
        """
        ...
