"""Pacing: at most so many requests in any window, and a pause as long as Retry-After asks for."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class Pacer:
    """Holds requests back. For one thread.

    Args:
        requests: Requests in one window at most.
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
        self._sent: deque[float] = deque(maxlen=requests)
        self._paused_until = float("-inf")

    def wait(self) -> None:
        """Return when the next request may be sent, and count it."""
        while True:
            now = self._clock()
            free_at = self._sent[0] + self._window_s if len(self._sent) == self._requests else now
            delay_s = max(free_at, self._paused_until) - now
            if delay_s <= 0:
                self._sent.append(now)
                return
            self._sleep(delay_s)

    def pause(self, seconds: float) -> None:
        """Send nothing for so many seconds; a longer pause that is under way stays."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    def pause_left_s(self) -> float:
        """Seconds until the pause is over; 0 without one."""
        return max(0.0, self._paused_until - self._clock())


def retry_after_s(header: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, section 10.2.3); None if it is absent or unreadable."""
    if header is None:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
