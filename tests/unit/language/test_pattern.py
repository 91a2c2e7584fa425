"""Regular expressions: linear time, bounded memory, clear errors."""

import pickle

import pytest

from lifecycle.language.pattern import Pattern, PatternError


@pytest.mark.parametrize(
    ("text", "value", "matches"),
    [
        ("[^@]+@[^@]+", "a@b", True),
        ("a|b", "ab", False),
        ("a", "a\n", False),
        ("(?i)straße", "STRAßE", True),
        ("é+", "éé", True),
        ("", "", True),
    ],
)
def test_pattern_matches_the_whole_text(text: str, value: str, matches: bool) -> None:
    assert Pattern(text).matches(value) is matches


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("(", r"is not a regular expression (missing ): (): '('"),
        (r"(a)\1", r"is not a regular expression (invalid escape sequence: \1): '(a)\\1'"),
        ("a(?=b)", "is not a regular expression (invalid perl operator: (?=): 'a(?=b)'"),
        (
            "((a{100}){100}){100}",
            "is not a regular expression (invalid repetition size: {100}): '((a{100}){100}){100}'",
        ),
        ("\ud800", "is not a regular expression (it cannot be written as UTF-8): '\\ud800'"),
    ],
)
def test_pattern_refuses(text: str, problem: str) -> None:
    with pytest.raises(PatternError) as caught:
        Pattern(text)
    assert str(caught.value) == problem


def test_pattern_finds_a_group() -> None:
    assert Pattern(r"([A-Z]+)-(\d+)").found("room AB-12, CD-3", 2) == "12"
    assert Pattern(r"x(\d)?").found("x", 1) == ""
    assert Pattern("y").found("x") == ""


def test_pattern_has_no_catastrophic_text() -> None:
    """A backtracking engine would not end within the age of the universe."""
    assert not Pattern("(a*)*b").matches("a" * 100_000)


def test_pattern_survives_pickling() -> None:
    assert pickle.loads(pickle.dumps(Pattern("a+"))).matches("aa")  # noqa: S301 (our own bytes)
