"""What the tests do in another process: ``child.py <deed> <url>``; waits for a line before each deed that races."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import UTC, datetime

from lifecycle.errors import RunLockedError, StoreError
from lifecycle.store import Intent, SnapshotRow, Store

NOW = datetime(2031, 3, 1, 9, 0, tzinfo=UTC)


def say(word: str) -> None:
    """One line to the parent."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def wait() -> None:
    """Until the parent says go."""
    sys.stdin.readline()


def open_store(url: str) -> None:
    """Open the store at the same time as others do."""
    say("ready")
    wait()
    Store.open(url).close()
    say("opened")


def commit_then_write(url: str) -> None:
    """Commit run-a; write run-b and be killed before its commit."""
    with Store.open(url) as store:
        with store.begin() as unit:
            unit.runs.start("run-a", "staff", "sync-people", dry_run=False, now=NOW)
        with store.begin() as unit:
            unit.runs.start("run-b", "staff", "sync-people", dry_run=False, now=NOW)
            say("inside")
            wait()


def replace_halfway(url: str) -> None:
    """Replace the snapshot of ``users`` and be killed when more than one batch of rows is written."""

    def rows() -> object:
        for number in range(12_000):
            yield SnapshotRow(str(number), "new", {"name": "new"}, NOW)
        say("inside")
        wait()

    with Store.open(url) as store, store.begin() as unit:
        unit.snapshots.replace("users", rows(), "run-1", NOW)


def hold_lease(url: str) -> None:
    """At each go: hold the lease of ``domain-1`` until told to leave, or be refused it."""
    with Store.open(url) as store:
        say("ready")
        for _ in sys.stdin:
            try:
                with store.lease("domain-1", "run-of-child", lambda: NOW):
                    say("won")
                    wait()
                say("left")
            except RunLockedError:
                say("lost")


def freeze_with_lease(url: str) -> None:
    """Hold a lease of a second; at each go, write under it."""
    with (
        Store.open(url) as store,
        suppress(RunLockedError),  # at the end it is lost
        store.lease("domain-1", "run-of-child", lambda: datetime.now(UTC), ttl_s=1) as lease,
    ):
        say("holding")
        for _ in sys.stdin:
            try:
                lease.check()
                with store.begin(lease) as unit:
                    unit.runs.start("written-by-child", "staff", "sync-people", dry_run=False, now=NOW)
                say("written")
            except RunLockedError:
                say("lost")


def freeze_in_the_middle(url: str) -> None:
    """Write a run without committing it, and wait; says how the commit ended."""
    with Store.open(url) as store:
        try:
            with store.begin() as unit:
                unit.runs.start("run-a", "staff", "sync-people", dry_run=False, now=NOW)
                say("inside")
                wait()
            say("committed")
        except StoreError as error:
            say(str(error))


def intend(url: str, name: str) -> None:
    """Write 40 intents, each in a unit of its own."""
    with Store.open(url) as store:
        say("ready")
        wait()
        for number in range(40):
            entry = Intent(
                f"{name}-{number}", "plan-1", "run-1", "domain-1", number, "act", None, None, "reason", "rule", {}, {}
            )
            with store.begin() as unit:
                unit.journal.intend([entry], NOW)
        say("done")


if __name__ == "__main__":
    all_deeds = (
        open_store, commit_then_write, replace_halfway, hold_lease, freeze_with_lease, freeze_in_the_middle, intend,
    )  # fmt: skip
    deeds = {deed.__name__: deed for deed in all_deeds}
    deeds[sys.argv[1]](*sys.argv[2:])
