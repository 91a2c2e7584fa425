"""Who is never written, and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings

from lifecycle.actions.group_members import AddToGroup, RemoveFromGroup
from lifecycle.directory.account import Group
from lifecycle.planning.managed_accounts import Guard
from lifecycle.planning.plan import Plan
from tests.support.memory_directory import MemoryDirectory
from tests.support.scenarios import Scenario, scenarios
from tests.support.world import (
    ATTRIBUTES,
    GROUPS,
    OUTSIDE,
    POLICY,
    STAFF,
    new_account,
    new_directory,
    person,
    plan_of,
)

Arrange = Callable[[MemoryDirectory, str], object]


def _guard(directory: MemoryDirectory, excluded: frozenset[str] = POLICY.excluded) -> Guard:
    return Guard(POLICY.managed_ous, directory.privileged_guids(), directory.own_guid(), excluded)


def _privileged(directory: MemoryDirectory, guid: str) -> None:
    directory.members[directory.new_group(f"CN=Domain Admins,{OUTSIDE}", rid=512)].add(guid)


@pytest.mark.parametrize(
    ("why", "arrange"),
    [
        ("adminCount is 1", lambda directory, guid: setattr(directory.users[guid], "admin_count", 1)),
        ("member of a privileged group", _privileged),
        ("critical system object", lambda directory, guid: setattr(directory.users[guid], "critical", True)),
        ("built-in account", lambda directory, guid: setattr(directory.users[guid], "rid", 999)),
        ("the account of this product", lambda directory, guid: setattr(directory, "_own", guid)),
        (
            "on the exclusion list",
            lambda directory, guid: directory.users[guid].attributes.update(sAMAccountName="SVC-Backup"),
        ),
        ("outside the managed OUs", lambda directory, guid: setattr(directory.users[guid], "dn", f"CN=A,{OUTSIDE}")),
        (None, lambda directory, guid: setattr(directory.users[guid], "rid", 1000)),
    ],
)
def test_guard_reason_says_why_an_account_is_protected(why: str | None, arrange: Arrange) -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))

    arrange(directory, guid)

    account = directory.accounts([guid], ATTRIBUTES)[guid]
    assert _guard(directory).reason(account) == why


@pytest.mark.parametrize("name", ["aexample", "ann.example@corp.example.test", "guid"])
def test_guard_excludes_by_account_name_principal_name_and_guid(name: str) -> None:
    directory = new_directory()
    guid = new_account(directory, person("1"))
    excluded = frozenset({guid if name == "guid" else name})

    assert _guard(directory, excluded).reason(directory.accounts([guid], ATTRIBUTES)[guid]) == "on the exclusion list"


@pytest.mark.parametrize(
    ("name", "managed"),
    [
        (STAFF, True),
        (f"CN=Ann,{STAFF.lower()}", True),
        (f"CN=Ann, OU=Deep, {STAFF}", True),
        (f"CN=Ann,OU=Not{STAFF.removeprefix('OU=')}", False),
        (f"CN=OU\\=Staff\\,DC\\=corp,{OUTSIDE}", False),
        (OUTSIDE, False),
    ],
)
def test_guard_manages_what_lies_below_a_managed_ou(name: str, managed: bool) -> None:
    assert _guard(new_directory()).manages(name) is managed


@pytest.mark.parametrize(
    ("group", "why"),
    [
        (Group("g", f"CN=G,{GROUPS}", 1000), None),
        (Group("g", f"CN=G,{GROUPS}", 1000, admin_count=1), "privileged group"),
        (Group("g", f"CN=G,{GROUPS}", 1000, critical=True), "privileged group"),
        (Group("g", f"CN=G,{GROUPS}", 1000, privileged=True), "privileged group"),
        (Group("g", f"CN=G,{GROUPS}", 999), "privileged group"),
        (Group("g", f"CN=G,{OUTSIDE}", 1000), "outside the managed OUs"),
    ],
)
def test_guard_group_reason_says_why_memberships_are_left_alone(group: Group, why: str | None) -> None:
    assert _guard(new_directory()).group_reason(group) == why


def _touched(plan: Plan) -> set[str]:
    accounts = {change.account for change in plan.changes}
    for change in plan.changes:
        if isinstance(change, AddToGroup | RemoveFromGroup):
            accounts |= {member.account for member in change.members}
    return accounts - {""}


@settings(max_examples=max(200, settings.default.max_examples))
@given(scenario=scenarios())
def test_a_protected_account_is_in_no_change_of_any_plan(scenario: Scenario) -> None:
    plan = plan_of(scenario.people, scenario.directory, scenario.policy, scenario.prior)

    guard = _guard(scenario.directory)
    protected = {a.guid for a in scenario.directory.view(ATTRIBUTES).accounts if guard.reason(a)}
    assert not _touched(plan) & protected


@settings(max_examples=max(200, settings.default.max_examples))
@given(scenario=scenarios())
def test_nothing_is_ever_placed_outside_the_managed_ous(scenario: Scenario) -> None:
    plan = plan_of(scenario.people, scenario.directory, scenario.policy, scenario.prior)

    guard = _guard(scenario.directory)
    targets = [str(c.after["distinguishedName"]) for c in plan.changes if "distinguishedName" in c.after]
    assert all(map(guard.manages, targets))
    assert all(guard.manages(c.group_dn) for c in plan.changes if isinstance(c, AddToGroup | RemoveFromGroup))
