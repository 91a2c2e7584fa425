"""One domain controller, one HaloITSM and one Prefect server for all tests of the pipeline.

Loading everybody takes half a minute, so it happens once and serves all files that ask for ``loaded``. Files run in an
order for that; each also runs alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from sandbox.connect import save_blocks
from sandbox.guard import guarded_sandbox
from sandbox.halo.client import SandboxHalo
from sandbox.handle import Sandbox
from tests.support.pipeline import Pipeline

PLACES = {"test_trials": -2, "test_first_load": -1, "test_gate": 1, "test_kill": 2}
"""Needs no load; looks at the load itself; disables a third of everybody; begins anew. The others stand between."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what needs no load and with what makes it, and end with those after which nobody could use it."""
    here = [index for index, item in enumerate(items) if item.nodeid.startswith("tests/integration/pipeline/")]
    ordered = sorted((items[index] for index in here), key=lambda item: PLACES.get(item.path.stem, 0))
    for index, item in zip(here, ordered, strict=True):
        items[index] = item


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of this test session alone."""
    with guarded_sandbox(f"test-{os.getpid()}") as running:
        yield running


@pytest.fixture(scope="session")
def session_pipeline(sandbox: Sandbox, prefect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """The product, pointed at the sandbox."""
    assert sandbox.halo is not None
    folder = tmp_path_factory.mktemp("store")
    with SandboxHalo(sandbox.halo.admin_url, sandbox.ca_file) as halo:
        yield Pipeline(sandbox, halo, folder)


@pytest.fixture(scope="module")
def empty(session_pipeline: Pipeline) -> Pipeline:
    """The pipeline before its first run: seeded HaloITSM, directory without people, a new store."""
    session_pipeline.reset()
    save_blocks(session_pipeline.sandbox, session_pipeline.store_url)
    return session_pipeline


@pytest.fixture(scope="module")
def loaded(session_pipeline: Pipeline) -> Pipeline:
    """The pipeline after its first apply; what earlier modules did since may be there, but nothing is left to do."""
    is_loaded = session_pipeline.is_loaded
    if not is_loaded:
        session_pipeline.reset()
    save_blocks(session_pipeline.sandbox, session_pipeline.store_url)
    if not is_loaded:
        session_pipeline.load()
    return session_pipeline
