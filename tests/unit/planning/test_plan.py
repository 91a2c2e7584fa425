"""The plan is deterministic, hashed over what it writes, and survives the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lifecycle.directory.operation import ChangeMembers
from lifecycle.notice import Notice, Reason
from lifecycle.people.person import People
from lifecycle.planning.plan import Plan
from lifecycle.planning.plan_changes import plan_changes
from lifecycle.planning.plan_inputs import PlanInputs
from lifecycle.planning.prior_state import PriorState
from tests.support.scenarios import Scenario, scenarios
from tests.support.world import (
    ALL_STAFF,
    ATTRIBUTES,
    NOW,
    POLICY,
    gone,
    new_account,
    new_directory,
    people,
    person,
    plan_of,
)


@given(scenario=scenarios(), random=st.randoms(use_true_random=False))
def test_a_plan_does_not_depend_on_the_order_of_rows(scenario: Scenario, random: st.DataObject) -> None:
    view = scenario.directory.view(ATTRIBUTES)
    persons, accounts, groups = list(scenario.people.persons), list(view.accounts), list(view.groups)
    for rows in (persons, accounts, groups):
        random.shuffle(rows)
    identity = scenario.directory.identity()

    plan = plan_changes(scenario.people, PlanInputs(view, scenario.policy, scenario.prior, identity, NOW))
    shuffled = plan_changes(
        People(tuple(persons), scenario.people.quarantined, scenario.people.notices),
        PlanInputs(
            replace(view, accounts=tuple(accounts), groups=tuple(groups)), scenario.policy, scenario.prior,
            identity, NOW,
        ),
    )  # fmt: skip

    assert shuffled.hash == plan.hash
    assert shuffled.model_dump_json() == plan.model_dump_json()


@given(scenario=scenarios())
def test_a_plan_read_back_from_json_is_the_same_plan(scenario: Scenario) -> None:
    plan = plan_of(scenario.people, scenario.directory, scenario.policy, scenario.prior)

    again = Plan.model_validate_json(plan.model_dump_json())

    assert again == plan
    assert again.hash == plan.hash
    assert [type(change) for change in again.changes] == [type(change) for change in plan.changes]


def _plan() -> Plan:
    directory = new_directory()
    new_account(directory, person("3", "Cid"))
    joiners = (person("1", manager="2", groups={ALL_STAFF: "groups.0"}), person("2", "Bob"))
    return plan_of(people(*joiners, gone("3")), directory)


def _but(plan: Plan, **changes: object) -> Plan:
    """The plan with other fields; its hash is reckoned anew."""
    return Plan(**{name: getattr(plan, name) for name in Plan.model_fields} | changes)


def test_the_hash_does_not_depend_on_when_the_plan_was_made() -> None:
    plan = _plan()

    assert _but(plan, created_at=NOW + timedelta(days=1)).hash == plan.hash


@pytest.mark.parametrize("field", ["automation", "directory"])
def test_the_hash_is_bound_to_automation_and_directory(field: str) -> None:
    plan = _plan()

    assert _but(plan, **{field: "another"}).hash != plan.hash


def test_the_hash_covers_every_change_and_their_order() -> None:
    plan = _plan()

    altered = plan.changes[-1].model_copy(update={"rule": "another"})
    others = [plan.changes[:n] + plan.changes[n + 1 :] for n in range(len(plan.changes))]
    others += [plan.changes, plan.changes[::-1], (*plan.changes[:-1], altered)]
    hashes = {_but(plan, changes=changes).hash for changes in others}

    assert len(hashes) == len(plan.changes) + 3


def test_doors_close_first_and_references_come_last() -> None:
    assert [change.action for change in _plan().changes] == [
        "disable-user",
        "move-user",
        "create-user",
        "create-user",
        "set-reference",
        "add-to-group",
    ]


def test_notices_of_all_stages_stand_in_one_order_and_once() -> None:
    directory = new_directory()
    for key in ("8", "7", "6"):
        new_account(directory, person(key, f"Ann{key}"))
    early = Notice("9", Reason.RULE_REQUIRED, "u.last")

    plan = plan_of(people(person("5", manager_unknown=True), notices=[early, early]), directory)

    assert [notice.key for notice in plan.notices] == ["5", "6", "7", "8", "9"]


def test_counts_are_objects_and_memberships() -> None:
    assert _plan().counts == {
        "add-to-group": 1,
        "create-user": 2,
        "disable-user": 1,
        "move-user": 1,
        "set-reference": 1,
    }


def test_the_population_is_what_is_anchored_and_managed() -> None:
    directory = new_directory()
    guids = [new_account(directory, person(str(n), f"Ann{n}")) for n in range(3)]
    new_account(directory, person("4", "Dan"), enabled=False)
    new_account(directory, person("", "Eve"), employeeID=None)
    new_account(directory, person("6", "Fay"), ou=directory.base_dn)
    given_once, never = list(directory.members)[:2]
    directory.send([ChangeMembers(given_once, add_guids=tuple(guids[:2]))])

    grants = {guids[0]: frozenset({given_once, never}), "deleted": frozenset({given_once})}
    population = plan_of(people(), directory, POLICY, PriorState(grants=grants)).population

    assert (population.accounts, population.enabled, population.memberships) == (4, 3, 1)
    ward = "ou=ward,ou=staff,dc=corp,dc=example,dc=test"
    assert (dict(population.accounts_per_ou), dict(population.enabled_per_ou)) == ({ward: 4}, {ward: 3})


@pytest.mark.parametrize(
    "body", ['{"automation": "a"}', '{"automation": "a", "directory": "d", "changes": [{"action": "format-disk"}]}']
)
def test_a_body_that_is_no_plan_is_refused(body: str) -> None:
    with pytest.raises(ValidationError):
        Plan.model_validate_json(body)
