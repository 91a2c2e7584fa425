"""One sandbox for all tests of actions."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from sandbox.handle import start, stop
from tests.support.action_bench import ActionBench


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionBench]:
    """A domain controller and the simulators, and the product on them."""
    name = f"test-actions-{os.getpid() % 100_000}"
    try:
        with ActionBench.on(start(name), tmp_path_factory.mktemp("bench")) as made:
            yield made
    finally:
        stop(name)
