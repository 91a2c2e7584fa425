"""What keeps a flood out: a pace, and a memory of what came. Both take the time as an argument."""

from __future__ import annotations

from collections import OrderedDict

WINDOW_S = 600.0
"""For how long a signed body is remembered."""
MOST_BODIES = 100_000


class Pace:
    """Lets a number of requests through in a second, and as many at once.

    Args:
        per_s: That number.
    """

    def __init__(self, per_s: int) -> None:
        self._per_s, self._left, self._at = per_s, float(per_s), 0.0

    def lets_through(self, now: float) -> bool:
        """Whether one more may come at this moment, in seconds of a clock that never goes back."""
        self._left = min(self._per_s, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Bodies:
    """Remembers signed bodies, by their digests, for :data:`WINDOW_S` seconds.

    Args:
        most: Bodies remembered at once.
    """

    def __init__(self, most: int = MOST_BODIES) -> None:
        self._most = most
        self._came: OrderedDict[bytes, float] = OrderedDict()

    def knows(self, digest: bytes, now: float) -> bool:
        """Whether the body came before, within the window."""
        self._forget(now)
        return digest in self._came

    def is_full(self, now: float) -> bool:
        """Whether another one could not be remembered, so that it must not be taken."""
        self._forget(now)
        return len(self._came) >= self._most

    def remember(self, digest: bytes, now: float) -> None:
        """Note that it came and was taken."""
        self._came[digest] = now

    def _forget(self, now: float) -> None:
        while self._came and next(iter(self._came.values())) <= now - WINDOW_S:
            self._came.popitem(last=False)
