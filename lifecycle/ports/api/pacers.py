"""HaloITSM counts the requests of a tenant in a rolling window, so all clients of a process share one pacer."""

from __future__ import annotations

import threading

from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.https.pacing import Pacer


class Pacers:
    """The pacers of a process, one a tenant."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_tenant: dict[tuple[str, str], Pacer] = {}

    def of(self, connection: ApiConnection) -> Pacer:
        """The tenant's pacer, set to the rate that this connection names."""
        rate = (connection.requests_per_window, connection.window_s)
        with self._lock:
            key = (connection.host_name.lower(), connection.tenant.lower())
            pacer = self._by_tenant.setdefault(key, Pacer(*rate))
        pacer.set_rate(*rate)
        return pacer


PACERS = Pacers()
