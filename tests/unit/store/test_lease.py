"""One writer for each directory (safety rule 7)."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from lifecycle.errors import RunLockedError, StoreError
from lifecycle.store import Store
from lifecycle.store.lease import Claim, Leases
from lifecycle.store.process import Process, this_process

NOW = datetime(2031, 3, 1, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The present."""
        return self.now

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_lease_refuses_a_second_and_names_the_first(store: Store, clock: Clock) -> None:
    with store.lease("domain-1", "run-1", clock):
        clock.pass_by(60)
        message = rf"domain-1 .* run-1 \(process {os.getpid()} on .*\) since 2031-03-01 09:00:00 UTC"
        with pytest.raises(RunLockedError, match=message), store.lease("domain-1", "run-2", clock):
            pytest.fail("two leases of one directory")
        with store.lease("domain-2", "run-2", clock) as other:
            assert other.directory == "domain-2"


@pytest.mark.parametrize("error", [None, KeyError, KeyboardInterrupt])
def test_lease_is_released_at_exit(store: Store, clock: Clock, error: type[BaseException] | None) -> None:
    def hold() -> int:
        with store.lease("domain-1", "run-1", clock) as lease:
            if error is not None:
                raise error
            return lease.fencing

    if error is None:
        assert hold() == 1
    else:
        with pytest.raises(error):
            hold()
    with store.lease("domain-1", "run-2", clock) as lease:
        assert lease.fencing == 2


def test_renew_moves_the_end(store: Store, clock: Clock) -> None:
    with store.lease("domain-1", "run-1", clock, ttl_s=10) as lease:
        for _ in range(3):
            clock.pass_by(9)
            lease.renew()
        clock.pass_by(9)
        with pytest.raises(RunLockedError), store.lease("domain-1", "run-2", clock):
            pytest.fail("two leases of one directory")


def test_renew_after_the_end_succeeds_while_nobody_took_it(store: Store, clock: Clock) -> None:
    with store.lease("domain-1", "run-1", clock, ttl_s=10) as lease:
        clock.pass_by(11)
        lease.renew()
        with pytest.raises(RunLockedError), store.lease("domain-1", "run-2", clock):
            pytest.fail("two leases of one directory")


@pytest.mark.parametrize("second_has_left", [False, True])
def test_expired_lease_is_taken_over_and_the_first_is_told(store: Store, clock: Clock, second_has_left: bool) -> None:
    first = store.lease("domain-1", "run-1", clock, ttl_s=10)
    lost = first.__enter__()
    clock.pass_by(10)
    second = store.lease("domain-1", "run-2", clock, ttl_s=10)
    assert second.__enter__().fencing == lost.fencing + 1
    if second_has_left:
        second.__exit__(None, None, None)
    with pytest.raises(RunLockedError, match="was lost"):
        lost.renew()
    with pytest.raises(RunLockedError, match="lost before the end"):
        first.__exit__(None, None, None)
    if not second_has_left:
        second.__exit__(None, None, None)  # the first's leaving has not released the second's


def test_lost_lease_does_not_hide_the_error_of_its_run(store: Store, clock: Clock) -> None:
    with pytest.raises(KeyError), store.lease("domain-1", "run-1", clock, ttl_s=10):  # noqa: PT012 - ends inside
        clock.pass_by(11)
        with store.lease("domain-1", "run-2", clock):
            raise KeyError


def test_killed_process_does_not_block_the_next_run(url: str, store: Store, clock: Clock, child: Callable) -> None:
    killed = child("hold_lease", url)
    assert killed.says() == "ready"
    killed.go()
    assert killed.says() == "won"
    with pytest.raises(RunLockedError, match="run-of-child"), store.lease("domain-1", "run-2", clock):
        pytest.fail("the child lives and holds it")
    killed.kill()
    with store.lease("domain-1", "run-2", clock) as lease:
        assert lease.fencing == 2


def _left_behind(store: Store, process: Process) -> None:
    """A lease of ten seconds that nobody will release."""
    with store.begin() as unit:
        Leases(unit.runs.connection).take("domain-1", Claim("run-1", process), NOW, NOW + timedelta(seconds=10))


def test_process_of_another_host_is_waited_for(store: Store, clock: Clock) -> None:
    """Whatever runs under that number here says nothing about there."""
    _left_behind(store, Process("elsewhere boot pid:[1]", 2**22 + 1, 1))
    with pytest.raises(RunLockedError, match="on elsewhere"), store.lease("domain-1", "run-2", clock):
        pytest.fail("two leases of one directory")
    clock.pass_by(10)
    with store.lease("domain-1", "run-2", clock) as lease:
        assert lease.fencing == 2


def test_number_that_another_process_has_now_is_taken_over(store: Store, clock: Clock) -> None:
    _left_behind(store, replace(this_process(), started=this_process().started - 1))
    with store.lease("domain-1", "run-2", clock) as lease:
        assert lease.fencing == 2


def test_race_of_processes_has_one_winner(url: str, store: Store, child: Callable) -> None:
    children = [child("hold_lease", url) for _ in range(4)]
    assert [each.says() for each in children] == ["ready"] * 4
    for fencing in range(1, 11):
        for each in children:
            each.go()
        said = [each.says() for each in children]
        assert sorted(said) == ["lost", "lost", "lost", "won"]
        with store.begin() as unit:
            row = unit.runs.connection.exec_driver_sql("SELECT fencing, held FROM leases").one()
        assert tuple(row) == (fencing, True)
        winner = children[said.index("won")]
        winner.go()
        assert winner.says() == "left"


def test_race_of_threads_has_one_winner(store: Store, clock: Clock) -> None:
    together = Barrier(6)

    def race(number: int) -> bool:
        together.wait()
        try:
            with store.lease("domain-1", f"run-{number}", clock):
                together.wait()
        except RunLockedError:
            together.wait()
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(race, range(6))) == [False] * 5 + [True]


def test_lease_refuses_a_time_without_end_or_zone(store: Store) -> None:
    with pytest.raises(StoreError, match="longer than no time"), store.lease("domain-1", "run-1", Clock(), ttl_s=0):
        pytest.fail("a lease of no time")
    naive = datetime(2031, 3, 1)  # noqa: DTZ001 - the point of the test
    with pytest.raises(StoreError, match="time zone"), store.lease("domain-1", "run-1", lambda: naive):
        pytest.fail("a lease to an unknown moment")
