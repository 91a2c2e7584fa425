"""One domain controller, one HaloITSM and one Prefect server for all tests of the pipeline."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from sandbox.connect import save_blocks
from sandbox.halo.client import SandboxHalo
from sandbox.handle import Sandbox, start, stop
from sandbox.prefect_server import environment, free_port, prefect_server
from tests.support.pipeline import Pipeline


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of this test session alone."""
    name = f"test-{os.getpid()}"
    try:
        yield start(name)
    finally:
        stop(name)


@pytest.fixture(scope="session")
def prefect(prefect_home: Path) -> Iterator[str]:
    """A Prefect server of this test session alone; answers its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    variables = environment(prefect_home / "server", port)
    with (
        prefect_server(port, variables, prefect_home / "server.log"),
        temporary_settings({PREFECT_API_URL: f"{url}/api"}),
    ):
        yield url


@pytest.fixture(scope="session")
def session_pipeline(sandbox: Sandbox, prefect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """The product, pointed at the sandbox."""
    assert sandbox.halo is not None
    folder = tmp_path_factory.mktemp("store")
    halo = SandboxHalo(sandbox.halo.admin_url, sandbox.ca_file)
    pipeline = Pipeline(sandbox, halo, folder)
    save_blocks(sandbox, pipeline.store_url)
    yield pipeline
    halo.close()


@pytest.fixture(scope="module")
def empty(session_pipeline: Pipeline) -> Pipeline:
    """The pipeline before its first run: seeded HaloITSM, directory without people, a new store."""
    session_pipeline.reset()
    save_blocks(session_pipeline.sandbox, session_pipeline.store_url)
    return session_pipeline


@pytest.fixture(scope="module")
def loaded(session_pipeline: Pipeline) -> Pipeline:
    """The pipeline after its first apply; what earlier modules did since may be there, but nothing is left to do."""
    if not session_pipeline.is_loaded:
        session_pipeline.reset()
        save_blocks(session_pipeline.sandbox, session_pipeline.store_url)
        session_pipeline.load()
    return session_pipeline
