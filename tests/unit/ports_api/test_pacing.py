"""Pacing, on a clock that moves only while somebody sleeps."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from lifecycle.ports.api.connection import ApiConnection
from lifecycle.ports.api.pacers import Pacers
from lifecycle.ports.https.pacing import Pacer
from lifecycle.ports.https.retry_after import retry_after_s

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_pacer_never_lets_more_through_than_a_window_takes(clock: Any) -> None:
    pacer = Pacer(3, 10.0, clock=clock, sleep=clock.sleep)
    sent = []
    for step_s in (0, 1, 1, 0, 0, 5, 0, 0, 30, 0):
        clock.seconds += step_s
        pacer.wait()
        sent.append(clock.seconds)
    assert all(later - earlier >= 10.0 for earlier, later in zip(sent, sent[3:], strict=False))
    assert sent == [0, 1, 2, 10, 11, 16, 20, 21, 51, 51]


def test_pacer_counts_a_request_as_of_its_answer(clock: Any) -> None:
    """It may have arrived that late; the next one a window later may arrive at once."""
    pacer = Pacer(2, 10.0, clock=clock, sleep=clock.sleep)
    first, second = pacer.wait(), pacer.wait()
    clock.seconds = 3.0
    pacer.answered(second)
    pacer.wait()
    clock.seconds = 11.0
    pacer.answered(first)
    pacer.answered(first)  # nothing is counted twice
    pacer.answered(-1.0)  # nor what is not known
    pacer.wait()
    assert (clock.slept, clock.seconds) == ([7.0, 2.0], 13.0)


def test_pacer_does_not_delay_what_fits(clock: Any) -> None:
    pacer = Pacer(700, 300.0, clock=clock, sleep=clock.sleep)
    for _ in range(700):
        pacer.wait()
    assert clock.slept == []
    pacer.wait()
    assert clock.slept == [300.0]


def test_pacer_holds_its_rate_over_many_threads(clock: Any) -> None:
    """Every thread reads the same clock, so all that was let through at one moment must fit one window."""
    pacer = Pacer(5, 10.0, clock=clock, sleep=clock.sleep)
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(pacer.wait) for _ in range(40)]:
            done.result(timeout=30)
    assert clock.seconds >= 70.0


def test_pause_stops_the_whole_tenant_and_the_longer_one_stays(clock: Any) -> None:
    pacer = Pacer(100, 10.0, clock=clock, sleep=clock.sleep)
    pacer.pause(30.0)
    pacer.pause(5.0)
    assert pacer.pause_left_s() == 30.0
    pacer.wait()
    assert clock.seconds == 30.0
    assert pacer.pause_left_s() == 0.0


def test_pacers_keep_one_a_tenant_and_take_the_newest_rate(connect: Callable[..., ApiConnection], clock: Any) -> None:
    pacers = Pacers()
    pacer = pacers.of(connect())
    assert pacers.of(connect(client_id="other", host_name="HALO.example.test")) is pacer
    assert pacers.of(connect(tenant="other")) is not pacer

    paced = Pacer(1, 10.0, clock=clock, sleep=clock.sleep)
    paced.wait()
    paced.set_rate(2, 10.0)
    paced.wait()
    assert clock.slept == []
    paced.set_rate(1, 10.0)
    paced.wait()
    assert clock.seconds == 10.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Mon, 23 Nov 2026 08:02:00 GMT", 120.0),
        ("Mon, 23 Nov 2026 08:02:00", 120.0),
        ("Mon, 23 Nov 2026 07:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("Mon, 23 Nov 99999 08:02:00 GMT", None),
    ],
)
def test_retry_after_reads_seconds_and_dates(header: str | None, seconds: float | None) -> None:
    assert retry_after_s(header, NOW) == seconds
