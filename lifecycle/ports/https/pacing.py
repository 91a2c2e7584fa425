"""Pacing: at most so many requests in any window of time, and a pause as long as a server asks for."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left, insort
from collections.abc import Callable


class Pacer:
    """At most so many requests in any window of time, over all threads.

    Args:
        requests: Requests allowed in one window.
        window_s: Length of the window, seconds.
        clock: Monotonic time, seconds.
        sleep: Waits so many seconds.
    """

    def __init__(
        self,
        requests: int,
        window_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._requests, self._window_s = requests, window_s
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._sent: list[float] = []
        self._paused_until = float("-inf")

    def set_rate(self, requests: int, window_s: float) -> None:
        """Change the rate from now on; what was sent still counts."""
        with self._lock:
            self._requests, self._window_s = requests, window_s

    def wait(self) -> float:
        """Return when the next request may be sent, and count it; answers when that was, on the pacer's clock."""
        while True:
            now, delay_s = self._claim()
            if delay_s <= 0:
                return now
            self._sleep(delay_s)

    def answered(self, sent_at: float) -> None:
        """Count a request as of now: the server counted it when it arrived, which was at its answer at the latest.

        Without this, one that was slow to arrive and one that is quick a window later may be too close for the server.

        Args:
            sent_at: What :meth:`wait` answered for it.
        """
        with self._lock:
            place = bisect_left(self._sent, sent_at)
            if place < len(self._sent) and self._sent[place] == sent_at:
                del self._sent[place]
                insort(self._sent, self._clock())

    def pause(self, seconds: float) -> None:
        """Let nobody send for so many seconds; a longer pause that is under way stays."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + seconds)

    def pause_left_s(self) -> float:
        """Seconds until the pause is over; 0 without one."""
        with self._lock:
            return max(0.0, self._paused_until - self._clock())

    def _claim(self) -> tuple[float, float]:
        """The time, and 0 where a request is counted, or the seconds after which to ask again."""
        with self._lock:
            now = self._clock()
            gone = 0
            while gone < len(self._sent) and self._sent[gone] + self._window_s <= now:
                gone += 1
            del self._sent[:gone]
            free_at = self._sent[-self._requests] + self._window_s if len(self._sent) >= self._requests else now
            delay_s = max(free_at, self._paused_until) - now
            if delay_s <= 0:
                self._sent.append(now)
            return now, delay_s
