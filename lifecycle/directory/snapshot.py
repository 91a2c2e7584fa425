"""An account as it was, whole: what stands in the journal before it is deleted, and what puts it back.

Values are kept as the directory gave them, in base64, so that nothing is lost in translation: bytes, several values,
attributes that nobody has mapped. References are kept in the extended form that bears the GUID, so that they hold after
a rename.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from lifecycle.directory.account import Value
from lifecycle.directory.conversion import spelled
from lifecycle.directory.dn import split_extended
from lifecycle.directory.schema import AttributeFacts, Schema, Syntax
from lifecycle.directory.security_descriptor import denies_deletion
from lifecycle.versions import ACCOUNT_SNAPSHOT

_OTHERWISE_WRITTEN = frozenset(
    {
        # by the operation that restores, or by renaming
        "cn", "name", "distinguishedName", "objectClass", "objectCategory", "isDeleted",
        # by operations of their own, because they decide who may log on and what as
        "userAccountControl", "pwdLastSet", "lockoutTime", "unicodePwd", "primaryGroupID", "nTSecurityDescriptor",
        # by the directory, which the schema does not always say
        "accountNameHistory", "adminCount", "controlAccessRights", "dBCSPwd", "dSASignature", "fSMORoleOwner",
        "garbageCollPeriod", "groupMembershipSAM", "instanceType", "isCriticalSystemObject", "lastKnownParent",
        "lastLogonTimestamp", "lmPwdHistory", "mS-DS-ConsistencyChildCount", "msDS-AuthenticatedAtDC", "ntPwdHistory",
        "objectVersion", "operatorCount", "otherWellKnownObjects", "revision", "rid", "sAMAccountType",
        "securityIdentifier", "sIDHistory", "supplementalCredentials", "systemFlags", "uSNSource", "userPassword",
        "USNIntersite",
    }
)  # fmt: skip
_NOBODY_WRITES = frozenset({"sIDHistory"})
"""What an account loses for good where the directory does not keep it of deleted objects."""


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
    """All that a directory shows of one account. Its text form is personal data; its ``repr`` holds none.

    Args:
        guid: objectGUID.
        dn: distinguishedName.
        attributes: LDAP name → values as the directory gave them, each in base64; every attribute with a value that may
            be read, operational ones, back links and photo included, the security descriptor excepted. A password
            cannot be read and is not among them.
        security_descriptor: Owner, group and DACL, self-relative ([MS-DTYP] 2.4.6), in base64.
        group_guids: Groups that name the account as a direct member, sorted; the primary group is never among them.
        children_guids: Every object below the account, however deep, sorted; most accounts have none.
    """

    guid: str
    dn: str = field(repr=False)
    attributes: Mapping[str, tuple[str, ...]] = field(repr=False)
    security_descriptor: str = field(repr=False)
    group_guids: tuple[str, ...] = ()
    children_guids: tuple[str, ...] = ()

    def raw(self, name: str) -> list[bytes]:
        """The values of an attribute; none when it has none."""
        return [base64.b64decode(value) for value in self.attributes.get(name, ())]

    @property
    def protected_from_deletion(self) -> bool:
        """Whether somebody has marked the account as not to be deleted."""
        return denies_deletion(base64.b64decode(self.security_descriptor))

    @property
    def direct_report_guids(self) -> tuple[str, ...]:
        """Those who name the account as their manager; deleting it takes it away from them."""
        return tuple(sorted(split_extended(value.decode())[0] for value in self.raw("directReports")))

    def restorable(self, schema: Schema) -> dict[str, Value]:
        """The attributes that an ordinary write puts back, in the one spelling (:mod:`lifecycle.directory.conversion`).

        Left out are those that the directory computes, those that other operations write (the name, the bits of
        userAccountControl, passwords, the primary group), and those of :meth:`left_out`.

        Args:
            schema: Facts of at least these attributes; one without facts is left out.
        """
        return {
            name: _value(facts, self.raw(name))
            for name in sorted(self.attributes)
            if (facts := schema.get(name)) and _writes(facts) and facts.syntax is not Syntax.OTHER
        }

    def left_out(self, schema: Schema) -> tuple[str, ...]:
        """What :meth:`restorable` would have to put back and cannot: somebody must see to it.

        That are attributes of a syntax that the product does not know (roaming credentials for one), and sIDHistory.
        """
        return tuple(
            name
            for name in sorted(self.attributes)
            if name in _NOBODY_WRITES
            or ((facts := schema.get(name)) and _writes(facts) and facts.syntax is Syntax.OTHER)
        )

    def to_json(self) -> str:
        """The snapshot as one text, the same for equal snapshots."""
        fields = {
            "guid": self.guid,
            "dn": self.dn,
            "attributes": {name: list(values) for name, values in self.attributes.items()},
            "security_descriptor": self.security_descriptor,
            "group_guids": list(self.group_guids),
            "children_guids": list(self.children_guids),
        }
        return ACCOUNT_SNAPSHOT.text(fields)

    @classmethod
    def from_json(cls, text: str) -> AccountSnapshot:
        """Read what :meth:`to_json` wrote.

        Raises:
            NewerVersionError: A newer build wrote it.
            ValueError: It is no snapshot.
        """
        try:
            fields = ACCOUNT_SNAPSHOT.read(text)
            return cls(
                guid=fields["guid"],
                dn=fields["dn"],
                attributes={name: tuple(values) for name, values in fields["attributes"].items()},
                security_descriptor=fields["security_descriptor"],
                group_guids=tuple(fields["group_guids"]),
                children_guids=tuple(fields["children_guids"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError):  # their texts hold the value
            raise ValueError("no snapshot of an account") from None


@dataclass(frozen=True, slots=True)
class DeletedAccount:
    """An account among the deleted objects.

    Args:
        guid: objectGUID.
        dn: The name it has there.
        sid: objectSid.
        last_known_parent_dn: The container that it stood in; it may be gone, too.
        account_name: sAMAccountName.
    """

    guid: str
    dn: str = field(repr=False)
    sid: str
    last_known_parent_dn: str = field(repr=False)
    account_name: str = field(repr=False)


def _writes(facts: AttributeFacts) -> bool:
    return facts.writable and facts.of_users and facts.name not in _OTHERWISE_WRITTEN


def _value(facts: AttributeFacts, raw: list[bytes]) -> Value:
    if facts.syntax is not Syntax.REFERENCE:
        return spelled(facts, raw)
    guids = sorted(split_extended(value.decode())[0] for value in raw)
    return guids[0] if facts.single_valued else tuple(guids)
