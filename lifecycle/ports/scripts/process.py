"""One process tree, from its start below a guard to its end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

from lifecycle.ports.scripts import guard
from lifecycle.ports.scripts.watch import END, Ended, Watch, order
from lifecycle.scripts.port import unheard

GUARD = Path(guard.__file__)


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be run, and within which bounds.

    Args:
        command: Absolute program and arguments.
        stdin: What it reads from standard input.
        environment: All that stands in its environment.
        folder: Folder of the run, whose ``work`` is the working directory.
        timeout_s: For how long it may run, seconds.
        grace_s: Time between the request to end and the end by force, seconds.
        memory_bytes: Address space of one process; None sets no limit.
        cpu_s: Processor time of one process, seconds; None sets no limit.
    """

    command: Sequence[str] = field(repr=False)
    stdin: bytes = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    folder: Path
    timeout_s: float
    grace_s: float
    memory_bytes: int | None = None
    cpu_s: int | None = None


def run(task: Task, clock: Callable[[], float] = time.monotonic, on_alive: Callable[[], None] = unheard) -> Ended:
    """Run a process tree to its end; ``on_alive`` is called every few seconds, and what it raises ends the tree.

    Raises:
        OSError: It could not be started, and did nothing.
    """
    with ExitStack() as stack:
        # A file that no disk ever sees: unlike a pipe it is never full, and nobody has to wait until it is read.
        stdin = stack.enter_context(os.fdopen(os.memfd_create("input"), "w+b"))
        stdin.write(task.stdin)
        stdin.seek(0)
        answer, to_answer = _pipe(stack)
        errors, to_errors = _pipe(stack)
        news, to_tell = _pipe(stack)
        orders, to_order = _pipe(stack)
        guarding = subprocess.Popen(  # noqa: S603 - our own file
            _guard_command(task, (stdin.fileno(), to_answer.fileno(), to_errors.fileno())),
            stdin=orders,
            stdout=to_tell,
            stderr=subprocess.DEVNULL,
            pass_fds=(stdin.fileno(), to_answer.fileno(), to_errors.fileno()),
            env=dict(task.environment),
            cwd=task.folder / "work",
            start_new_session=True,  # Ctrl-C reaches the worker alone
        )
        try:
            for theirs in (stdin, to_answer, to_errors, to_tell, orders):
                theirs.close()
            is_over = stack.enter_context(FileIO(os.pidfd_open(guarding.pid)))
            return Watch(task.timeout_s, answer, errors, news, is_over, to_order).ended(clock, on_alive)
        finally:  # also when the worker is to stop in the middle of it
            order(to_order, END)
            guarding.wait()


def _guard_command(task: Task, streams: tuple[int, int, int]) -> list[str]:
    bounds = (task.grace_s, task.memory_bytes or 0, task.cpu_s or 0)
    return [sys.executable, "-I", "-S", str(GUARD), *map(str, (*bounds, *streams, task.folder)), *task.command]


def _pipe(stack: ExitStack) -> tuple[FileIO, FileIO]:
    reading, writing = os.pipe()
    return stack.enter_context(FileIO(reading)), stack.enter_context(FileIO(writing, "w"))
