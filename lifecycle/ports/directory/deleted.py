"""Reading the deleted objects, which a plain account does not see."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import ldap3

from lifecycle.directory.dn import split_extended
from lifecycle.directory.snapshot import DeletedAccount
from lifecycle.directory.values import guid_filter, sid_from_bytes
from lifecycle.errors import DirectoryError
from lifecycle.ports.directory.connection import Session
from lifecycle.ports.directory.search import SHOW_DELETED, Entry, Scope, search

MISSING_RIGHT = "the right to list and read the container Deleted Objects is missing"
INSUFFICIENT_ACCESS = 50
_NO_SUCH_OBJECT = 32
_WANTED = ("objectSid", "lastKnownParent", "sAMAccountName")
_BATCH = 200


def read_deleted(session: Session, base_dn: str, guids: Iterable[str]) -> dict[str, DeletedAccount]:
    """Those of these objects that are among the deleted ones, by GUID.

    Args:
        session: Bound.
        base_dn: defaultNamingContext.
        guids: Of accounts; one that is not deleted, or deleted so long ago that nothing is left, is absent.

    Raises:
        DirectoryError: The read failed, or the deleted objects are hidden from this account.
    """
    container, wanted, found = f"CN=Deleted Objects,{base_dn}", list(guids), dict[str, DeletedAccount]()
    rest = iter(wanted)
    while batch := tuple(islice(rest, _BATCH)):
        condition = f"(&(isDeleted=TRUE)(|{''.join(map(guid_filter, batch))}))"
        for entry in _seen(session, container, condition, ldap3.SUBTREE):
            found[entry.guid] = _deleted(entry)
    if len(found) < len(set(wanted)) and not _is_open(session, container):
        raise DirectoryError("search", INSUFFICIENT_ACCESS, MISSING_RIGHT)
    return found


def _seen(session: Session, base: str, condition: str, scope: Scope) -> list[Entry]:
    try:
        return list(search(session, base, condition, ("objectClass", *_WANTED), scope, controls=[SHOW_DELETED]))
    except DirectoryError as error:
        if error.result_code in {_NO_SUCH_OBJECT, INSUFFICIENT_ACCESS}:
            return []  # the container itself is hidden, which the caller finds out
        raise


def _is_open(session: Session, container: str) -> bool:
    """Whether the account may look into the container: who may not list it may not read it either."""
    return any(entry.raw.get("objectClass") for entry in _seen(session, container, "(objectClass=*)", ldap3.BASE))


def _deleted(entry: Entry) -> DeletedAccount:
    sid = entry.raw.get("objectSid")
    return DeletedAccount(
        guid=entry.guid,
        dn=entry.dn,
        sid=sid_from_bytes(sid[0]) if sid else "",
        last_known_parent_dn=split_extended(entry.text("lastKnownParent"))[1],
        account_name=entry.text("sAMAccountName"),
    )
