"""The product on the sandbox that rooms share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.handle import Sandbox
from tests.support.action_bench import ActionBench


@pytest.fixture(scope="session")
def bench(shared_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionBench]:
    """A domain controller and the simulators, and the product on them."""
    with ActionBench.on(shared_sandbox, tmp_path_factory.mktemp("bench")) as made:
        yield made
