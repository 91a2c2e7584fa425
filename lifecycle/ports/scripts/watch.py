"""A process tree is watched: its output read as it comes, its time counted, and its end ordered where it is due."""

from __future__ import annotations

import os
import selectors
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from io import FileIO

from lifecycle.ports.scripts.guard import START
from lifecycle.scripts.port import unheard

MAX_ANSWER_BYTES = 1_048_576
MAX_ERROR_BYTES = 65_536
END = b"."
ALIVE_S = 5.0
"""Most seconds between two signs of life."""
_LARGEST_PIPE = 1_048_576
"""What a process may make of a pipe (pipe(7), pipe-max-size)."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A process tree that has ended.

    Args:
        status: Exit code, or −N for signal N; None where nobody saw it end.
        answer: Standard output, no more than is read.
        errors: The end of standard error.
        timed_out: It was ended because its time was over.
        truncated: Its answer was longer than is read; a script that still ran was ended.
        left_behind: A process of it could not be ended.
    """

    status: int | None
    answer: bytes = field(repr=False)
    errors: bytes = field(repr=False)
    timed_out: bool
    truncated: bool
    left_behind: bool


class _Output:
    """What was read from one stream, and how much of it is kept.

    Args:
        file: The reading end of a pipe.
        most_bytes: How much is kept.
        is_tail: Whether the end is kept, or the beginning.
    """

    def __init__(self, file: FileIO, most_bytes: int, *, is_tail: bool = False) -> None:
        os.set_blocking(file.fileno(), False)
        self.file = file
        self._most_bytes, self._is_tail = most_bytes, is_tail
        self.kept = bytearray()
        self.is_over = False

    def read(self) -> bool:
        """Read all that is in the pipe, once; whether more may come."""
        try:
            chunk = os.read(self.file.fileno(), _LARGEST_PIPE)
        except BlockingIOError:  # somebody was left behind who holds the other end
            return True
        self.kept += chunk
        self.is_over = self.is_over or len(self.kept) > self._most_bytes
        if self.is_over:
            del self.kept[slice(-self._most_bytes) if self._is_tail else slice(self._most_bytes, None)]
        return bool(chunk)


class Watch:
    """Reads what a script and its guard say, and orders the end where it is due.

    Args:
        timeout_s: For how long the script may run, seconds.
        answer: Its standard output.
        errors: Its standard error.
        news: What the guard says.
        is_over: Can be read once the guard has ended, and with it everything else.
        to_order: Where the guard takes its order.
    """

    def __init__(
        self, timeout_s: float, answer: FileIO, errors: FileIO, news: FileIO, is_over: FileIO, to_order: FileIO
    ) -> None:
        self._timeout_s, self._is_over, self._to_order = timeout_s, is_over, to_order
        self._answer = _Output(answer, MAX_ANSWER_BYTES)
        self._errors = _Output(errors, MAX_ERROR_BYTES, is_tail=True)
        self._news = _Output(news, MAX_ERROR_BYTES)

    def ended(self, clock: Callable[[], float], on_alive: Callable[[], None] = unheard) -> Ended:
        """Watch to the end; ``on_alive`` is called at least every :data:`ALIVE_S` seconds.

        Raises:
            OSError: The guard could not start the script.
        """
        timed_out = is_ordered = is_over = False
        with selectors.DefaultSelector() as selector:
            selector.register(self._is_over, selectors.EVENT_READ)
            for output in (self._answer, self._errors, self._news):
                selector.register(output.file, selectors.EVENT_READ, output)
            deadline = clock() + self._timeout_s
            order(self._to_order, START)  # nothing that could fail for want of room comes after it
            while not is_over:
                on_alive()
                # News come when the script has ended: what it left in the background is not its own time.
                is_counted = not (is_ordered or self._news.kept)
                for key, _ in selector.select(min(max(deadline - clock(), 0), ALIVE_S) if is_counted else ALIVE_S):
                    if key.data is None:
                        is_over = True
                    elif not key.data.read():
                        selector.unregister(key.fileobj)
                if is_counted and not self._news.kept:
                    # Asked each time: a script that never pauses in its talk never lets the selector time out.
                    timed_out = clock() >= deadline
                    is_ordered = timed_out or self._answer.is_over
                    if is_ordered:
                        order(self._to_order, END)
        for output in (self._answer, self._errors, self._news):
            output.read()
        return self._told(timed_out=timed_out)

    def _told(self, *, timed_out: bool) -> Ended:
        words = self._news.kept.decode().split()
        news = dict(zip(words[::2], words[1::2], strict=False))
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


def order(to_order: FileIO, what: bytes) -> None:
    """Tell the guard what to do."""
    with suppress(BrokenPipeError):  # the guard has ended already
        to_order.write(what)
