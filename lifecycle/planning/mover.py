"""Mover: somebody works here and has an account; what differs is listed, attribute by attribute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Cause
from lifecycle.actions.logon import EnableUser
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.move_user import MoveUser
from lifecycle.config.category import Category
from lifecycle.directory import dn
from lifecycle.directory.account import Account, Value
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import Person
from lifecycle.planning.fitting import Fitting, Values
from lifecycle.planning.late import Late
from lifecycle.planning.names import IDENTIFIERS, NameAllocator
from lifecycle.planning.policy import Policy
from lifecycle.planning.prior_state import PriorState


def differences(
    person: Person, account: Account, references: Mapping[str, Value], policy: Policy, prior: PriorState,
    book: NameAllocator, fitting: Fitting, late: Late, *, adopted: bool,
) -> list[AnyChange | Notice]:  # fmt: skip
    """Everything in which the account is not what the person's record asks for; nothing when it is.

    Args:
        person: Works here.
        account: Their account, writable.
        references: Attribute → object that it should name; an attribute that is not among them is left alone.
        policy: The rules.
        prior: What earlier runs remember, for telling a rehire from somebody disabled by hand.
        book: Names taken so far.
        fitting: Of the directory.
        late: What is rendered last.
        adopted: The account bore no anchor until now.

    Raises:
        UnfitError: A value of the person cannot be written.
    """
    return list(_differences(person, account, references, policy, prior, book, fitting, late, adopted=adopted))


def _differences(
    person: Person, account: Account, references: Mapping[str, Value], policy: Policy, prior: PriorState,
    book: NameAllocator, fitting: Fitting, late: Late, *, adopted: bool,
) -> Iterator[AnyChange | Notice]:  # fmt: skip
    cause = Cause.ADOPTED if adopted else Cause.MOVER
    wanted: Values = {**_wanted(person, account, policy, fitting), **references}
    if not account.enabled and policy.category is Category.LIFECYCLE:
        if departed(account, policy, prior):
            cause = Cause.REHIRE
            yield EnableUser(
                person=person.key, account=account.guid, cause=cause, rule="rehire", ou=account.parent_dn,
                before={"enabled": False}, after={"enabled": True},
            )  # fmt: skip
        else:
            yield Notice(person.key, Reason.DISABLED_BY_HAND)
    wanted, refusals = _reserved(person, account, wanted, book)
    yield from refusals
    for bundle in policy.bundles:
        if bundle.scope != "container":
            names = book.renamed(bundle, person, account)
            if names is None:
                yield Notice(person.key, Reason.NAME_EXHAUSTED, ", ".join(bundle.formats))
            wanted |= fitting.fit_all(names or {})
    target = account.dn if not policy.category.creates else _place(person, account, policy, book)
    if target is not None:
        fitting.fit("cn", dn.leaf_value(target))
    rendered, refusals = _reserved(
        person, account, late.of_present(person, account.attributes, wanted, target or account.dn), book
    )
    yield from refusals
    wanted |= rendered
    before = {name: account.attributes.get(name) for name in wanted}
    changed = {name: value for name, value in sorted(wanted.items()) if not fitting.same(name, before[name], value)}
    if changed:
        yield ModifyUser(
            person=person.key, account=account.guid, cause=cause, rule="attributes", ou=account.parent_dn,
            before={name: before[name] for name in changed}, after=changed,
        )  # fmt: skip
    if target is None:
        yield Notice(person.key, Reason.NAME_EXHAUSTED, "cn")
    elif dn.key(target) != dn.key(account.dn) or dn.leaf_value(target) != account.cn:
        yield MoveUser(
            person=person.key, account=account.guid, cause=cause, rule="placement", ou=account.parent_dn,
            before={"distinguishedName": account.dn}, after={"distinguishedName": target},
        )  # fmt: skip


def departed(account: Account, policy: Policy, prior: PriorState) -> bool:
    """Whether a disabled account was disabled as a leaver, by a run of ours or by moving it to the leavers' OU.

    One that was disabled on somebody's word is not: until the records say as well that the person has left.
    """
    if account.guid in prior.held:
        return False
    return account.guid in prior.departures or dn.is_below(account.dn, policy.leavers_ou)


def _wanted(person: Person, account: Account, policy: Policy, fitting: Fitting) -> Values:
    """What the record says early; one that only modifies finds accounts by the anchor, and leaves it as it is."""
    wanted: Values = {}
    for name, texts in person.update.items():
        if name in policy.additive:
            wanted[name] = fitting.added(name, account.attributes.get(name), texts)
        elif name != policy.anchor or policy.category.creates:
            wanted[name] = fitting.fit(name, texts)
    return wanted | {name: fitting.cleared(name) for name in person.clear if name in account.attributes}


def _reserved(
    person: Person, account: Account, wanted: Values, book: NameAllocator
) -> tuple[Values, tuple[Notice, ...]]:
    """The values, with their names and addresses taken; without those, and a notice, when another has one already."""
    mapped = {name: value for name in IDENTIFIERS if (value := wanted.get(name))}
    if book.reserve(mapped, account):
        return wanted, ()
    kept = {name: value for name, value in wanted.items() if name not in mapped}
    return kept, (Notice(person.key, Reason.NAME_EXHAUSTED, ", ".join(mapped)),)


def _place(person: Person, account: Account, policy: Policy, book: NameAllocator) -> str | None:
    """The distinguished name that the account should have; the present one whenever it fits."""
    bundle = next((one for one in policy.bundles if one.scope == "container"), None)
    stays = dn.key(account.parent_dn) == dn.key(person.ou)
    if bundle is None or bundle.refresh == "never":
        kept = dn.join("CN", account.cn, person.ou)
        if stays or book.reserve_dn(kept):
            return account.dn if stays else kept
    elif stays and book.fits(bundle, person, account):
        return account.dn
    names = book.allocate(bundle, person, account) if bundle else None
    return dn.join("CN", str(names["cn"]), person.ou) if names else None
