"""Which runs live: each shows so while it is at work, so that a killed one is distinguished from one that goes on.

A run holds a lease of its own name for as long as it lasts. One that still counts as running, and whose lease has run
out or whose process is gone from this host, was killed: no process was left to say how it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from lifecycle.errors import StoreError
from lifecycle.store.lease import Claim, Lease, LeaseHeartbeat, Leases
from lifecycle.store.process import this_process
from lifecycle.store.runs import Run
from lifecycle.store.store import Store, Unit

_TTL_S = 120.0
_UNSHOWN = timedelta(days=1)
"""A run of an earlier version shows nothing; it is taken for a killed one after that."""


@contextmanager
def shown(store: Store, run_id: str, clock: Callable[[], datetime]) -> Iterator[None]:
    """Show that a run lives, while inside."""
    name = _name(run_id)
    with store.begin() as unit:
        now = clock()
        claim = Claim(run_id, this_process())
        fencing = Leases(unit.runs.connection).take(name, claim, now, now + timedelta(seconds=_TTL_S))
    try:
        with LeaseHeartbeat(Lease(name, fencing, _TTL_S, clock, store.transaction)):
            yield
    finally:
        with suppress(StoreError), store.begin() as unit:  # it runs out by itself; why the run ended is worth more
            Leases(unit.runs.connection).forget(name)


def close_killed(unit: Unit, automation: str, now: datetime) -> list[Run]:
    """Close the runs of an automation that were killed, as failed and interrupted; returns them."""
    leases = Leases(unit.runs.connection)
    killed = []
    for run in unit.runs.under_way(automation):
        name = _name(run.run_id)
        if leases.is_held(name, now) or (not leases.is_known(name) and now - run.started_at < _UNSHOWN):
            continue
        unit.runs.interrupt(run.run_id, now)
        leases.forget(name)
        killed.append(run)
    return killed


def _name(run_id: str) -> str:
    return f"run {run_id}"
