"""Licences: which are direct, inherited from a group, or both; which can be taken away; what an undo assigns again.

Microsoft Graph, resource type licenseAssignmentState: one assignment for each way by which a user has a licence. A
licence that a group gives cannot be removed from the user: either the membership ends or the licence stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class LicenceAssignment:
    """One way by which a user has a licence.

    Args:
        sku_id: GUID of the product, lower-case.
        assigned_by_group: GUID of the group that gives it; None where it is assigned to the user.
        state: ``Active``, ``ActiveWithError``, ``Disabled`` or ``Error``.
        disabled_plans: GUIDs of the service plans that are off, sorted.
    """

    sku_id: str
    assigned_by_group: str | None = None
    state: str = "Active"
    disabled_plans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LicenceGrant:
    """A licence to assign to a user, with the service plans that are off."""

    sku_id: str
    disabled_plans: tuple[str, ...] = ()


class AssignmentPath(StrEnum):
    """How a user has a licence."""

    DIRECT = "direct"
    INHERITED = "inherited"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class KeptLicence:
    """A licence that a user keeps, because groups give it: their GUIDs, sorted."""

    sku_id: str
    group_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """What becomes of licences that shall be taken away.

    Args:
        remove: Those to remove from the user: assigned directly, alone or besides a group.
        kept: Those that the user has afterwards all the same; a mixed one stands in ``remove`` as well.
        absent: Those asked for that the user does not have.
    """

    remove: tuple[str, ...]
    kept: tuple[KeptLicence, ...]
    absent: tuple[str, ...]


def assignment_paths(licences: Iterable[LicenceAssignment]) -> dict[str, AssignmentPath]:
    """Product → how the user has it; in the order in which they come."""
    paths: dict[str, AssignmentPath] = {}
    for one in licences:
        path = AssignmentPath.DIRECT if one.assigned_by_group is None else AssignmentPath.INHERITED
        paths[one.sku_id] = path if paths.get(one.sku_id, path) is path else AssignmentPath.MIXED
    return paths


def removable(licences: Iterable[LicenceAssignment], asked: Iterable[str] | None = None) -> Removal:
    """Sort what is asked for into what can be removed, what stays, and what is not there.

    Args:
        licences: What the user has.
        asked: GUIDs of products, in any case; None asks for all that the user has.
    """
    held = tuple(licences)
    paths = assignment_paths(held)
    wanted = sorted(paths) if asked is None else sorted({sku.lower() for sku in asked})
    groups = {sku: sorted({one.assigned_by_group for one in held if one.sku_id == sku and one.assigned_by_group})
              for sku in wanted}  # fmt: skip
    return Removal(
        remove=tuple(sku for sku in wanted if paths.get(sku) in {AssignmentPath.DIRECT, AssignmentPath.MIXED}),
        kept=tuple(KeptLicence(sku, tuple(groups[sku])) for sku in wanted if groups[sku]),
        absent=tuple(sku for sku in wanted if sku not in paths),
    )


def given_back(
    before: Iterable[LicenceAssignment], now: Iterable[LicenceAssignment], removed: Iterable[str]
) -> tuple[LicenceGrant, ...]:
    """What an undo must assign again: direct licences as they were, service plans included.

    Args:
        before: What the user had.
        now: What the user has; what is assigned directly as it was needs nothing.
        removed: GUIDs of the products that our own removal took away; others are not ours to give back.
    """
    ours = {sku.lower() for sku in removed}
    present = {(one.sku_id, one.disabled_plans) for one in now if one.assigned_by_group is None}
    grants = {
        LicenceGrant(one.sku_id, one.disabled_plans)
        for one in before
        if one.assigned_by_group is None and one.sku_id in ours and (one.sku_id, one.disabled_plans) not in present
    }
    return tuple(sorted(grants, key=lambda grant: grant.sku_id))
