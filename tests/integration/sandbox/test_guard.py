"""The guard of what tests start: silent after a normal end, there after a kill."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.guard import guarded_by
from sandbox.handle import PROJECT

CHILD = """
import sys, time
from sandbox.guard import guarded_by
with guarded_by("/bin/sh", "-c", "echo cleaned > $0", sys.argv[1]):
    print("guarded", flush=True)
    time.sleep(60)
"""


def test_guard_acts_when_its_process_is_killed(tmp_path: Path) -> None:
    fifo = tmp_path / "told"
    os.mkfifo(fifo)
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", CHILD, str(fifo)], cwd=PROJECT, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"guarded\n"
        child.kill()
    assert fifo.read_text() == "cleaned\n"  # waits until somebody writes


@pytest.mark.parametrize("error", [None, KeyboardInterrupt])
def test_guard_does_nothing_after_the_block(tmp_path: Path, error: type[BaseException] | None) -> None:
    written = tmp_path / "told"
    try:
        with guarded_by("/bin/sh", "-c", "echo cleaned > $0", str(written)):
            if error:
                raise error
    except KeyboardInterrupt:
        assert error is KeyboardInterrupt
    assert not written.exists()
