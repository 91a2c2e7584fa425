"""Correlation: which account belongs to which person, by ordered rules; a doubt quarantines, never guesses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lifecycle.directory.account import Account
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import LEAVING, Person
from lifecycle.planning.managed_accounts import Guard
from lifecycle.planning.policy import Policy


@dataclass(frozen=True, slots=True)
class Correlated:
    """The outcome of correlation.

    Args:
        accounts: Primary key → account that may be written.
        adopted: Primary keys whose account was found by a rule and bears no anchor yet.
        untouchable: Primary keys that nothing may be planned for.
        references: Primary key → account that others may refer to (as manager), protected ones included.
        notices: Doubts and refusals.
    """

    accounts: Mapping[str, Account]
    adopted: frozenset[str]
    untouchable: frozenset[str]
    references: Mapping[str, Account]
    notices: tuple[Notice, ...]


def correlate(
    persons: Sequence[Person],
    accounts: Iterable[Account],
    policy: Policy,
    guard: Guard,
    quarantined: frozenset[str] = frozenset(),
    *,
    is_partial: bool = False,
) -> Correlated:
    """Find the account of each person.

    The anchor is asked first; then the rules in order, for people who work here and accounts without an anchor.
    Two people with one anchor get nothing: whoever came first would take the other's account. A rule passes over the
    accounts of others who are here: two people of one name may share an address between HaloITSM and the directory. One
    that is anchored to somebody who left may be this person's own, under an earlier record: that is a doubt.

    Args:
        persons: Those that may be planned for.
        accounts: Every account of the domain.
        policy: The rules.
        guard: Says which accounts are protected.
        quarantined: Anchors of those who may not.
        is_partial: Whether others may be here as well. An account without an anchor may be theirs: none is adopted.
    """
    index = _index(accounts, (policy.anchor, *policy.correlate))
    claims = Counter([*(person.anchor.casefold() for person in persons), *map(str.casefold, quarantined)])
    here = {person.anchor.casefold() for person in persons if person.standing not in LEAVING}
    here |= {anchor.casefold() for anchor in quarantined}
    found: dict[str, Account] = {}
    adopted, untouchable, notices = set(), set(), []
    references: dict[str, Account] = {}
    for person in persons:
        match, by_rule = _match(person, index, policy, claims[person.anchor.casefold()], here)
        if isinstance(match, Notice):
            notices.append(match)
            untouchable.add(person.key)
        elif match is not None:
            refusal = _refusal(person, match, policy, guard, by_rule=by_rule, is_partial=is_partial)
            if refusal is None or refusal.reason is not Reason.MATCH_CONFLICT:
                references[person.key] = match
            if refusal:
                notices.append(refusal)
                untouchable.add(person.key)
            else:
                found[person.key] = match
                adopted |= {person.key} if by_rule else set()
    holders: dict[str, list[str]] = defaultdict(list)
    for key, account in found.items():
        holders[account.guid].append(key)
    for keys in holders.values():
        if len(keys) > 1:
            notices += [Notice(key, Reason.MATCH_SHARED, f"{len(keys)} people") for key in keys]
            untouchable |= set(keys)
            for key in keys:
                del references[key]
    kept = {key: account for key, account in found.items() if key not in untouchable}
    return Correlated(kept, frozenset(adopted & kept.keys()), frozenset(untouchable), references, tuple(notices))


_Index = Mapping[tuple[str, str], Sequence[Account]]


def _index(accounts: Iterable[Account], attributes: Iterable[str]) -> _Index:
    wanted = tuple(dict.fromkeys(attributes))
    index: dict[tuple[str, str], list[Account]] = defaultdict(list)
    for account in accounts:
        for attribute in wanted:
            value = account.attributes.get(attribute, ())
            for text in {str(one).casefold() for one in (value if isinstance(value, tuple) else (value,))}:
                index[attribute, text].append(account)
    return index


def _match(
    person: Person, index: _Index, policy: Policy, claims: int, here: Collection[str]
) -> tuple[Account | Notice | None, bool]:
    if claims > 1:
        return Notice(person.key, Reason.MATCH_SHARED, f"{policy.anchor}: {claims} people"), False
    anchored = index.get((policy.anchor, person.anchor.casefold()), ())
    if len(anchored) > 1:
        return Notice(person.key, Reason.MATCH_AMBIGUOUS, f"{policy.anchor}: {len(anchored)} accounts"), False
    if anchored or person.standing in LEAVING:
        return (anchored[0] if anchored else None), False
    for attribute, value in person.correlate:
        holders = index.get((attribute, value.casefold()), ())
        matches = [one for one in holders if str(one.attributes.get(policy.anchor, "")).casefold() not in here]
        if len(matches) > 1:
            return Notice(person.key, Reason.MATCH_AMBIGUOUS, f"{attribute}: {len(matches)} accounts"), True
        if matches:
            return matches[0], True
    return None, False


def _refusal(
    person: Person, account: Account, policy: Policy, guard: Guard, *, by_rule: bool, is_partial: bool
) -> Notice | None:
    why = guard.reason(account)
    if why:
        reason = Reason.LEAVER_PROTECTED if person.standing in LEAVING else Reason.MATCH_PROTECTED
        return Notice(person.key, reason, why)
    if by_rule and account.attributes.get(policy.anchor):
        return Notice(person.key, Reason.MATCH_CONFLICT, policy.anchor)
    if by_rule and policy.on_exists != "update":
        reason = Reason.EXISTS_ALREADY if policy.on_exists == "skip" else Reason.EXISTS_REFUSED
        return Notice(person.key, reason, "on_exists")
    return Notice(person.key, Reason.MATCH_UNPROVEN, policy.anchor) if by_rule and is_partial else None
