"""A lease is kept for as long as its holder lives, and whoever lost it writes nothing more."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import Connection, select

from lifecycle.errors import RunLockedError, StoreError
from lifecycle.store import LeaseWait, Store
from lifecycle.store.lease import Lease, LeaseHeartbeat
from lifecycle.store.presence import close_killed, shown
from lifecycle.store.tables import runs

NOW = datetime(2031, 3, 1, 9, 0, tzinfo=UTC)
PATIENCE_S = 120.0


def now() -> datetime:
    """The real present."""
    return datetime.now(UTC)


def until(holds: Callable[[], object]) -> None:
    """Wait for something to hold."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it does not come true"
        time.sleep(0.02)


def ends_at(store: Store) -> str:
    with store.begin() as unit:
        return str(unit.runs.connection.exec_driver_sql("SELECT expires_at FROM leases").scalar_one())


def test_heartbeat_renews_while_its_holder_only_waits(store: Store) -> None:
    with store.lease("domain-1", "run-1", now, ttl_s=0.9):
        for _ in range(2):
            before = ends_at(store)
            until(lambda before=before: ends_at(store) > before)


def test_heartbeat_ends_with_the_lease(store: Store) -> None:
    with store.lease("domain-1", "run-1", now, ttl_s=0.3) as lease:
        pass
    before = ends_at(store)
    time.sleep(lease.ttl_s)
    assert ends_at(store) == before


def test_holder_that_was_frozen_finds_out_before_it_writes(url: str, store: Store, child: Callable) -> None:
    frozen = child("freeze_with_lease", url)
    assert frozen.says() == "holding"
    os.kill(frozen.process.pid, signal.SIGSTOP)
    with store.lease("domain-1", "run-2", now, wait=LeaseWait(PATIENCE_S, sleep=lambda _: time.sleep(0.1))) as lease:
        assert lease.fencing == 2
        os.kill(frozen.process.pid, signal.SIGCONT)
        frozen.go()
        assert frozen.says() == "lost"
    frozen.go()
    assert frozen.says() == "lost", "also when nobody holds it any more"
    with store.begin() as unit:
        assert unit.runs.under_way("staff") == []


def test_nothing_of_a_transaction_is_kept_without_the_lease(store: Store) -> None:
    first = store.lease("domain-1", "run-1", lambda: NOW, ttl_s=3600)
    lost = first.__enter__()
    with (
        store.lease("domain-1", "run-2", lambda: NOW + timedelta(hours=2)),
        pytest.raises(RunLockedError, match="another run took it over"),
        store.begin(lost) as unit,
    ):
        unit.runs.start("run-1", "staff", "sync-people", dry_run=False, now=NOW)
    with store.begin() as unit:
        assert unit.runs.under_way("staff") == []
    for refused in (lost.check, lost.renew):
        with pytest.raises(RunLockedError, match="domain-1 was lost"):
            refused()
    with pytest.raises(RunLockedError):
        first.__exit__(None, None, None)


@contextmanager
def no_store() -> Iterator[Connection]:
    """A database that does not answer."""
    raise StoreError("the state store refused: no server answers there")
    yield  # type: ignore[unreachable]


def test_holder_whose_store_is_away_goes_on_until_the_lease_would_end() -> None:
    moments = [NOW]
    lease = Lease("domain-1", 1, 3600, lambda: moments[-1], no_store)
    moments.append(NOW + timedelta(seconds=3599))
    lease.check()
    moments.append(NOW + timedelta(seconds=3600))
    with pytest.raises(RunLockedError, match="could not be renewed for 3600 s"):
        lease.check()
    moments.append(NOW)
    with pytest.raises(RunLockedError, match="could not be renewed"):
        lease.check()


def test_heartbeat_without_a_store_tells_the_holder() -> None:
    lease = Lease("domain-1", 1, 0.3, now, no_store)

    def is_lost() -> bool:
        try:
            lease.check()
        except RunLockedError:
            return True
        return False

    with LeaseHeartbeat(lease):
        until(is_lost)


def test_a_clock_that_was_set_back_makes_the_holder_ask(store: Store) -> None:
    moments = [NOW]
    with store.lease("domain-1", "run-1", lambda: moments[-1], ttl_s=3600) as lease:
        moments.append(NOW - timedelta(hours=5))
        lease.check()
        assert lease.age_s() >= 0


def test_wait_takes_the_lease_when_it_is_free_and_says_for_whom_it_waited(store: Store) -> None:
    first = store.lease("domain-1", "run-1", lambda: NOW, ttl_s=3600)
    first.__enter__()
    heard: list[str] = []

    def pass_by(_seconds: float) -> None:
        if len(slept) == 2:
            first.__exit__(None, None, None)
        slept.append(_seconds)

    slept: list[float] = []
    with store.lease("domain-1", "run-2", lambda: NOW, wait=LeaseWait(60, heard.append, pass_by)) as lease:
        assert lease.fencing == 2
    assert len(slept) == 3
    assert [line.partition(" (")[0] for line in heard] == ["directory domain-1 is being written by run-1"]


def test_wait_ends_after_its_time_and_names_the_holder(store: Store) -> None:
    slept: list[float] = []
    with (
        store.lease("domain-1", "run-1", lambda: NOW, ttl_s=3600),
        pytest.raises(RunLockedError, match=r"written by run-1 .*: this run waited 1 minutes for it"),
        store.lease("domain-1", "run-2", lambda: NOW, wait=LeaseWait(61, sleep=slept.append)),
    ):
        pytest.fail("two leases of one directory")
    assert sum(slept) == 61


def test_a_killed_run_is_closed_by_the_next_one(store: Store) -> None:
    with shown(store, "lives", lambda: NOW), store.begin() as unit:
        for run, started in (("lives", NOW), ("of an older version", NOW), ("gone", NOW - timedelta(days=2))):
            unit.runs.start(run, "staff: due", "run-due-steps", dry_run=False, now=started)
        unit.runs.start("of others", "staffing", "sync-people", dry_run=False, now=NOW - timedelta(days=2))
        assert [run.run_id for run in close_killed(unit, "staff", NOW)] == ["gone"]
        assert [run.run_id for run in unit.runs.under_way("staff")] == ["lives", "of an older version"]
    later = NOW + timedelta(days=1)
    with store.begin() as unit:
        assert {run.run_id for run in close_killed(unit, "staff", later)} == {"lives", "of an older version"}
        unit.runs.finish("lives", "completed", {"people": 1}, later)
        counts = unit.runs.connection.scalar(select(runs.c.counts).where(runs.c.run_id == "lives"))
    assert counts == {"people": 1}, "one that was frozen says itself how it ended"


def test_a_run_that_died_while_it_was_shown_is_closed(store: Store) -> None:
    with store.begin() as unit:
        unit.runs.start("killed", "staff", "sync-people", dry_run=False, now=NOW)
    entered = shown(store, "killed", lambda: NOW)
    entered.__enter__()
    with store.begin() as unit:
        assert close_killed(unit, "staff", NOW) == []
        (killed,) = close_killed(unit, "staff", NOW + timedelta(minutes=3))
        assert killed.run_id == "killed"
    entered.__exit__(None, None, None)


def test_postgresql_ends_a_transaction_that_stands_still(postgres: str, child: Callable) -> None:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS frozen CASCADE; CREATE SCHEMA frozen")
    url = f"{postgres}&options=-csearch_path%3Dfrozen"
    with Store.open(url) as store:
        frozen = child("freeze_in_the_middle", url)
        assert frozen.says() == "inside"
        os.kill(frozen.process.pid, signal.SIGSTOP)
        with store.begin() as unit:
            unit.runs.start("run-a", "staff", "sync-people", dry_run=False, now=NOW)
        os.kill(frozen.process.pid, signal.SIGCONT)
        frozen.go()
        assert "nothing happened in a transaction for too long" in frozen.says()
