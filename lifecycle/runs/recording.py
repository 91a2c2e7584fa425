"""A run in the store: kept from its first moment, closed however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from lifecycle.applying.apply import Applied
from lifecycle.errors import StoreError
from lifecycle.runs.gate import GatedPlan
from lifecycle.runs.run import Run
from lifecycle.store import Run as StoredRun
from lifecycle.store import RunStatus
from lifecycle.store.presence import close_killed, shown


@contextmanager
def recorded(run: Run, flow: str) -> Iterator[list[StoredRun]]:
    """Keep a run in the store while inside, and show that it lives; one that raises is closed as failed.

    Args:
        run: It.
        flow: Name of the flow.

    Yields:
        Earlier runs of the automation that were killed; they are closed by now.
    """
    clock = run.ports.clock
    with run.ports.store() as store, shown(store, run.run_id, clock):
        with store.begin() as unit:
            killed = close_killed(unit, run.automation, clock())
            unit.runs.start(run.run_id, run.label, flow, run.dry_run, clock())
        try:
            yield killed
        except BaseException:
            with suppress(StoreError), store.begin() as unit:  # why the run ended is worth more
                unit.runs.finish(run.run_id, RunStatus.FAILED, {}, clock())
            raise


def finish(run: Run, gated: GatedPlan, applied: Applied | None) -> None:
    """Close a run with what it counted: completed, or stopped by the gate."""
    plan = gated.plan
    counts = {"people": plan.people, "changes": len(plan.changes), **plan.counts}
    if applied is not None:
        counts |= {"written": applied.writes, "not-carried-out": len(applied.failures)}
    status = RunStatus.STOPPED if gated.breaches and applied is None else RunStatus.COMPLETED
    with run.ports.store() as store, store.begin() as unit:
        unit.runs.finish(run.run_id, status, counts, run.ports.clock())
