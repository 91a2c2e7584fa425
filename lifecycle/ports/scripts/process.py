"""One process tree from start to end: its input is a file, its output is read as it comes, its time is counted."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")
MAX_ANSWER_BYTES = 1_048_576
MAX_ERROR_BYTES = 65_536
_CHUNK = 65_536
_LARGEST_PIPE = 1_048_576
"""What a process may make of a pipe (pipe(7), pipe-max-size)."""


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


@dataclass(frozen=True, slots=True)
class Ended:
    """A process tree that has ended.

    Args:
        status: Exit code, or −N for signal N; None where nobody saw it end.
        answer: Standard output, no more than is read.
        errors: The end of standard error.
        timed_out: It was ended because its time was over.
        truncated: It was ended because its answer was too long.
        left_behind: A process of it could not be ended.
    """

    status: int | None
    answer: bytes = field(repr=False)
    errors: bytes = field(repr=False)
    timed_out: bool
    truncated: bool
    left_behind: bool


def run(task: Task, clock: Callable[[], float] = time.monotonic) -> Ended:
    """Run a process tree to its end.

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
        guard = subprocess.Popen(  # noqa: S603 - our own file
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
            return _Watch(task.timeout_s, answer, errors, news, to_order).ended(clock)
        finally:  # also when the worker is to stop in the middle of it
            _order_end(to_order)
            guard.wait()


class _Output:
    """What was read from one stream, and how much of it is kept.

    Args:
        file: The reading end of a pipe.
        most_bytes: How much is kept.
        is_tail: Whether the end is kept, or the beginning.
    """

    def __init__(self, file: FileIO, most_bytes: int, *, is_tail: bool = False) -> None:
        self.file, self._most_bytes, self._is_tail = file, most_bytes, is_tail
        self.kept = bytearray()
        self.is_over = self.is_at_end = False

    def read(self, most_bytes: int = _CHUNK) -> None:
        """Read what is there, at once."""
        chunk = os.read(self.file.fileno(), most_bytes)
        self.is_at_end = not chunk
        self.kept += chunk
        self.is_over = self.is_over or len(self.kept) > self._most_bytes
        if self.is_over:
            del self.kept[slice(-self._most_bytes) if self._is_tail else slice(self._most_bytes, None)]


class _Watch:
    """Reads what a script and its guard say, and orders the end where it is due."""

    def __init__(self, timeout_s: float, answer: FileIO, errors: FileIO, news: FileIO, to_order: FileIO) -> None:
        self._timeout_s, self._to_order = timeout_s, to_order
        self._answer = _Output(answer, MAX_ANSWER_BYTES)
        self._errors = _Output(errors, MAX_ERROR_BYTES, is_tail=True)
        self._news = _Output(news, MAX_ERROR_BYTES)

    def ended(self, clock: Callable[[], float]) -> Ended:
        """Watch until the guard has ended, and with it everything else.

        Raises:
            OSError: The guard could not start the script.
        """
        deadline = clock() + self._timeout_s
        timed_out = is_ordered = False
        with selectors.DefaultSelector() as selector:
            for output in (self._answer, self._errors, self._news):
                selector.register(output.file, selectors.EVENT_READ, output)
            while not self._news.is_at_end:
                is_counted = not (is_ordered or self._news.kept)  # news come when the script has ended
                for key, _ in selector.select(max(deadline - clock(), 0) if is_counted else None):
                    key.data.read()
                    if key.data.is_at_end:
                        selector.unregister(key.fileobj)
                if is_ordered or self._news.kept:
                    continue
                # Asked each time: a script that never pauses in its talk never lets the selector time out.
                timed_out = clock() >= deadline
                is_ordered = timed_out or self._answer.is_over
                if is_ordered:
                    _order_end(self._to_order)
        for output in (self._answer, self._errors):
            _read_rest(output)
        return self._told(timed_out=timed_out)

    def _told(self, *, timed_out: bool) -> Ended:
        words = self._news.kept.decode().split()
        news = dict(zip(words[::2], words[1::2], strict=True))
        if "refused" in news:
            raise OSError(int(news["refused"]), os.strerror(int(news["refused"])))
        return Ended(
            status=int(news["exited"]) if "exited" in news else None,
            answer=bytes(self._answer.kept),
            errors=bytes(self._errors.kept),
            timed_out=timed_out,
            truncated=self._answer.is_over,
            left_behind=news.get("left") != "0",
        )


def _guard_command(task: Task, streams: tuple[int, int, int]) -> list[str]:
    bounds = (task.grace_s, task.memory_bytes or 0, task.cpu_s or 0)
    return [sys.executable, "-I", "-S", str(GUARD), *map(str, (*bounds, *streams, task.folder)), *task.command]


def _pipe(stack: ExitStack) -> tuple[FileIO, FileIO]:
    reading, writing = os.pipe()
    return stack.enter_context(FileIO(reading)), stack.enter_context(FileIO(writing, "w"))


def _order_end(to_order: FileIO) -> None:
    with suppress(BrokenPipeError):  # the guard has ended already
        to_order.write(b".")


def _read_rest(output: _Output) -> None:
    """Read what still lies in the pipe; its end never comes where somebody was left behind who holds it."""
    os.set_blocking(output.file.fileno(), False)
    with suppress(BlockingIOError):
        output.read(_LARGEST_PIPE)
