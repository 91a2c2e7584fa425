"""The names that a format gives: in which order, how they are cut, and which existing ones it admits."""

from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.language.names.naming import OnClash
from lifecycle.language.names.series import MOST_CANDIDATES
from tests.support.name_series import ACCOUNT, FIRST, INITIAL, LAST, every, names, row, series

ADDRESS: dict[str, Any] = {
    "alternatives": [[FIRST, {"text": "."}, LAST]],
    "case": "lower", "transliterate": True, "spaces": False, "max_length": 40, "remove": "',#\" @",
}  # fmt: skip
FULL: dict[str, Any] = {"alternatives": [[FIRST, {"text": " "}, LAST]], "counter_separator": " ", "max_length": 64}
SUFFIX = "@corp.test"


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
    found = list(every(series(ACCOUNT, row("John", "Smith"))))
    assert len(found) == MOST_CANDIDATES + len(["jsmith", "johnsmith"])
    assert found[-1] == f"johnsmith{MOST_CANDIDATES + 1}"


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
    assert series({**spec, "suffix": suffix}, row(*person)).admits(name) is admitted


@pytest.mark.parametrize(
    ("attribute", "spec", "first", "last", "candidates"),
    [
        ("sAMAccountName", {"alternatives": [[FIRST, LAST]]}, "A/n*n", "Smith, Jr.", ["AnnSmith Jr", "AnnSmith Jr2"]),
        ("sAMAccountName", {"alternatives": [[LAST]]}, "", "x" * 30, ["x" * 20, "x" * 19 + "2"]),
        ("sAMAccountName", {"alternatives": [[LAST]]}, "", "x" * 19 + ".y", ["x" * 19, "x" * 19 + "2"]),
        ("sAMAccountName", {"alternatives": [[LAST]]}, "", "...", []),
        ("cn", {"alternatives": [[LAST]], "max_length": 200}, "", "x" * 70, ["x" * 64, "x" * 63 + "2"]),
        ("mail", {"alternatives": [[FIRST]], "suffix": "@x.test"}, "a(b) c@d", "", ["abcd@x.test", "abcd2@x.test"]),
        ("mail", {"alternatives": [[FIRST]]}, "ann@x.test", "", ["ann@x.test", "ann2@x.test"]),
        ("mail", {"alternatives": [[FIRST, {"counter": {"width": 1}}, LAST]]}, "ann", ".b@x.test",
         ["ann1.b@x.test", "ann2.b@x.test"]),
        ("", {"alternatives": [[FIRST]]}, "ann@x.test", "", ["ann@x.test", "ann@x.test2"]),
    ],
)  # fmt: skip
def test_what_the_directory_never_takes_is_dropped(
    attribute: str, spec: dict[str, Any], first: str, last: str, candidates: list[str]
) -> None:
    assert names(spec, first, last, spec.get("suffix", ""), 2, attribute=attribute) == candidates


LETTERS = st.text(st.sampled_from("abAß Ł.-'1230#, \u200bÞ王"), max_size=12)
PIECES = st.sampled_from(
    [FIRST, LAST, INITIAL, {"text": "."}, {**FIRST, "last": 2}, {**LAST, "case": "upper", "nth": 2}]
)
NUMBER = st.sampled_from([[], [], [], [{"random": 3}], [{"counter": {"from": 5, "width": 3}}]])
ALTERNATIVES = st.lists(
    st.tuples(st.lists(PIECES, max_size=2), NUMBER, st.lists(PIECES, max_size=2))
    .map(lambda parts: [*parts[0], *parts[1], *parts[2]])
    .filter(lambda pieces: any("text" not in piece for piece in pieces)),
    min_size=1, max_size=3,
)  # fmt: skip
SPECS = st.builds(
    lambda spec, **changes: {**spec, **changes},
    st.one_of(st.sampled_from([ACCOUNT, ADDRESS, FULL]), ALTERNATIVES.map(lambda found: {"alternatives": found})),
    transliterate=st.booleans(),
    spaces=st.booleans(),
    max_length=st.integers(1, 30),
    counter_from=st.integers(0, 100),
    counter_separator=st.sampled_from(["", " ", "-", "0"]),
)


CLASHES = st.sampled_from(["next_then_counter", "next", "counter", "reject"])
ATTRIBUTES = st.sampled_from(["", "sAMAccountName", "mail", "userPrincipalName", "cn"])


@given(SPECS, LETTERS, LETTERS, st.sampled_from(["", SUFFIX, "7"]), CLASHES, ATTRIBUTES)
def test_names_fit_and_are_admitted(
    spec: dict[str, Any], first: str, last: str, suffix: str, on_clash: OnClash, attribute: str
) -> None:
    one = series({**spec, "suffix": suffix}, row(first, last), attribute, on_clash)
    found = list(islice(every(one), 60))
    assert all(name.endswith(suffix) and len(name) <= spec["max_length"] for name in found)
    assert all(name == name.strip() and name.isprintable() for name in found if not suffix)
    assert all(one.admits(name) and one.admits(name.upper()) for name in found)
    assert len({name.casefold() for name in one.firsts}) == len(one.firsts)
    assert found[: len(one.firsts)] == [*one.firsts]


@given(SPECS, LETTERS, LETTERS, CLASHES, LETTERS)
def test_only_names_of_the_series_are_admitted(
    spec: dict[str, Any], first: str, last: str, on_clash: OnClash, name: str
) -> None:
    """But for random digits: of these, any are."""
    one = series(spec, row(first, last), "", on_clash)
    if one.admits(name) and not any("random" in piece for pieces in spec["alternatives"] for piece in pieces):
        assert name.casefold() in {each.casefold() for each in every(one)}
