"""The gate: limits by count and by per cent, for each kind of change and for each OU, counted on the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lifecycle.actions.create_user import CreateUser
from lifecycle.actions.group_members import RemoveFromGroup
from lifecycle.actions.logon import DisableUser, EnableUser
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


def breaches(plan: Plan, limits: Limits) -> tuple[Breach, ...]:
    """Every limit that the plan goes over; empty when it may be applied without approval."""
    return tuple(breach for breach in _measured(plan, limits) if _exceeds(breach))


def _measured(plan: Plan, limits: Limits) -> Iterator[Breach]:
    counts, per_ou, attributes = _tally(plan)
    population = plan.population
    of = {
        "create": population.accounts,
        "disable": population.enabled,
        "delete": population.accounts,
        "enable": population.accounts,
        "move": population.accounts,
        "group_removal": population.memberships,
    }
    for kind, whole in of.items():
        yield Breach(kind, "", counts[kind], whole, getattr(limits, kind))
    for attribute, count in sorted(attributes.items()):
        limit = limits.attributes.get(attribute, limits.attribute)
        yield Breach(f"change of {attribute}", "", count, population.accounts, limit)
    for (kind, ou), count in sorted(per_ou.items()):
        limit = getattr(limits.per_ou, kind)
        if limit is not None:
            counted = population.enabled_per_ou if kind == "disable" else population.accounts_per_ou
            yield Breach(kind, ou, count, counted.get(ou, 0), limit)


def _tally(plan: Plan) -> tuple[Counter[str], Counter[tuple[str, str]], Counter[str]]:
    counts: Counter[str] = Counter()
    per_ou: Counter[tuple[str, str]] = Counter()
    attributes: Counter[str] = Counter()
    for change in plan.changes:
        match change:
            case CreateUser():
                kind = "create"
            case DisableUser():
                kind = "disable"
            case EnableUser():
                kind = "enable"
            case MoveUser() if change.changes_ou:
                kind = "move"
            case MoveUser():
                attributes["cn"] += 1
                continue
            case RemoveFromGroup():
                counts["group_removal"] += change.size()
                continue
            case ModifyUser():
                attributes.update(change.after.keys())
                continue
            case SetReference() if change.account:
                attributes[change.attribute] += 1
                continue
            case _:
                continue
        counts[kind] += 1
        per_ou[kind, dn.key(change.ou)] += 1
    return counts, per_ou, attributes


def _exceeds(breach: Breach) -> bool:
    limit = breach.limit
    if limit.count is not None and breach.count > limit.count:
        return True
    if limit.percent is None or not breach.count or breach.count < limit.percent_from:
        return False
    return not breach.of or 100 * breach.count / breach.of > limit.percent
