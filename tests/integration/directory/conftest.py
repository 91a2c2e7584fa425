"""The directory alone, in the sandbox that all rooms share which leave it as they found it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lifecycle.ports.directory.client import open_directory
from lifecycle.ports.directory.connection import DirectoryConnection
from sandbox.handle import Sandbox
from tests.support.bench import Bench


@pytest.fixture(scope="session")
def bench(shared_sandbox: Sandbox) -> Iterator[Bench]:
    """A port to the directory, and what looks at it from outside."""
    directory = shared_sandbox.directory
    connection = DirectoryConnection(directory.host, directory.user, directory.password, ca_file=shared_sandbox.ca_file)
    with open_directory(connection) as port:
        yield Bench(shared_sandbox, port)
