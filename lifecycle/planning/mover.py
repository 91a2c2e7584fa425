"""Mover: somebody works here and has an account; what differs is listed, attribute by attribute."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.change import Cause
from lifecycle.actions.enable_user import EnableUser
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.move_user import MoveUser
from lifecycle.directory import dn
from lifecycle.directory.account import Account, Value
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import Person
from lifecycle.planning.name_space import IDENTIFIERS
from lifecycle.planning.names import NameBook
from lifecycle.planning.policy import Memory, Policy


def differences(
    person: Person, account: Account, manager_guid: str | None, policy: Policy, memory: Memory, book: NameBook,
    *, adopted: bool,
) -> Iterator[AnyChange | Notice]:  # fmt: skip
    """Everything in which the account is not what the person's record asks for; nothing when it is.

    Args:
        person: Works here.
        account: Their account, writable.
        manager_guid: The account that the manager attribute should name; None leaves it alone.
        policy: The rules.
        memory: What earlier runs remember, for telling a rehire from somebody disabled by hand.
        book: Names taken so far.
        adopted: The account bore no anchor until now.
    """
    cause = Cause.ADOPTED if adopted else Cause.MOVER
    if not account.enabled:
        if departed(account, policy, memory):
            cause = Cause.REHIRE
            yield EnableUser(
                person=person.key, account=account.guid, cause=cause, rule="rehire", ou=account.parent_dn,
                before={"enabled": False}, after={"enabled": True},
            )  # fmt: skip
        else:
            yield Notice(person.key, Reason.DISABLED_BY_HAND)
    wanted = _wanted(person, account, manager_guid)
    mapped = {name: value for name in IDENTIFIERS if (value := wanted.get(name))}
    if not book.reserve(mapped, account):
        yield Notice(person.key, Reason.NAME_EXHAUSTED, ", ".join(mapped))
        wanted = {name: value for name, value in wanted.items() if name not in mapped}
    for bundle in policy.bundles:
        if bundle.scope != "container":
            names = book.renamed(bundle, person, account)
            if names is None:
                yield Notice(person.key, Reason.NAME_EXHAUSTED, ", ".join(bundle.formats))
            wanted |= names or {}
    before = {name: account.attributes.get(name) for name in wanted}
    changed = {name: value for name, value in sorted(wanted.items()) if not _same(before[name], value)}
    if changed:
        yield ModifyUser(
            person=person.key, account=account.guid, cause=cause, rule="attributes", ou=account.parent_dn,
            before={name: before[name] for name in changed}, after=changed,
        )  # fmt: skip
    target = _place(person, account, policy, book)
    if target is None:
        yield Notice(person.key, Reason.NAME_EXHAUSTED, "cn")
    elif dn.key(target) != dn.key(account.dn) or dn.leaf_value(target) != account.cn:
        yield MoveUser(
            person=person.key, account=account.guid, cause=cause, rule="placement", ou=account.parent_dn,
            before={"distinguishedName": account.dn}, after={"distinguishedName": target},
        )  # fmt: skip


def departed(account: Account, policy: Policy, memory: Memory) -> bool:
    """Whether a disabled account was disabled as a leaver, by a run of ours or by moving it to the leavers' OU."""
    return account.guid in memory.departures or dn.is_below(account.dn, policy.leavers_ou)


def _wanted(person: Person, account: Account, manager_guid: str | None) -> dict[str, Value | None]:
    wanted: dict[str, Value | None] = {**person.update}
    wanted |= {name: None for name in person.clear if name in account.attributes}
    if manager_guid:
        wanted["manager"] = manager_guid
    return wanted


def _place(person: Person, account: Account, policy: Policy, book: NameBook) -> str | None:
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


def _same(before: Value | None, wanted: Value | None) -> bool:
    if before is None or wanted is None:
        return before is wanted
    return str(before) == str(wanted)
