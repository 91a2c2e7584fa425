"""Reads are tried again while the trouble passes by itself; writes never are."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import stamina

from lifecycle.errors import TransientError

_T = TypeVar("_T")
_FIRST_S, _MOST_S, _JITTER_S = 0.5, 30.0, 1.0


class Patience:
    """For how long a read is tried again.

    It is no :class:`lifecycle.ports.https.pacing.Pacer`: nothing is held back before it is first sent, and a pause
    that a server asks for holds only the read that was answered so.

    Args:
        patience_s: Seconds from the first try.
        clock: Monotonic seconds.
    """

    def __init__(self, patience_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience_s, self._clock = patience_s, clock
        self._pause_s = 0.0

    def wait_as_asked(self, seconds: float) -> None:
        """Keep what a ``Retry-After`` asks for until the next try."""
        self._pause_s = max(0.0, seconds)

    def read(self, once: Callable[[], _T]) -> _T:
        """Do a read until it is done, fails for good, or the patience is over."""
        deadline_s = self._clock() + self._patience_s

        def again(error: Exception) -> bool | float:
            pause_s, self._pause_s = self._pause_s, 0.0
            if not isinstance(error, TransientError) or self._clock() + pause_s >= deadline_s:
                return False
            return pause_s or True

        caller = stamina.RetryingCaller(
            attempts=None, timeout=None, wait_initial=_FIRST_S, wait_max=_MOST_S, wait_jitter=_JITTER_S
        )
        return caller(again, once)
