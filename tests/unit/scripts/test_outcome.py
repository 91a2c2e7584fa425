"""What counts as a script's answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.scripts.outcome import MAX_DEPTH, UnreadableOutcomeError, read_outcome

CANARY = "canary-of-the-answer"


def nested(depth: int) -> bytes:
    """An object that holds an array that holds an array …, so many levels in all."""
    return b'{"a": ' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"{}", {}),
        (b'\n {"ticket": 17, "name": "Zo\xc3\xab"} \n', {"ticket": 17, "name": "Zoë"}),
        (b'\xef\xbb\xbf{"ticket": 17}', {"ticket": 17}),
        (
            b'{"a": {"b": [1, 2.5, null, true, {"c": "\\ud83d\\ude00"}]}}',
            {"a": {"b": [1, 2.5, None, True, {"c": "😀"}]}},
        ),
        (b'{"a": "\\\\ud800"}', {"a": "\\ud800"}),
    ],
)
def test_outcome_is_one_object(answer: bytes, outcome: dict[str, Any]) -> None:
    assert read_outcome(answer) == outcome


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"", "nothing was answered"),
        (b" \r\n\t", "nothing was answered"),
        (b"done: canary-of-the-answer", "it is not JSON"),
        (b'{"a": "canary-of-the-answer"', "it is not JSON"),
        (b'{"a": 1}{"a": 2}', "it is not JSON"),
        (b'loading canary-of-the-answer\n{"a": 1}', "it is not JSON"),
        (b"{'a': 'canary-of-the-answer'}", "it is not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "it is not JSON"),
        (b'["canary-of-the-answer"]', "it is not an object"),
        (b'"canary-of-the-answer"', "it is not an object"),
        (b"null", "it is not an object"),
        (b'{"a": "\xff canary-of-the-answer"}', "it is not UTF-8"),
        (b'{"a": NaN}', "a number in it is not finite"),
        (b'{"a": -Infinity}', "a number in it is not finite"),
        (b'{"a": 1e999}', "a number in it is not finite"),
        (b'{"canary-of-the-answer": 1, "canary-of-the-answer": 2}', "a key stands twice in it"),
        (b'{"a": "canary-of-the-answer \\ud800"}', "half of a surrogate pair stands in it"),
        (b'{"a": [["\\udc00"]]}', "half of a surrogate pair stands in it"),
        (b'{"\\udc00": 1}', "half of a surrogate pair stands in it"),
        (b"[" * 500_000, "it is nested more than 32 times"),
        (b'{"a":' * 100_000, "it is nested more than 32 times"),
    ],
)
def test_outcome_that_is_none_says_why_and_not_what(answer: bytes, problem: str) -> None:
    with pytest.raises(UnreadableOutcomeError) as refused:
        read_outcome(answer)
    assert str(refused.value) == problem
    for told in (refused.value, refused.value.__context__, refused.value.__cause__):
        assert CANARY not in repr(told)


def test_outcome_may_be_nested_up_to_the_limit() -> None:
    assert read_outcome(nested(MAX_DEPTH))
    with pytest.raises(UnreadableOutcomeError, match="nested more than 32 times"):
        read_outcome(nested(MAX_DEPTH + 1))


@given(
    st.dictionaries(
        st.text(),
        st.recursive(st.integers() | st.text() | st.booleans() | st.none(), st.lists, max_leaves=5),
    )
)
def test_outcome_is_what_was_written(value: dict[str, Any]) -> None:
    assert read_outcome(json.dumps(value).encode()) == value


@given(st.binary(max_size=60) | st.text('{}[]":,\\u d890eE-+.truefalsn', max_size=60).map(str.encode))
def test_outcome_of_noise_is_an_object_or_a_refusal(answer: bytes) -> None:
    try:
        assert isinstance(read_outcome(answer), dict)
    except UnreadableOutcomeError as error:
        assert str(error)  # noqa: PT017 - either may come
