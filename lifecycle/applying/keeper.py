"""Keeping the lease while one operation takes long: a folder that is copied for hours, a script, a slow look-up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from lifecycle.store.lease import Lease

_PART = 3
"""A third of a renewal's time may pass before the next one, so that one that is late is no loss."""


class Keeper:
    """To be called as often as there is a sign of life; renews the lease now and then.

    Args:
        lease: Held.
        clock: Answers the present moment, UTC.
    """

    def __init__(self, lease: Lease, clock: Callable[[], datetime]) -> None:
        self._lease, self._clock = lease, clock
        self._pause = timedelta(seconds=lease.ttl_s / _PART)
        self._renewed = clock()

    def __call__(self) -> None:
        """Renew the lease if it is time.

        Raises:
            RunLockedError: It was lost; whoever is at work must end.
        """
        now = self._clock()
        if now - self._renewed >= self._pause:
            self._lease.renew()
            self._renewed = now
