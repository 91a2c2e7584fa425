"""What the directory holds, as value types: accounts, groups, and the whole view that a plan is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lifecycle.directory import dn as names
from lifecycle.directory import uac
from lifecycle.directory.schema import Schema

Value = str | int | bool | tuple[str, ...]
"""An attribute's value; several values are a tuple, an absent attribute is absent from its mapping."""


@dataclass(frozen=True, slots=True)
class Account:
    """One user object.

    Args:
        guid: objectGUID, lower-case with hyphens: the identity.
        dn: distinguishedName at the time of reading.
        rid: Last part of objectSid.
        user_account_control: The bits, see :mod:`lifecycle.directory.uac`.
        attributes: LDAP name (as spelled in the schema) → value, only those asked for and present.
        group_guids: Groups that name the account as a direct member; the primary group is never among them.
        primary_group_rid: primaryGroupID.
        admin_count: adminCount, 0 when absent.
        critical: isCriticalSystemObject.
        domain_sid: The rest of objectSid; one text for all accounts of a domain.
    """

    guid: str
    dn: str
    rid: int
    user_account_control: int
    attributes: Mapping[str, Value]
    group_guids: frozenset[str] = frozenset()
    primary_group_rid: int = 513
    admin_count: int = 0
    critical: bool = False
    domain_sid: str = ""

    @property
    def sid(self) -> str:
        """ObjectSid as text; empty where the domain's is not known."""
        return f"{self.domain_sid}-{self.rid}" if self.domain_sid else ""

    @property
    def enabled(self) -> bool:
        """Whether the account may log on."""
        return uac.is_enabled(self.user_account_control)

    @property
    def cn(self) -> str:
        """The account's common name, from its distinguished name."""
        return names.leaf_value(self.dn)

    @property
    def parent_dn(self) -> str:
        """The container that the account stands in."""
        return names.parent(self.dn)


@dataclass(frozen=True, slots=True)
class Group:
    """One group object; ``privileged`` when it is one of the directory's own privileged groups, or inside one."""

    guid: str
    dn: str
    rid: int
    admin_count: int = 0
    critical: bool = False
    privileged: bool = False


@dataclass(frozen=True, slots=True)
class DirectoryView:
    """Everything that a plan needs to know of one directory, read once.

    Args:
        base_dn: defaultNamingContext.
        accounts: Every user object of the domain.
        groups: Every group of the domain.
        containers: Keys (:func:`lifecycle.directory.dn.key`) of existing OUs and containers.
        privileged_guids: Accounts that are members, however deep, of a privileged group.
        own_guid: The account that the product itself uses.
        other_names: Lower-case sAMAccountName, addresses and principal names that objects other than users hold.
        other_dns: Keys of the names of those objects.
        schema: What the directory says of the attributes that were asked for, and of ``cn``.
    """

    base_dn: str
    accounts: tuple[Account, ...]
    groups: tuple[Group, ...]
    containers: frozenset[str]
    privileged_guids: frozenset[str]
    own_guid: str
    other_names: frozenset[str] = frozenset()
    other_dns: frozenset[str] = field(default=frozenset())
    schema: Schema = field(default_factory=dict)
