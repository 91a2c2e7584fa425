"""One sandbox for all rooms that leave it as they found it; the others have their own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from sandbox.guard import guarded_sandbox
from sandbox.handle import Sandbox
from tests.support.bench import samba_python
from tests.support.crowd import CONTACTS, GROUPS, USERS

CROWDED = ("tests/integration/actions/test_whole_crowd.py", "tests/integration/directory/test_big_groups.py")
"""Files with thousands of objects: everything is slower afterwards."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """End with the files that ask for the crowd."""
    items.sort(key=lambda item: item.nodeid.startswith(CROWDED))


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    """A domain controller with its shares, and the simulators."""
    with guarded_sandbox(f"shared-{os.getpid()}") as running:
        yield running


@pytest.fixture(scope="session")
def _crowd(shared_sandbox: Sandbox) -> None:
    """An OU with thousands of users and contacts, the group of all of them, and hundreds more of the first one."""
    samba_python(shared_sandbox, "tests.support.samba_crowd", USERS, CONTACTS, GROUPS)
