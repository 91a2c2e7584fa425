"""What follows a clash of names: counters, running numbers, random digits."""

from itertools import islice
from typing import Any

import pytest

from lifecycle.language.names.naming import OnClash
from tests.support.name_series import ACCOUNT, FIRST, LAST, every, names, row, series

NUMBERED: dict[str, Any] = {"alternatives": [[{"text": "E"}, {"counter": {"from": 7, "width": 3}}]]}
DRAWN: dict[str, Any] = {"alternatives": [[LAST], [LAST, {"random": 4}]]}
BETWEEN: dict[str, Any] = {"alternatives": [[FIRST, {"counter": {"width": 2}}, LAST]], "max_length": 8}


@pytest.mark.parametrize(
    ("on_clash", "candidates"),
    [
        ("next_then_counter", ["asmith", "annsmith", "annsmith2", "annsmith3"]),
        ("next", ["asmith", "annsmith"]),
        ("counter", ["asmith", "asmith2", "asmith3", "asmith4"]),
        ("reject", ["asmith"]),
    ],
)
def test_what_follows_a_clash(on_clash: str, candidates: list[str]) -> None:
    assert names(ACCOUNT, "Ann", "Smith", count=4, on_clash=on_clash) == candidates
    one = series(ACCOUNT, row("Ann", "Smith"), "", on_clash)
    told = {"asmith", "annsmith", "asmith2", "annsmith2"}
    assert {name for name in told if one.admits(name)} == told & {*candidates}


@pytest.mark.parametrize(
    ("spec", "on_clash", "candidates"),
    [
        (NUMBERED, "next_then_counter", ["E007", "E008", "E009"]),
        (NUMBERED, "next", ["E007", "E008", "E009"]),
        (NUMBERED, "counter", ["E007", "E008", "E009"]),
        (NUMBERED, "reject", ["E007"]),
        ({"alternatives": [[LAST], *NUMBERED["alternatives"]]}, "next", ["Smith", "E007", "E008"]),
        ({"alternatives": [*NUMBERED["alternatives"], [LAST]]}, "next", ["E007", "Smith"]),
        ({"alternatives": [*NUMBERED["alternatives"], [LAST]]}, "counter", ["E007", "E008", "E009"]),
        (BETWEEN, "next", ["Ann01Smi", "Ann02Smi", "Ann03Smi"]),
        ({**BETWEEN, "max_length": 4}, "next", ["An01", "An02", "An03"]),
        ({**BETWEEN, "max_length": 2}, "next", []),
        ({**BETWEEN, "case": "upper", "suffix": "@x"}, "next", ["ANN01S@x", "ANN02S@x", "ANN03S@x"]),
    ],
)  # fmt: skip
def test_a_running_number_counts_on_inside_the_name(
    spec: dict[str, Any], on_clash: OnClash, candidates: list[str]
) -> None:
    one = series(spec, row("Ann", "Smith"), "", on_clash)
    assert list(islice(every(one), 3)) == candidates
    assert all(one.admits(name) for name in candidates)


def test_a_running_number_ends_with_its_digits() -> None:
    found = list(every(series({"alternatives": [[{"counter": {"width": 2}}]]}, {})))
    assert (found[0], found[-1], len(found)) == ("01", "99", 99)


@pytest.mark.parametrize(
    ("name", "admitted"),
    [
        ("E007", True),
        ("e123", True),
        ("E006", False),
        ("E12", False),
        ("E0123", False),
        ("F123", False),
        ("E١٢٣", False),
    ],
)
def test_numbers_that_could_have_been_given_are_admitted(name: str, admitted: bool) -> None:
    assert series(NUMBERED, {}).admits(name) is admitted


def test_random_digits_are_the_persons_own_and_others_at_each_try() -> None:
    first = list(every(series(DRAWN, row("Ann", "Smith"))))
    assert first == list(every(series(DRAWN, row("Ann", "Smith"))))
    assert first[0] == "Smith"
    assert all(name[:5] == "Smith" and name[5:].isdigit() and len(name) == 9 for name in first[1:])
    assert len(set(first)) > 900
    other = list(every(series(DRAWN, row("Ann", "Smith"), seed="8")))
    assert sum(one == another for one, another in zip(first[1:], other[1:], strict=True)) < 10


@pytest.mark.parametrize(
    ("name", "admitted"), [("Smith", True), ("smith0815", True), ("Smith815", False), ("x0815", False)]
)
def test_any_random_digits_are_admitted(name: str, admitted: bool) -> None:
    assert series(DRAWN, row("Ann", "Smith")).admits(name) is admitted


def test_an_alternative_with_a_number_still_needs_its_fields() -> None:
    assert names({"alternatives": [[LAST, {"text": "-"}, {"random": 2}]]}, "Ann", "") == []
    assert names({"alternatives": [[FIRST, {"text": "-"}, LAST, {"counter": {"width": 2}}]]}, "Ann", "") == [
        "Ann-01", "Ann-02", "Ann-03",
    ]  # fmt: skip
