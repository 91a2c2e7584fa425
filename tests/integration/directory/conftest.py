"""One sandbox for all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from lifecycle.ports.directory.client import open_directory
from lifecycle.ports.directory.connection import DirectoryConnection
from sandbox.handle import start, stop
from tests.support.bench import Bench


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """One sandbox for all tests of this folder."""
    name = f"test-{os.getpid()}-dir"
    try:
        sandbox = start(name, with_halo=False)
        directory = sandbox.directory
        connection = DirectoryConnection(directory.host, directory.user, directory.password, ca_file=sandbox.ca_file)
        with open_directory(connection) as port:
            yield Bench(sandbox, port)
    finally:
        stop(name)
