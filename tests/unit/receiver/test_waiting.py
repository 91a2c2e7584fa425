"""Collecting people: quiet for a moment, at most for a while, never more than there is room for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from receiver.bounds import WINDOW_S, Bodies, Pace
from receiver.waiting import LONGEST_S, MOST_IN_RUN, MOST_TRIES, QUIET_S, Batch, Waiting


def test_a_run_is_due_when_nobody_has_come_for_a_moment() -> None:
    waiting = Waiting()
    assert waiting.due_at() is None
    waiting.add(["1"], 10.0)
    waiting.add(["2"], 10.3)
    assert waiting.due_at() == 10.3 + QUIET_S
    assert waiting.take(10.4).keys == ()
    assert waiting.take(11.0).keys == ("1", "2")
    assert waiting.due_at() is None


def test_the_first_is_not_held_up_for_ever() -> None:
    waiting = Waiting()
    for tenth in range(100):
        waiting.add([str(tenth)], 10 + tenth / 10)
    assert waiting.due_at() == 10 + LONGEST_S


def test_more_than_a_run_holds_wait_for_the_next() -> None:
    waiting = Waiting()
    waiting.add([str(number) for number in range(MOST_IN_RUN + 1)], 0.0)
    assert (len(waiting.take(9.0).keys), len(waiting.take(9.0).keys), len(waiting)) == (MOST_IN_RUN, 1, 0)


def test_who_was_looked_at_in_vain_waits_longer_each_time_and_not_for_ever() -> None:
    waiting, now, pauses = Waiting(), 0.0, []
    waiting.add(["7"], now)
    batch = waiting.take(9.0)
    for _ in range(MOST_TRIES - 1):
        assert waiting.put_back(batch, now) == 0
        due = waiting.due_at()
        assert due is not None
        pauses.append(due - now)
        now = due
        batch = waiting.take(now)
        assert batch.keys == ("7",)
    assert pauses == [30.0, 60.0, 120.0, 240.0]
    assert (waiting.put_back(batch, now), len(waiting)) == (1, 0)


def test_trouble_holds_up_nobody_and_news_ends_it() -> None:
    waiting = Waiting()
    waiting.put_back(Batch({"7": 2, "8": 0}), 0.0)
    waiting.add(["9", "7"], 1.0)
    assert waiting.take(2.0) == Batch({"9": 0, "7": 0})
    assert waiting.take(2.0).keys == ()
    assert waiting.take(30.0) == Batch({"8": 1})


def test_who_came_again_meanwhile_is_not_put_back_behind() -> None:
    waiting = Waiting()
    waiting.add(["7"], 1.0)
    assert waiting.put_back(Batch({"7": MOST_TRIES - 1}), 1.0) == 0
    assert waiting.take(2.0) == Batch({"7": 0})


@given(st.lists(st.tuples(st.sets(st.sampled_from("abcdefgh"), max_size=4), st.floats(0, 2)), max_size=30))
def test_nobody_is_lost_and_there_are_never_too_many(arrivals: list[tuple[set[str], float]]) -> None:
    waiting, now, taken, looked_at = Waiting(most=5), 0.0, set[str](), set[str]()
    for keys, pause in arrivals:
        now += pause
        if waiting.add(keys, now):
            taken |= keys
        assert len(waiting) <= 5
        looked_at |= set(waiting.take(now).keys)
    assert looked_at | set(waiting.take_all().keys) == taken


def test_pace_lets_a_second_s_worth_through_and_then_one_by_one() -> None:
    pace = Pace(4)
    assert [pace.lets_through(100.0) for _ in range(5)] == [True] * 4 + [False]
    assert not pace.lets_through(100.2)
    assert pace.lets_through(100.3)
    assert [pace.lets_through(200.0) for _ in range(5)] == [True] * 4 + [False]


def test_bodies_are_known_within_the_window_and_bounded() -> None:
    bodies = Bodies(most=2)
    bodies.remember(b"a", 0.0)
    bodies.remember(b"b", 1.0)
    assert bodies.knows(b"a", WINDOW_S - 1)
    assert bodies.is_full(WINDOW_S - 1)
    assert not bodies.knows(b"a", WINDOW_S)
    assert bodies.knows(b"b", WINDOW_S)
    assert not bodies.is_full(WINDOW_S)
