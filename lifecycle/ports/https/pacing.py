"""Pacing: at most so many requests in any window of time, and a pause as long as a server asks for."""

from __future__ import annotations

import threading
import time
from collections import deque
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
        self._sent: deque[float] = deque()
        self._paused_until = float("-inf")

    def set_rate(self, requests: int, window_s: float) -> None:
        """Change the rate from now on; what was sent still counts."""
        with self._lock:
            self._requests, self._window_s = requests, window_s

    def wait(self) -> None:
        """Return when the next request may be sent, and count it."""
        while (delay_s := self._claim()) > 0:
            self._sleep(delay_s)

    def pause(self, seconds: float) -> None:
        """Let nobody send for so many seconds; a longer pause that is under way stays."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + seconds)

    def pause_left_s(self) -> float:
        """Seconds until the pause is over; 0 without one."""
        with self._lock:
            return max(0.0, self._paused_until - self._clock())

    def _claim(self) -> float:
        """Count a request and return 0, or return the seconds after which to ask again."""
        with self._lock:
            now = self._clock()
            while self._sent and self._sent[0] + self._window_s <= now:
                self._sent.popleft()
            free_at = self._sent[-self._requests] + self._window_s if len(self._sent) >= self._requests else now
            delay_s = max(free_at, self._paused_until) - now
            if delay_s <= 0:
                self._sent.append(now)
            return delay_s
