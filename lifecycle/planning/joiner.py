"""Joiner: somebody works here and has no account."""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle.actions.change import Cause
from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.outside import RefusalError
from lifecycle.actions.sight import Subject
from lifecycle.actions.template import Filled, filled
from lifecycle.directory import dn, uac
from lifecycle.directory.account import Account, Group, Value
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import Person
from lifecycle.planning.fitting import Fitting, Values
from lifecycle.planning.late import Late
from lifecycle.planning.names import IDENTIFIERS, NameAllocator
from lifecycle.planning.policy import Policy
from lifecycle.planning.sight import PlanSight


def create(
    person: Person, references: Mapping[str, Value], policy: Policy, book: NameAllocator, fitting: Fitting, late: Late,
    sight: PlanSight,
) -> tuple[CreateUser, tuple[Group, ...]] | Notice:  # fmt: skip
    """The account that a person gets.

    Args:
        person: Works here, has no account.
        references: Attribute → object that it names and that exists already; others are set in the second pass.
        policy: The rules.
        book: Names taken so far; the person's are added.
        fitting: Of the directory.
        late: What is rendered last.
        sight: For the template.

    Returns:
        The account, and the groups that the template gives it; or why there is none.

    Raises:
        UnfitError: A value of the person cannot be written.
    """
    try:
        after, groups = _account(person, references, policy, book, fitting, late, sight)
    except _ExhaustedError as error:
        return Notice(person.key, Reason.NAME_EXHAUSTED, error.about)
    except RefusalError as error:
        return Notice(person.key, error.reason, error.about)
    must_change = policy.template.template.password.must_change if policy.template else True
    made = CreateUser(
        person=person.key, cause=Cause.JOINER, rule="placement", ou=person.ou, after=after, must_change=must_change
    )
    return made, groups


class _ExhaustedError(Exception):
    """A name cannot be formed, or is somebody else's."""

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


def _account(
    person: Person, references: Mapping[str, Value], policy: Policy, book: NameAllocator, fitting: Fitting, late: Late,
    sight: PlanSight,
) -> tuple[Values, tuple[Group, ...]]:  # fmt: skip
    """Everything that the account holds: what is mapped, names, its place, the template, then what reads all that."""
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
    template = _filled(policy, person, after, name, sight)
    after = {**template.values, **after}
    rendered = late.of_new(person, {**after, **references}, name)
    _reserve(rendered, book)
    if not (after | rendered).get("sAMAccountName"):
        raise _ExhaustedError("sAMAccountName")
    if not allocated and not book.reserve_dn(name):
        raise _ExhaustedError("cn")
    return {**after, **rendered, "distinguishedName": name, **references}, tuple(template.joins.values())


def _filled(policy: Policy, person: Person, after: Values, name: str, sight: PlanSight) -> Filled:
    """What the template says of an account that is about to be made so."""
    if policy.template is None:
        return Filled()
    held = {attribute: value for attribute, value in after.items() if value is not None}
    account = Account(guid="", dn=name, rid=0, user_account_control=uac.NORMAL_ACCOUNT, attributes=held)
    sight.look("create-user", policy.template.templates)
    return filled(policy.template.template, Subject(account, person.key, Cause.JOINER, "template"), sight, held.keys())


def _reserve(values: Values, book: NameAllocator) -> None:
    mapped = {name: value for name in IDENTIFIERS if (value := values.get(name))}
    if not book.reserve(mapped):
        raise _ExhaustedError(", ".join(mapped))
