"""Requests: counted by path, and limited in a rolling window."""

from __future__ import annotations

import re
from collections import Counter, deque


class Traffic:
    """What came in since the last reset.

    Attributes:
        requests: ``"GET /api/users/{id}"`` → count, refused ones included.
        refused: Answers of 429.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.requests: Counter[str] = Counter()
        self.refused = 0
        self._accepted: deque[float] = deque()

    def count(self, method: str, path: str) -> None:
        """Count a request; ids in the path count as one path."""
        self.requests[f"{method} {re.sub(r'/[0-9]+(?=/|$)', '/{id}', path)}"] += 1

    def wait_s(self, now: float, limit: int, window_s: float) -> float:
        """Return 0 and take a place in the window, or the seconds until a place is free.

        Args:
            now: Seconds of the simulator's clock.
            limit: Requests accepted in any ``window_s`` seconds.
            window_s: Length of the window.
        """
        while self._accepted and self._accepted[0] <= now - window_s:
            self._accepted.popleft()
        if len(self._accepted) < limit:
            self._accepted.append(now)
            return 0.0
        return self._accepted[len(self._accepted) - limit] + window_s - now
