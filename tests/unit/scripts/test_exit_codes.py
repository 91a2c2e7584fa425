"""What a run of a script comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.scripts.exit_codes import ExitCodes, Verdict
from lifecycle.scripts.result import ScriptResult

CODES = ExitCodes(done=frozenset({0, 3}), done_already=frozenset({10}), retry_later=frozenset({75}))
FINE = ScriptResult(exit_code=0, outcome={})


@pytest.mark.parametrize(
    ("result", "verdict", "answer"),
    [
        (FINE, Verdict.DONE, Answer(0, "done")),
        (replace(FINE, exit_code=3), Verdict.DONE, Answer(0, "done")),
        (replace(FINE, exit_code=10), Verdict.DONE_ALREADY, Answer(0, "done already")),
        (replace(FINE, exit_code=75), Verdict.RETRY_LATER, Answer(75, "retry later", postponed=True)),
        (replace(FINE, exit_code=1), Verdict.FAILED, Answer(1, "failed")),
        (replace(FINE, exit_code=255, outcome=None, unreadable="x"), Verdict.FAILED, Answer(255, "failed")),
        (
            replace(FINE, outcome=None, unreadable="it is not JSON"),
            Verdict.UNKNOWN,
            Answer(NO_ANSWER, "the answer cannot be read: it is not JSON"),
        ),
        (replace(FINE, exit_code=-9), Verdict.UNKNOWN, Answer(NO_ANSWER, "ended by signal 9")),
        (replace(FINE, exit_code=None), Verdict.UNKNOWN, Answer(NO_ANSWER, "nobody saw how it ended")),
        (replace(FINE, timed_out=True), Verdict.UNKNOWN, Answer(NO_ANSWER, "timed out")),
        (replace(FINE, exit_code=-15, timed_out=True), Verdict.UNKNOWN, Answer(NO_ANSWER, "timed out")),
        (replace(FINE, exit_code=1, truncated=True), Verdict.UNKNOWN, Answer(NO_ANSWER, "its answer was too long")),
    ],
)
def test_exit_codes_tell_what_a_run_comes_to(result: ScriptResult, verdict: Verdict, answer: Answer) -> None:
    assert CODES.verdict(result) is verdict
    assert CODES.answer(result) == answer


def test_exit_codes_by_default_know_success_and_failure() -> None:
    verdicts = [ExitCodes().verdict(replace(FINE, exit_code=code)) for code in range(256)]
    assert verdicts == [Verdict.DONE, *[Verdict.FAILED] * 255]


@pytest.mark.parametrize(
    ("codes", "problem"),
    [
        ({"done": {0, 256}}, "from 0 to 255, not 256"),
        ({"retry_later": {-1}}, "from 0 to 255, not -1"),
        ({"done": {0, 7}, "retry_later": {7}}, "exit code 7 has two meanings"),
        ({"done": {1}}, "exit code 0 must mean done or done already"),
        ({"done": {1}, "retry_later": {0}}, "exit code 0 must mean done or done already"),
    ],
)
def test_exit_codes_refuse_what_has_no_one_meaning(codes: dict[str, set[int]], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        ExitCodes(**{name: frozenset(one) for name, one in codes.items()})


@given(
    st.builds(
        ScriptResult,
        exit_code=st.none() | st.integers(-64, 255),
        outcome=st.none() | st.just({}),
        unreadable=st.just("x"),
        timed_out=st.booleans(),
        truncated=st.booleans(),
    )
)
def test_exit_codes_answer_ok_exactly_where_something_is_done(result: ScriptResult) -> None:
    done = CODES.verdict(result) in {Verdict.DONE, Verdict.DONE_ALREADY}
    assert CODES.answer(result).ok == done
    assert CODES.answer(result).unknown == (CODES.verdict(result) is Verdict.UNKNOWN)
    assert not done or (result.outcome is not None and not result.timed_out)


def test_result_shows_no_answer_and_no_errors() -> None:
    assert "canary" not in repr(ScriptResult(1, {"name": "canary"}, stderr_tail="canary"))
