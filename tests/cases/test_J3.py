"""J3: a host freezes between BEGIN and COMMIT on PostgreSQL, and stops the other hosts' runs no longer than 30 s."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from sandbox.handle import PROJECT
from tests.cases.postgres import postgresql_server
from tests.cases.world import World

IN_THE_MIDDLE = """
import sys
from datetime import UTC, datetime
from lifecycle.store import Store

with Store.open(sys.argv[1]) as store:
    with store.begin() as unit:
        unit.runs.start("frozen", "people-to-ad", "sync-people", True, datetime.now(UTC))
    with store.begin() as unit:
        unit.snapshots.replace("halo-user-details", [], "frozen", datetime.now(UTC))
        print("in the middle", flush=True)
        sys.stdin.readline()
"""
"""A run that keeps what it has read of people, which every run does, and comes no further."""


@pytest.fixture(scope="module")
def shared(world: World) -> Iterator[World]:
    """The organisation, with its state on PostgreSQL."""
    with postgresql_server() as url:
        world.store_url = url
        world.save_blocks()
        yield world


def test_a_frozen_host_does_not_stop_the_others(shared: World) -> None:
    command = [sys.executable, "-c", IN_THE_MIDDLE, shared.store_url]
    with subprocess.Popen(  # noqa: S603 - our own code
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as frozen:
        assert frozen.stdout
        assert frozen.stdout.readline() == "in the middle\n"
        os.kill(frozen.pid, signal.SIGSTOP)
        try:
            state = shared.sync_state(dry_run=True)
        finally:
            os.kill(frozen.pid, signal.SIGCONT)
            _, said = frozen.communicate("\n")
    assert state.is_completed(), state.message
    assert "StoreError" in said, "who was frozen hears of it, and keeps nothing"
