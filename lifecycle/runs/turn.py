"""Whose turn it is: one run at a time writes to a directory, and who comes meanwhile waits.

A run that writes has the lease of its directory from before it reads until it has carried out its plan, so that no plan
is made of a directory, or of records, that another run overtakes. Approvals, requests by hand, undos, due steps and
scheduled runs all wait alike, for a bounded time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lifecycle.runs.run import Run
from lifecycle.store import LeaseWait


@contextmanager
def writing(run: Run) -> Iterator[Run]:
    """Be the one run that writes to the directory; a dry run is none, and waits for no other.

    Yields:
        The run with its lease.

    Raises:
        RunLockedError: Another run has been writing for longer than this one may wait.
    """
    if run.dry_run:
        yield run
        return
    minutes = run.rules.lease_wait_minutes
    wait = LeaseWait(
        minutes * 60, lambda holder: run.ports.warn(f"{holder}. Waiting for it, at most {minutes:g} minutes")
    )
    with run.ports.directory() as directory:
        identity = directory.identity()
    with run.ports.store() as store, store.lease(identity, run.run_id, run.ports.clock, wait=wait) as lease:
        yield run.with_lease(lease)
