"""One sandbox and one Prefect server for all cases; each file of cases begins with everything as it was seeded."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping

import pytest

from sandbox.guard import guarded_sandbox
from sandbox.handle import Sandbox
from tests.cases.world import World, clear, seed_of


@pytest.fixture(scope="session")
def case_sandbox() -> Iterator[Sandbox]:
    """A domain controller with its shares, and the simulators."""
    with guarded_sandbox(f"cases-{os.getpid()}") as running:
        yield running


@pytest.fixture(scope="session")
def _seed(case_sandbox: Sandbox) -> Mapping[str, Mapping[str, list[str]]]:
    return seed_of(case_sandbox)


@pytest.fixture(scope="module")
def world(
    case_sandbox: Sandbox,
    prefect: str,
    _seed: Mapping[str, Mapping[str, list[str]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """An organisation before its first run, for the cases of one file."""
    del prefect  # flows are recorded there
    clear(case_sandbox, _seed)
    with World(case_sandbox, tmp_path_factory.mktemp("world")) as world:
        world.begin()
        yield world
    gc.collect()  # what a build leaves open is reported here, and not in the setup of some later case


@pytest.fixture(scope="module")
def loaded(world: World) -> World:
    """The same after its first load."""
    world.sync_and_approve()
    return world
