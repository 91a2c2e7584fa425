"""One sandbox for all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from lifecycle.ports.directory.client import open_directory
from lifecycle.ports.directory.connection import DirectoryConnection
from sandbox.guard import guarded_sandbox
from tests.support.bench import Bench


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """One sandbox for all tests of this folder."""
    with guarded_sandbox(f"test-{os.getpid()}-dir", with_halo=False) as sandbox:
        directory = sandbox.directory
        connection = DirectoryConnection(directory.host, directory.user, directory.password, ca_file=sandbox.ca_file)
        with open_directory(connection) as port:
            yield Bench(sandbox, port)
