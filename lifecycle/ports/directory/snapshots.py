"""Reading one account whole, and whether an object is marked as not to be deleted."""

from __future__ import annotations

import base64

import ldap3
from ldap3.protocol.microsoft import security_descriptor_control

from lifecycle.directory.dn import split_extended
from lifecycle.directory.security_descriptor import DACL, GROUP, OWNER, denies_deletion
from lifecycle.directory.snapshot import AccountSnapshot
from lifecycle.directory.values import guid_filter
from lifecycle.errors import DirectoryError
from lifecycle.ports.directory.connection import Session
from lifecycle.ports.directory.search import Control, search

_DESCRIPTOR = "nTSecurityDescriptor"
_NO_SUCH_OBJECT, _INSUFFICIENT_ACCESS = 32, 50
_EVERYTHING = ("*", _DESCRIPTOR)
_WITHOUT_SACL: list[Control] = security_descriptor_control(criticality=True, sdflags=OWNER | GROUP | DACL)
_DACL_ONLY: list[Control] = security_descriptor_control(criticality=True, sdflags=DACL)


def read_snapshot(session: Session, base_dn: str, guid: str) -> AccountSnapshot | None:
    """One user object with every attribute that may be read; None when it is gone.

    Args:
        session: Bound.
        base_dn: defaultNamingContext.
        guid: Of the account.

    Raises:
        DirectoryError: The read failed, or the security descriptor may not be read.
    """
    condition = f"(&(objectCategory=person)(objectClass=user){guid_filter(guid)})"
    found = list(search(session, base_dn, condition, _EVERYTHING, controls=_WITHOUT_SACL))
    if not found:
        return None
    (entry,) = found
    descriptor = entry.raw.pop(_DESCRIPTOR, None)
    if not descriptor:
        raise DirectoryError("snapshot", _INSUFFICIENT_ACCESS, "the security descriptor of an account may not be read")
    below = search(session, f"<GUID={guid}>", "(objectClass=*)", ())
    return AccountSnapshot(
        guid=entry.guid,
        dn=entry.dn,
        attributes={
            name: tuple(base64.b64encode(value).decode() for value in values)
            for name, values in sorted(entry.raw.items())
            if values
        },
        security_descriptor=base64.b64encode(descriptor[0]).decode(),
        group_guids=tuple(sorted(split_extended(name)[0] for name in entry.texts("memberOf"))),
        children_guids=tuple(sorted(one.guid for one in below if one.guid != entry.guid)),
    )


def forbids_deletion(session: Session, guid: str, *, tree: bool) -> bool:
    """Whether an object is marked as not to be deleted, or hides whether it is.

    Args:
        session: Bound.
        guid: Of the object; one that is gone forbids nothing.
        tree: Whether what stands below it is meant, too.

    Raises:
        DirectoryError: The read failed.
    """
    scope = ldap3.SUBTREE if tree else ldap3.BASE
    try:
        found = list(search(session, f"<GUID={guid}>", "(objectClass=*)", (_DESCRIPTOR,), scope, controls=_DACL_ONLY))
    except DirectoryError as error:
        if error.result_code == _NO_SUCH_OBJECT:
            return False
        raise
    return any(_is_marked(entry.raw.get(_DESCRIPTOR)) for entry in found)


def _is_marked(descriptor: list[bytes] | None) -> bool:
    """What cannot be read is no leave to delete."""
    try:
        return not descriptor or denies_deletion(descriptor[0])
    except ValueError:
        return True
