"""Joiner: somebody works here and has no account."""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle.actions.change import Cause
from lifecycle.actions.create_user import CreateUser
from lifecycle.directory import dn
from lifecycle.directory.account import Value
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import Person
from lifecycle.planning.fitting import Fitting, Values
from lifecycle.planning.late import Late
from lifecycle.planning.name_space import IDENTIFIERS
from lifecycle.planning.names import NameBook
from lifecycle.planning.policy import Policy


def create(
    person: Person, references: Mapping[str, Value], policy: Policy, book: NameBook, fitting: Fitting, late: Late
) -> CreateUser | Notice:
    """The account that a person gets.

    Args:
        person: Works here, has no account.
        references: Attribute → object that it names and that exists already; others are set in the second pass.
        policy: The rules.
        book: Names taken so far; the person's are added.
        fitting: Of the directory.
        late: What is rendered last.

    Raises:
        UnfitError: A value of the person cannot be written.
    """
    try:
        after = _account(person, references, policy, book, fitting, late)
    except _ExhaustedError as error:
        return Notice(person.key, Reason.NAME_EXHAUSTED, error.about)
    return CreateUser(person=person.key, cause=Cause.JOINER, rule="placement", ou=person.ou, after=after)


class _ExhaustedError(Exception):
    """A name cannot be formed, or is somebody else's."""

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


def _account(
    person: Person, references: Mapping[str, Value], policy: Policy, book: NameBook, fitting: Fitting, late: Late
) -> Values:
    """Everything that the account holds: what is mapped, then names, then its place, then what reads all that."""
    after = fitting.fit_all(person.create)
    _reserve(after, book)
    for bundle in policy.bundles:
        names = book.allocate(bundle, person)
        if names is None:
            raise _ExhaustedError(", ".join(bundle.formats))
        after |= fitting.fit_all(names)
    allocated = after.pop("cn", None)
    common_name = str(allocated or after.get("displayName") or after.get("sAMAccountName") or "")
    if not common_name:
        raise _ExhaustedError("cn")
    fitting.fit("cn", common_name)
    name = dn.join("CN", common_name, person.ou)
    rendered = late.of_new(person, {**after, **references}, name)
    _reserve(rendered, book)
    if not (after | rendered).get("sAMAccountName"):
        raise _ExhaustedError("sAMAccountName")
    if not allocated and not book.reserve_dn(name):
        raise _ExhaustedError("cn")
    return {**after, **rendered, "distinguishedName": name, **references}


def _reserve(values: Values, book: NameBook) -> None:
    mapped = {name: value for name in IDENTIFIERS if (value := values.get(name))}
    if not book.reserve(mapped):
        raise _ExhaustedError(", ".join(mapped))
