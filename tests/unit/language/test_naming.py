"""Naming formats: candidates, truncation before the counter, and which existing names they admit."""

from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lifecycle.language.naming import MOST_CANDIDATES, NamingFormat

FIRST, LAST = {"field": "u.first"}, {"field": "u.last"}
INITIAL = {"field": "u.first", "word": "first", "first": 1}
ACCOUNT: dict[str, Any] = {
    "alternatives": [[INITIAL, LAST], [{"field": "u.first", "word": "first"}, LAST]],
    "case": "lower", "transliterate": True, "spaces": False, "max_length": 20, "remove": "'.-,#\" ",
}  # fmt: skip
ADDRESS: dict[str, Any] = {
    "alternatives": [[FIRST, {"text": "."}, LAST]],
    "case": "lower", "transliterate": True, "spaces": False, "max_length": 40, "remove": "',#\" @",
}  # fmt: skip
FULL: dict[str, Any] = {"alternatives": [[FIRST, {"text": " "}, LAST]], "counter_separator": " ", "max_length": 64}
SUFFIX = "@corp.test"


def a_format(**spec: Any) -> NamingFormat:
    return NamingFormat(name="one", **spec)


def row(first: str, last: str) -> dict[str, str]:
    return {"u.first": first, "u.last": last}


def names(spec: dict[str, Any], first: str, last: str, suffix: str = "", count: int = 3) -> list[str]:
    return list(islice(a_format(**spec).candidates(row(first, last), suffix), count))


@pytest.mark.parametrize(
    ("spec", "first", "last", "candidates"),
    [
        (ACCOUNT, "John", "Smith", ["jsmith", "johnsmith", "johnsmith2"]),
        (ACCOUNT, "Anne-Marie", "de la Cruz", ["adelacruz", "annedelacruz", "annedelacruz2"]),
        (ACCOUNT, "Łukasz", "Żółć", ["lzolc", "lukaszzolc", "lukaszzolc2"]),
        (ACCOUNT, "Þór", "Ødegård", ["todegard", "thorodegard", "thorodegard2"]),
        (ACCOUNT, "Nguyễn", "Straße", ["nstrasse", "nguyenstrasse", "nguyenstrasse2"]),
        (ACCOUNT, "D'Andre", "O'Brien", ["dobrien", "dandreobrien", "dandreobrien2"]),
        (ACCOUNT, "J", "Smith", ["jsmith", "jsmith2", "jsmith3"]),
        (ACCOUNT, "", "Smith", ["smith", "smith2", "smith3"]),
        (ACCOUNT, "Ann", "", ["a", "ann", "ann2"]),
        (ACCOUNT, "#Ann", "Smith, Jr.", ["smithjr", "annsmithjr", "annsmithjr2"]),
        (ACCOUNT, "", "", []),
        (ACCOUNT, "'", "-", []),
        (FULL, "John", "Smith", ["John Smith", "John Smith 2", "John Smith 3"]),
        (FULL, "Jean  Luc", "Roy\xa0Bo", ["Jean Luc Roy Bo", "Jean Luc Roy Bo 2", "Jean Luc Roy Bo 3"]),
        (FULL, "Zoë\u200b", "", ["Zoë", "Zoë 2", "Zoë 3"]),
        (FULL, "", "Lee", ["Lee", "Lee 2", "Lee 3"]),
        (FULL, "Bob", "Lee Jr.", ["Bob Lee Jr.", "Bob Lee Jr. 2", "Bob Lee Jr. 3"]),
        (FULL, "\u200b", " ", []),
        ({**FULL, "case": "upper"}, "Zoë", "Groß", ["ZOË GROSS", "ZOË GROSS 2", "ZOË GROSS 3"]),
        ({**FULL, "counter_from": 0, "counter_separator": "-"}, "A", "B", ["A B", "A B-0", "A B-1"]),
        ({"alternatives": [[LAST], [LAST, FIRST]]}, "A", "B", ["B", "BA", "BA2"]),
        ({"alternatives": [[{**LAST, "word": "last", "first": 3}]]}, "", "van der Berg", ["Ber", "Ber2", "Ber3"]),
    ],
)  # fmt: skip
def test_candidates_follow_the_format(spec: dict[str, Any], first: str, last: str, candidates: list[str]) -> None:
    assert names(spec, first, last) == candidates


@pytest.mark.parametrize(
    ("first", "last", "local"),
    [
        ("J.", "Lee", "j.lee"),
        ("Ann", "", "ann"),
        ("", "Lee", "lee"),
        (".Ann", "Lee.", "ann.lee"),
        ("A..B", "Lee", "a.b.lee"),
    ],
)
def test_candidates_of_an_address_hold_single_dots_between_letters(first: str, last: str, local: str) -> None:
    """RFC 5321, section 4.1.2."""
    assert names(ADDRESS, first, last, SUFFIX, 2) == [f"{local}{SUFFIX}", f"{local}2{SUFFIX}"]


def test_address_of_dots_alone_is_none() -> None:
    assert names(ADDRESS, ".", "..", SUFFIX) == []


def test_candidates_carry_the_suffix_behind_the_counter() -> None:
    assert names(ADDRESS, "Zoë", "O'Brien", SUFFIX) == [f"zoe.obrien{n}{SUFFIX}" for n in ("", 2, 3)]


def test_candidates_are_cut_before_the_counter() -> None:
    given_names = names(ACCOUNT, "Bartholomew", "Featherstonehaugh-Smith", count=11)
    assert given_names[:3] == ["bfeatherstonehaughsm", "bartholomewfeatherst", "bartholomewfeathers2"]
    assert given_names[-2:] == ["bartholomewfeathers9", "bartholomewfeather10"]
    assert {len(name) for name in given_names} == {20}


def test_candidates_are_cut_before_the_suffix() -> None:
    assert names({**ADDRESS, "max_length": 14}, "Ann", "Lee", SUFFIX) == [
        "ann" + SUFFIX,
        "ann2" + SUFFIX,
        "ann3" + SUFFIX,
    ]


def test_candidates_stop_where_the_suffix_leaves_no_room() -> None:
    assert names({**ADDRESS, "max_length": 10}, "Ann", "Lee", SUFFIX) == []
    assert names({**ADDRESS, "max_length": 11}, "Ann", "Lee", SUFFIX) == ["a" + SUFFIX]


def test_candidates_that_a_cut_makes_equal_come_once() -> None:
    spec = {"alternatives": [[LAST], [LAST, FIRST]], "max_length": 3}
    assert names(spec, "x", "abcd") == ["abc", "ab2", "ab3"]


def test_candidates_differ_by_more_than_case() -> None:
    assert names({"alternatives": [[FIRST], [LAST]]}, "ANN", "ann") == ["ANN", "ann2", "ann3"]


def test_candidates_come_to_an_end() -> None:
    every = list(a_format(**ACCOUNT).candidates(row("John", "Smith"), ""))
    assert len(every) == MOST_CANDIDATES + len(["jsmith", "johnsmith"])
    assert every[-1] == f"johnsmith{MOST_CANDIDATES + 1}"


@pytest.mark.parametrize(
    ("spec", "person", "suffix", "name", "admitted"),
    [
        (ACCOUNT, ("John", "Smith"), "", "jsmith", True),
        (ACCOUNT, ("John", "Smith"), "", "JSmith", True),
        (ACCOUNT, ("John", "Smith"), "", "johnsmith7", True),
        (ACCOUNT, ("John", "Smith"), "", "jsmith2", False),
        (ACCOUNT, ("John", "Smith"), "", "johnsmith1", False),
        (ACCOUNT, ("John", "Smith"), "", "johnsmith02", False),
        (ACCOUNT, ("John", "Smith"), "", "johnsmith10001", True),
        (ACCOUNT, ("John", "Smith"), "", "johnsmith10002", False),
        (ACCOUNT, ("John", "Smith"), "", "", False),
        (ACCOUNT, ("", ""), "", "", False),
        (ACCOUNT, ("", ""), "", "2", False),
        (ACCOUNT, ("Agent", "007"), "", "agent0072", True),
        (ACCOUNT, ("Agent", "007"), "", "agent007", True),
        (ACCOUNT, ("Bartholomew", "Featherstonehaugh"), "", "bartholomewfeather10", True),
        (ACCOUNT, ("Bartholomew", "Featherstonehaugh"), "", "bartholomewfeatherst10", False),
        (ADDRESS, ("John", "Smith"), SUFFIX, "john.smith@corp.test", True),
        (ADDRESS, ("John", "Smith"), SUFFIX, "John.Smith3@CORP.test", True),
        (ADDRESS, ("John", "Smith"), SUFFIX, "john.smith@other.test", False),
        (ADDRESS, ("John", "Smith"), SUFFIX, "john.smith", False),
        (FULL, ("John", "Smith"), "", "John Smith 12", True),
        (FULL, ("John", "Smith"), "", "John Smith12", False),
        (FULL, ("John", "Miller"), "", "John Smith", False),
    ],
)
def test_format_admits(spec: dict[str, Any], person: tuple[str, str], suffix: str, name: str, admitted: bool) -> None:
    assert a_format(**spec).admits(row(*person), suffix, name) is admitted


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ({"alternatives": []}, "Tuple should have at least 1 item after validation, not 0"),
        ({"alternatives": [[FIRST], []]}, "alternative 1 has no field: it would give everybody the same name"),
        ({"alternatives": [[{"text": "svc"}]]}, "alternative 0 has no field: it would give everybody the same name"),
        ({"alternatives": [[{}]]}, "a piece is either text or field"),
        ({"alternatives": [[{"text": "a", "field": "b"}]]}, "a piece is either text or field"),
        ({"alternatives": [[{"text": "abc", "first": 1}]]}, "word and first belong to a field, not to text"),
        ({"alternatives": [[{**FIRST, "last": 1}]]}, "unknown key; allowed: field, first, text, word"),
        ({"alternatives": [[{**FIRST, "first": 0}]]}, "Input should be greater than or equal to 1"),
        ({"alternatives": [[FIRST]], "max_length": 0}, "Input should be greater than or equal to 1"),
    ],
)
def test_format_refuses(spec: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        a_format(**spec)
    assert refused.value.errors()[0]["msg"].removeprefix("Value error, ") == problem


LETTERS = st.text(st.sampled_from("abAß Ł.-'1230#, \u200bÞ王"), max_size=12)
FORMATS = st.builds(
    lambda spec, **changes: a_format(**{**spec, **changes}),
    st.sampled_from([ACCOUNT, ADDRESS, FULL, {"alternatives": [[FIRST], [LAST, FIRST], [LAST]]}]),
    case=st.sampled_from(["given", "lower", "upper"]),
    transliterate=st.booleans(),
    spaces=st.booleans(),
    max_length=st.integers(1, 30),
    counter_from=st.integers(0, 100),
    counter_separator=st.sampled_from(["", " ", "-", "0"]),
)


@given(FORMATS, LETTERS, LETTERS, st.sampled_from(["", SUFFIX, "7"]))
def test_candidates_are_distinct_and_fit_and_are_admitted(
    one: NamingFormat, first: str, last: str, suffix: str
) -> None:
    found = list(islice(one.candidates(row(first, last), suffix), 120))
    assert len({name.casefold() for name in found}) == len(found)
    assert all(name.endswith(suffix) and len(name) <= one.max_length for name in found)
    assert all(name[: len(name) - len(suffix)].strip() for name in found)
    assert all(one.admits(row(first, last), suffix, name) for name in found)


@given(FORMATS, LETTERS, LETTERS, LETTERS)
def test_only_candidates_are_admitted(one: NamingFormat, first: str, last: str, name: str) -> None:
    if one.admits(row(first, last), "", name):
        assert name.casefold() in {each.casefold() for each in one.candidates(row(first, last), "")}
