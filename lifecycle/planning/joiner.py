"""Joiner: somebody works here and has no account."""

from __future__ import annotations

from lifecycle.actions.change import Cause
from lifecycle.actions.create_user import CreateUser
from lifecycle.directory import dn
from lifecycle.directory.account import Value
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import Person
from lifecycle.planning.name_space import IDENTIFIERS
from lifecycle.planning.names import NameBook
from lifecycle.planning.policy import Policy


def create(person: Person, manager_guid: str | None, policy: Policy, book: NameBook) -> CreateUser | Notice:
    """The account that a person gets.

    Args:
        person: Works here, has no account.
        manager_guid: The manager's account when it exists already; else the second pass sets it.
        policy: The rules.
        book: Names taken so far; the person's are added.
    """
    after: dict[str, Value | None] = {**person.create}
    mapped = {name: value for name in IDENTIFIERS if (value := after.get(name))}
    if not book.reserve(mapped):
        return Notice(person.key, Reason.NAME_EXHAUSTED, ", ".join(mapped))
    for bundle in policy.bundles:
        names = book.allocate(bundle, person)
        if names is None:
            return Notice(person.key, Reason.NAME_EXHAUSTED, ", ".join(bundle.formats))
        after |= names
    if not after.get("sAMAccountName"):
        return Notice(person.key, Reason.NAME_EXHAUSTED, "sAMAccountName")
    allocated = after.pop("cn", None)
    name = dn.join("CN", str(allocated or after.get("displayName") or after["sAMAccountName"]), person.ou)
    if not allocated and not book.reserve_dn(name):
        return Notice(person.key, Reason.NAME_EXHAUSTED, "cn")
    after["distinguishedName"] = name
    if manager_guid:
        after["manager"] = manager_guid
    return CreateUser(person=person.key, cause=Cause.JOINER, rule="placement", ou=person.ou, after=after)
