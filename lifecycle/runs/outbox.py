"""The outbox: what waits is delivered, by one run at a time, and what was delivered long ago is forgotten."""

from __future__ import annotations

from datetime import timedelta

from lifecycle.errors import RunLockedError
from lifecycle.outbound.delivering import Delivered, deliver_calls
from lifecycle.runs.run import Run

OUTBOX = "outbox"
"""The lease of whoever delivers."""
KEPT_DAYS = 90
"""For so long what was delivered can be looked at."""


def deliver_outbox(run: Run, kept_days: int = KEPT_DAYS) -> Delivered | None:
    """Deliver what waits, of all automations.

    Args:
        run: Delivers.
        kept_days: What was delivered or dropped so long ago is forgotten.

    Returns:
        What became of the calls; None where another run is at it.
    """
    clock = run.ports.clock
    with run.ports.store() as store:
        with store.begin() as unit:
            unit.outbox.prune(clock() - timedelta(days=kept_days))
            if not unit.outbox.unsettled():
                return Delivered()
        try:
            with store.lease(OUTBOX, run.run_id, clock) as lease:
                delivered = deliver_calls(store, lease, run.ports.source, run.rules.macro_env, clock)
        except RunLockedError:
            return None
        with store.begin() as unit:
            poisoned = unit.outbox.poisoned()
    if delivered.is_away:
        run.ports.warn("the other side does not answer: what waits is tried again by a later run")
    if poisoned:
        run.ports.warn(f"{len(poisoned)} calls were set aside: python -m deployments.outbox list shows them")
    return delivered
