"""The names of runs and of their plans."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lifecycle.runs.run import Run, RunKind, RunPorts, flow_run_of, run_key
from lifecycle.store import Store
from tests.support.memory_directory import MemoryDirectory
from tests.support.run_rules import run_rules
from tests.support.world import BASE, NOW, POLICY, World

FLOW_RUN = "01a22beb-03d6-77da-b1c8-cc3fad0d7644"


@pytest.fixture
def run(store: Store) -> Run:
    ports: RunPorts = World(MemoryDirectory(BASE, (BASE,)), store).new_run().ports
    return Run(FLOW_RUN, run_rules(POLICY, "people"), ports, NOW)


def test_plans_of_runs_that_were_scheduled_together_have_names_of_their_own(run: Run) -> None:
    """Two nights of one schedule, as Prefect names them."""
    together = (FLOW_RUN, "01a22beb-03d6-79a1-b159-4870ec7792c9")

    names = [replace(run, run_id=one).plan_id for one in together]

    assert names == ["people-to-ad-cc3fad0d7644", "people-to-ad-4870ec7792c9"]


def test_a_plan_of_a_kind_is_named_for_it(run: Run) -> None:
    requested = replace(run, kind=RunKind.REQUEST)

    assert (requested.label, requested.plan_id) == ("people-to-ad: request", "people-to-ad-request-cc3fad0d7644")


def test_a_flow_run_that_is_run_again_is_another_run_with_a_plan_of_its_own(run: Run) -> None:
    keys = [run_key(FLOW_RUN, count) for count in (1, 2, 3)]

    assert len(set(keys)) == 3
    assert [flow_run_of(key) for key in keys] == [(FLOW_RUN, 1), (FLOW_RUN, 2), (FLOW_RUN, 3)]
    assert [replace(run, run_id=key).plan_id for key in keys] == [
        "people-to-ad-cc3fad0d7644", "people-to-ad-cc3fad0d7644-2", "people-to-ad-cc3fad0d7644-3",
    ]  # fmt: skip
