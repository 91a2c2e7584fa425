"""What must be looked up before operations are sent: marks that forbid a deletion, names that deleted objects had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ldap3.utils.conv import escape_filter_chars

from lifecycle.answer import Answer
from lifecycle.directory.operation import PROTECTED, DeleteUser, Operation, RestoreUser
from lifecycle.directory.snapshot import DeletedAccount
from lifecycle.errors import DirectoryError
from lifecycle.ports.directory.connection import Session
from lifecycle.ports.directory.deleted import INSUFFICIENT_ACCESS, MISSING_RIGHT, read_deleted
from lifecycle.ports.directory.search import search
from lifecycle.ports.directory.snapshots import forbids_deletion

NOT_DELETED = Answer(32, "noSuchObject", "not among the deleted objects")
NAME_TAKEN = Answer(68, "entryAlreadyExists", "another object has the account name")
HIDDEN = Answer(INSUFFICIENT_ACCESS, "insufficientAccessRights", MISSING_RIGHT)


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a look at the directory says of operations that are about to be sent.

    Args:
        refused: Position of an operation that must not be sent → its answer.
        deleted_dns: GUID of an account to restore → its name among the deleted objects; a directory need not find a
            deleted object by its GUID alone (Samba does not when it restores one).
    """

    refused: Mapping[int, Answer] = field(default_factory=dict)
    deleted_dns: Mapping[str, str] = field(default_factory=dict, repr=False)


def prepare(session: Session, base_dn: str, operations: Sequence[Operation]) -> Preparation:
    """Look up what operations need; nothing is asked when none of them deletes or restores.

    Raises:
        DirectoryError: A read failed; nothing was sent.
    """
    refused, found = dict[int, Answer](), dict[str, DeletedAccount]()
    restored = [operation.guid for operation in operations if isinstance(operation, RestoreUser)]
    otherwise = NOT_DELETED
    if restored:
        try:
            found = read_deleted(session, base_dn, restored)
        except DirectoryError as error:
            if error.result_code != INSUFFICIENT_ACCESS:
                raise
            otherwise = HIDDEN
    taken = _taken(session, base_dn, found.values())
    for position, operation in enumerate(operations):
        match operation:
            case DeleteUser() if forbids_deletion(session, operation.guid, tree=operation.tree):
                refused[position] = PROTECTED
            case RestoreUser() if operation.guid not in found:
                refused[position] = otherwise
            case RestoreUser() if found[operation.guid].account_name.casefold() in taken:
                refused[position] = NAME_TAKEN
    return Preparation(refused, {guid: one.dn for guid, one in found.items()})


def _taken(session: Session, base_dn: str, deleted: Iterable[DeletedAccount]) -> frozenset[str]:
    """Account names that other objects have taken since, in lower case; Samba would let two objects have one."""
    clauses = [f"(sAMAccountName={escape_filter_chars(one.account_name)})" for one in deleted if one.account_name]
    if not clauses:
        return frozenset()
    holders = search(session, base_dn, f"(|{''.join(clauses)})", ("sAMAccountName",))
    return frozenset(entry.text("sAMAccountName").casefold() for entry in holders)
