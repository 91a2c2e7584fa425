"""Joiner: somebody works here and has no account."""

from __future__ import annotations

from lifecycle.actions.change import Cause
from lifecycle.actions.create_user import CreateUser
from lifecycle.directory import dn
from lifecycle.directory.account import Value
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import Person
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
    for bundle in policy.bundles:
        names = book.allocate(bundle, person.fields, person.ou)
        if names is None:
            return Notice(person.key, Reason.NAME_EXHAUSTED, ", ".join(bundle.formats))
        after |= names
    cn = str(after.pop("cn", None) or after.get("displayName") or after["sAMAccountName"])
    after["distinguishedName"] = dn.join("CN", cn, person.ou)
    if manager_guid:
        after["manager"] = manager_guid
    return CreateUser(person=person.key, cause=Cause.JOINER, rule="placement", ou=person.ou, after=after)
