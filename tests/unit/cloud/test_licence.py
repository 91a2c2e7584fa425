"""Rules of licences: which are direct, which can go, what comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.cloud.licence import (
    AssignmentPath,
    KeptLicence,
    LicenceAssignment,
    LicenceGrant,
    assignment_paths,
    given_back,
    removable,
)

DIRECT = LicenceAssignment("e3", disabled_plans=("teams",))
INHERITED = LicenceAssignment("visio", assigned_by_group="g2")
MIXED = (LicenceAssignment("e5"), LicenceAssignment("e5", "g1"), LicenceAssignment("e5", "g2", state="Error"))
HELD = (DIRECT, INHERITED, *MIXED)

assignments = st.builds(
    LicenceAssignment,
    sku_id=st.sampled_from(["e3", "e5", "visio", "project"]),
    assigned_by_group=st.sampled_from([None, "g1", "g2"]),
    disabled_plans=st.sets(st.sampled_from(["teams", "exchange"])).map(lambda plans: tuple(sorted(plans))),
)
held = st.lists(assignments, unique_by=lambda one: (one.sku_id, one.assigned_by_group)).map(tuple)


def test_assignment_paths_tell_direct_inherited_and_mixed() -> None:
    expected = {"e3": AssignmentPath.DIRECT, "visio": AssignmentPath.INHERITED, "e5": AssignmentPath.MIXED}
    assert assignment_paths(HELD) == assignment_paths(reversed(HELD)) == expected


@pytest.mark.parametrize(
    ("asked", "remove", "kept", "absent"),
    [
        (None, ("e3", "e5"), (KeptLicence("e5", ("g1", "g2")), KeptLicence("visio", ("g2",))), ()),
        ((), (), (), ()),
        (("E3",), ("e3",), (), ()),
        (("visio",), (), (KeptLicence("visio", ("g2",)),), ()),
        (("e5", "e5"), ("e5",), (KeptLicence("e5", ("g1", "g2")),), ()),
        (("project", "e3"), ("e3",), (), ("project",)),
    ],
)
def test_removable_sorts_what_is_asked(
    asked: tuple[str, ...] | None, remove: object, kept: object, absent: object
) -> None:
    found = removable(HELD, asked)
    assert (found.remove, found.kept, found.absent) == (remove, kept, absent)


@given(held)
def test_removable_leaves_exactly_what_groups_give(licences: tuple[LicenceAssignment, ...]) -> None:
    removal = removable(licences)
    left = [one for one in licences if one.assigned_by_group is not None or one.sku_id not in removal.remove]
    assert {one.sku_id for one in left} == {kept.sku_id for kept in removal.kept}
    assert all(one.assigned_by_group for one in left)


@given(held)
def test_giving_back_is_the_inverse_of_removing(licences: tuple[LicenceAssignment, ...]) -> None:
    removal = removable(licences)
    left = tuple(one for one in licences if one.assigned_by_group is not None)
    grants = given_back(licences, left, removal.remove)
    back = {LicenceAssignment(one.sku_id, disabled_plans=one.disabled_plans) for one in grants}
    assert {*left, *back} == {LicenceAssignment(one.sku_id, one.assigned_by_group, "Active", one.disabled_plans)
                             for one in licences}  # fmt: skip
    assert given_back(licences, licences, removal.remove) == ()


def test_giving_back_gives_only_what_we_took() -> None:
    now = (INHERITED,)
    assert given_back(HELD, now, ["E3"]) == (LicenceGrant("e3", ("teams",)),)
    assert given_back(HELD, now, ["visio"]) == ()
    # assigned anew meanwhile, with other plans: brought back to what it was
    other = LicenceAssignment("e3")
    assert given_back(HELD, (other,), ["e3"]) == (LicenceGrant("e3", ("teams",)),)
