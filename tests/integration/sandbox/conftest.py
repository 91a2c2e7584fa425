"""Sandboxes for these tests: started together, since most of the time is one processor's work for each."""

from __future__ import annotations

import contextlib
import os
import uuid
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.errors import SandboxError
from sandbox.guard import guarded_sandbox
from sandbox.handle import Sandbox
from sandbox.machine import check_machine

with warnings.catch_warnings():
    # ldap3 takes names of pyasn1 that are deprecated; it does so once, while it is imported
    warnings.filterwarnings("ignore", r"(tag|type)Map is deprecated", DeprecationWarning)
    import ldap3  # noqa: F401

Pair = tuple[Sandbox, Sandbox]


@pytest.fixture(scope="session")
def _able_machine() -> None:
    try:
        check_machine()
    except SandboxError as error:
        pytest.fail(str(error))


@pytest.fixture(scope="session")
def new_name() -> Callable[[], str]:
    """Names that no other run of the tests uses."""
    return lambda: f"test-{os.getpid() % 10_000}-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="session")
def pair(_able_machine: None, new_name: Callable[[], str]) -> Iterator[Pair]:
    """Two sandboxes without HaloITSM, started at the same moment; tests of their endings come last."""
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        guarded = [guarded_sandbox(new_name(), with_halo=False) for _ in range(2)]
        first, second = pool.map(stack.enter_context, guarded)
        yield first, second
