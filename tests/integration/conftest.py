"""One sandbox for all rooms that leave it as they found it; the others have their own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from sandbox.guard import guarded_sandbox
from sandbox.handle import Sandbox


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    """A domain controller with its shares, and the simulators."""
    with guarded_sandbox(f"shared-{os.getpid()}") as running:
        yield running
