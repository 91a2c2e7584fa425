"""Planning what a plan has made gives an empty plan, whatever was there before."""

from __future__ import annotations

from hypothesis import given

from lifecycle.store import Store
from tests.support.scenarios import Scenario, scenarios
from tests.support.world import NOW, World, plan_of


def _world(scenario: Scenario, store: Store) -> World:
    identity, prior = scenario.directory.identity(), scenario.prior
    with store.begin() as unit:
        for account, groups in prior.grants.items():
            unit.grants.add(identity, [(account, group) for group in groups], "groups.0", NOW)
        unit.departures.add(identity, prior.departures, NOW)
        for runs in (1, 2):
            counted = [key for key, count in prior.absences.items() if count >= runs]
            unit.absences.record(identity, counted, NOW)
    return World(scenario.directory, store, scenario.policy)


@given(scenario=scenarios())
def test_a_plan_that_was_applied_leaves_nothing_to_plan(scenario: Scenario, store: Store) -> None:
    world = _world(scenario, store)

    plan = plan_of(scenario.people, world.directory, world.policy, world.prior())
    applied = world.apply(plan)

    assert applied.failures == []
    again = plan_of(scenario.people, world.directory, world.policy, world.prior())
    assert again.changes == ()
