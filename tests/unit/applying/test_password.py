"""Generated passwords: strong, different, and nowhere to be found."""

from __future__ import annotations

import math
import string

import pytest

from lifecycle.applying.password import LENGTH, generate_password

KINDS = {
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "digit": string.digits,
    "other": string.punctuation,
}
MANY = [generate_password("1") for _ in range(500)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_password_has_at_least_two_characters_of_each_kind(kind: str) -> None:
    assert min(sum(character in KINDS[kind] for character in password) for password in MANY) >= 2


def test_a_password_is_long_and_of_characters_that_need_no_quoting() -> None:
    assert {len(password) for password in MANY} == {LENGTH}
    assert LENGTH >= 20
    assert not set("".join(MANY)) & set("\"'\\<>&|;`$ ")


def test_no_password_comes_twice_even_for_one_person() -> None:
    assert len(set(MANY)) == len(MANY)


def test_every_place_holds_every_kind() -> None:
    """Two of each kind are drawn first; without shuffling the first two would always be lower-case."""
    for place in range(LENGTH):
        seen = {kind for password in MANY for kind, characters in KINDS.items() if password[place] in characters}
        assert seen == set(KINDS)


def test_characters_are_spread_over_the_whole_alphabet() -> None:
    text = "".join(MANY)
    shares = [text.count(character) / len(text) for character in set(text)]

    bits = -sum(share * math.log2(share) for share in shares)
    assert bits * LENGTH > 128
