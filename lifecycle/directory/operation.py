"""What can be asked of a directory: four operations, and the answer to one.

Actions are translated into operations by pure code; the directory port alone sends them. Objects are addressed
by GUID, because a distinguished name changes with every rename.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lifecycle.answer import Answer
from lifecycle.directory.account import Account, DirectoryView, Group, Value
from lifecycle.directory.schema import Schema


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


Operation = AddUser | Modify | Move | ChangeMembers


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

    def send(self, operations: Sequence[Operation]) -> list[Answer]:
        """Send operations over one connection, several outstanding; answers in the order of the operations."""
        ...
