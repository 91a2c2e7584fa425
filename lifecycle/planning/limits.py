"""The gate: limits by count and by per cent, for each kind of change and for each OU, counted on the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from lifecycle.actions.catalogue import AnyChange
from lifecycle.actions.modify_user import ModifyUser
from lifecycle.actions.move_user import MoveUser
from lifecycle.actions.set_reference import SetReference
from lifecycle.config.automation import Limit, Limits
from lifecycle.directory import dn
from lifecycle.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class Breach:
    """One limit that the plan goes over."""

    kind: str
    place: str
    count: int
    of: int
    limit: Limit

    def __str__(self) -> str:
        percent = f" ({100 * self.count / self.of:.1f} % of {self.of})" if self.of else ""
        allowed = [f"{self.limit.count}"] if self.limit.count is not None else []
        allowed += [f"{self.limit.percent:g} %"] if self.limit.percent is not None else []
        place = f" in {self.place}" if self.place else ""
        return f"{self.kind}{place}: {self.count}{percent}, allowed {' and '.join(allowed)}"


_COUNTED_AS: Mapping[str, str] = {
    "create": "create-user",
    "disable": "disable-user",
    "delete": "delete-user",
    "enable": "enable-user",
    "move": "move-user",
    "group_removal": "remove-from-group",
}
"""Kind of a limit → the action that earlier runs counted it as."""

_NONE: Mapping[str, int] = MappingProxyType({})


def breaches(plan: Plan, limits: Limits, before: Mapping[str, int] = _NONE) -> tuple[Breach, ...]:
    """Every limit that the plan goes over; empty when it may be applied without approval.

    Args:
        plan: The plan.
        limits: The limits.
        before: Action → how often other runs of its kind did it lately. It counts along, so that many small plans are
            not let through where a large one would not be. Limits for attributes and OUs see the plan alone.
    """
    measured = (_with_earlier(breach, before) for breach in _measured(plan, limits))
    return tuple(breach for breach in measured if _exceeds(breach))


def _with_earlier(breach: Breach, before: Mapping[str, int]) -> Breach:
    if not breach.count or breach.place:
        return breach
    return replace(breach, count=breach.count + before.get(_COUNTED_AS.get(breach.kind, breach.kind), 0))


def _measured(plan: Plan, limits: Limits) -> Iterator[Breach]:
    tally = _Tally()
    for change in plan.changes:
        tally.add(change)
    population = plan.population
    of = {
        "create": population.accounts,
        "disable": population.enabled,
        "delete": population.accounts,
        "delete_mailbox": population.accounts,
        "enable": population.accounts,
        "move": population.accounts,
        "group_removal": population.memberships,
    }
    for kind, whole in of.items():
        yield Breach(kind, "", tally.counts[kind], whole, getattr(limits, kind))
    for attribute, count in sorted(tally.attributes.items()):
        limit = limits.attributes.get(attribute, limits.attribute)
        yield Breach(f"change of {attribute}", "", count, population.accounts, limit)
    for action, count in sorted(tally.actions.items()):
        yield Breach(action, "", count, population.accounts, limits.actions.get(action, limits.action))
    for (kind, ou), count in sorted(tally.per_ou.items()):
        own: Limit | None = getattr(limits.per_ou, kind, None)
        if own is not None:
            counted = population.enabled_per_ou if kind == "disable" else population.accounts_per_ou
            yield Breach(kind, ou, count, counted.get(ou, 0), own)


@dataclass(slots=True)
class _Tally:
    """What a plan holds, counted."""

    counts: Counter[str] = field(default_factory=Counter)
    per_ou: Counter[tuple[str, str]] = field(default_factory=Counter)
    attributes: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)

    def add(self, change: AnyChange) -> None:
        """Count one change, by the limit of its kind, by attribute, or by its action."""
        match change:
            case MoveUser() if not change.changes_ou:
                self.attributes["cn"] += 1
            case ModifyUser():
                self.attributes.update(change.after.keys())
            case SetReference():
                self.attributes[change.attribute] += bool(change.account)
            case _ if kind := "move" if isinstance(change, MoveUser) else change.limited_as:
                self.counts[kind] += change.size()
                self.per_ou[kind, dn.key(change.ou)] += 1
            case _ if change.limited:
                self.actions[change.action] += change.size()


def _exceeds(breach: Breach) -> bool:
    limit = breach.limit
    if limit.count is not None and breach.count > limit.count:
        return True
    if limit.percent is None or not breach.count or breach.count < limit.percent_from:
        return False
    return not breach.of or 100 * breach.count / breach.of > limit.percent
