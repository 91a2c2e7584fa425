"""Every operator on one text."""

import pickle
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from lifecycle.language.filters.filter import Condition, Filter
from lifecycle.language.filters.row import UnreadableFieldError, holds
from lifecycle.language.moment import Moment

FILTERS: TypeAdapter[Filter] = TypeAdapter(Filter)
NOW = Moment(datetime(2026, 11, 23, 22, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin"))  # 23:30 there
NEVER, ALWAYS, LOST = "no", "yes", "unreadable"


def outcome(operator: str, value: Any, text: str, moment: Moment = NOW) -> str:
    condition = Condition.model_validate({"field": "f", "operator": operator, "value": value})
    try:
        return ALWAYS if holds(condition, {"f": text}, moment) else NEVER
    except UnreadableFieldError:
        return LOST


@pytest.mark.parametrize(
    ("operator", "value", "yes", "no"),
    [
        ("is", "STRASSE", ["Straße", "strasse"], ["Strasse 1", "", " strasse"]),
        ("is_not", "ann", ["Anna", ""], ["ANN"]),
        ("in", ["bob", "STRASSE"], ["Bob", "straße"], ["ann", ""]),
        ("not_in", ["bob", "ann"], ["cy", ""], ["BOB"]),
        ("contains", "N.", ["an.n"], ["ann", ""]),
        ("not_contains", "n", ["bob", ""], ["Ann"]),
        ("starts_with", "ß", ["ssa", "ßa"], ["sa", ""]),
        ("ends_with", "B", ["Bob"], ["boba", ""]),
        ("matches", "[a-z]+", ["ann", "ANN"], ["ann1", "ann\n", ""]),
        ("matches", "a|b", ["A", "b"], ["ab", "xb", ""]),
        ("matches", ".*", ["x"], [""]),
        ("matches", "(?-i)a", ["a"], ["A"]),
        ("matches", "(a*)*b", ["aab"], ["a" * 50_000]),
        ("empty", None, [""], ["0", "false", "x"]),
        ("not_empty", None, ["0", "x"], [""]),
        ("is", "95", ["95"], ["950"]),
    ],
)
def test_text(operator: str, value: Any, yes: list[str], no: list[str]) -> None:
    assert {text: outcome(operator, value, text) for text in yes} == dict.fromkeys(yes, ALWAYS)
    assert {text: outcome(operator, value, text) for text in no} == dict.fromkeys(no, NEVER)


HUGE = "12345678901234567890123456789012345"


@pytest.mark.parametrize(
    ("operator", "value", "yes", "no"),
    [
        ("=", "1e3", ["1000", "1e3", "1000.0"], ["1001", ""]),
        ("=", 0, ["0", "-0", "-0.0", "0e999"], ["0.1", ""]),
        ("=", HUGE, [HUGE], [HUGE + "0", HUGE[:-1] + "6"]),
        ("!=", 5, ["6", "-5", ""], ["5", "5.0"]),
        ("≠", 5, ["6"], ["5"]),
        ("<", 10, ["9", "9.999999999999999999999", "-11"], ["10", "11", ""]),
        ("<=", "0.1", ["0.1", "0.10", "-1"], ["0.1000000000000000000001", ""]),
        (">", -1, ["0", "-0.5", HUGE], ["-1", "-2", ""]),
        ("≥", "1e20", ["100000000000000000000"], ["99999999999999999999", ""]),
        ("between", [9, 10], ["9", "9.5", "10"], ["8.9", "10.1", "-9", ""]),
    ],
)
def test_number(operator: str, value: Any, yes: list[str], no: list[str]) -> None:
    assert {text: outcome(operator, value, text) for text in yes} == dict.fromkeys(yes, ALWAYS)
    assert {text: outcome(operator, value, text) for text in no} == dict.fromkeys(no, NEVER)


@pytest.mark.parametrize(
    ("operator", "value", "yes", "no"),
    [
        # The day in Berlin, an hour or two before that of UTC.
        ("before", date(2026, 11, 23), ["2026-11-22T22:59:59.999999+00:00", "1900-01-01T00:00:00+00:00"],
         ["2026-11-22T23:00:00+00:00", "9999-12-31T00:00:00+00:00", ""]),
        ("after", "2026-11-23", ["2026-11-23T23:00:00+00:00"], ["2026-11-23T22:59:59.999999+00:00", ""]),
        ("on", "2026-11-23", ["2026-11-22T23:00:00+00:00", "2026-11-23T22:59:59.999999+00:00"],
         ["2026-11-22T22:59:59.999999+00:00", "2026-11-23T23:00:00+00:00", ""]),
        ("on", "2026-07-01", ["2026-06-30T22:00:00+00:00"], ["2026-07-01T22:00:00+00:00"]),
        ("on", "2026-10-25", ["2026-10-24T22:00:00+00:00", "2026-10-25T22:59:59+00:00"], ["2026-10-25T23:00:00+00:00"]),
        ("on", "9999-12-31", ["9999-12-31T23:59:59.999999+00:00"], ["9999-12-30T22:59:59+00:00"]),
        ("before", "2026-11-23T08:00", ["2026-11-23T06:59:59+00:00"], ["2026-11-23T07:00:00+00:00"]),
        ("after", "2026-11-23T08:00", ["2026-11-23T07:00:00.000001+00:00"], ["2026-11-23T07:00:00+00:00"]),
        ("after", "2026-11-23T08:00Z", ["2026-11-23T08:00:01+00:00"], ["2026-11-23T08:00:00+00:00"]),
        ("before", "2026-11-23T08:00Z", ["2026-11-23T09:59:59+02:00"], ["2026-11-23T10:00:00+02:00"]),
        ("between", ["2026-11-23", "2026-11-24"], ["2026-11-22T23:00:00+00:00", "2026-11-24T22:59:59+00:00"],
         ["2026-11-22T22:59:59+00:00", "2026-11-24T23:00:00+00:00", ""]),
        ("between", ["2026-11-23T08:00", "2026-11-23T09:00"],
         ["2026-11-23T07:00:00+00:00", "2026-11-23T08:00:00+00:00"], ["2026-11-23T08:00:01+00:00"]),
        ("within_last", "1d", ["2026-11-22T22:30:00+00:00", "2026-11-23T22:30:00+00:00"],
         ["2026-11-22T22:29:59+00:00", "2026-11-23T22:30:01+00:00", ""]),
        ("within_next", "45m", ["2026-11-23T22:30:00+00:00", "2026-11-23T23:15:00+00:00"],
         ["2026-11-23T23:15:01+00:00", "2026-11-23T22:29:59+00:00", ""]),
        ("within_next", "2w", ["2026-12-07T22:30:00+00:00"], ["2026-12-07T22:30:01+00:00"]),
        ("within_last", "12h", ["2026-11-23T10:30:00+00:00"], ["2026-11-23T10:29:59+00:00"]),
        ("within_last", "99999w", ["0800-01-01T00:00:00+00:00"], ["2026-11-24T00:00:00+00:00"]),
        ("today", None, ["2026-11-22T23:00:00+00:00", "2026-11-23T22:59:59+00:00"], ["2026-11-23T23:00:00+00:00", ""]),
    ],
)  # fmt: skip
def test_timestamp(operator: str, value: Any, yes: list[str], no: list[str]) -> None:
    assert {text: outcome(operator, value, text) for text in yes} == dict.fromkeys(yes, ALWAYS)
    assert {text: outcome(operator, value, text) for text in no} == dict.fromkeys(no, NEVER)


@pytest.mark.parametrize(("zone", "there"), [("UTC", NEVER), ("Asia/Tokyo", ALWAYS)])
def test_today_depends_on_the_zone(zone: str, there: str) -> None:
    moment = Moment(NOW.now, ZoneInfo(zone))
    assert outcome("today", None, "2026-11-24T01:00:00+00:00", moment) == there


@pytest.mark.parametrize(
    ("operator", "value", "text"),
    [
        ("=", 5, "five"),
        ("!=", 5, "five"),
        ("between", [1, 2], "1,5"),
        ("<", 5, "NaN"),
        ("<", 5, "9" * 101),
        ("=", 5, " "),
        ("before", "2026-11-23", "soon"),
        ("after", "2026-11-23", "2026-11-23"),
        ("on", "2026-11-23", "2026-11-23T08:00:00"),
        ("between", ["2026-11-23", "2026-11-24"], "5"),
        ("within_last", "1d", "2026-02-30T00:00:00+00:00"),
        ("today", None, "today"),
    ],
)
def test_text_that_an_operator_cannot_read_is_never_false(operator: str, value: Any, text: str) -> None:
    assert outcome(operator, value, text) == LOST


def bad(field: str) -> dict[str, Any]:
    return {"field": field, "operator": "=", "value": 1}


EMPTY = {"field": "nothing", "operator": "empty"}


@pytest.mark.parametrize(
    ("given_filter", "field"),
    [
        ({"any": [EMPTY, bad("b")]}, "b"),
        ({"all": [{"not": EMPTY}, bad("b")]}, "b"),
        ({"all": [bad("b"), bad("a")]}, "a"),
        ({"all": [bad("a"), bad("b")]}, "a"),
        ({"not": {"any": [EMPTY, {"all": [{"not": EMPTY}, bad("a")]}]}}, "a"),
    ],
)
def test_unreadable_field_counts_wherever_its_condition_stands(given_filter: dict[str, Any], field: str) -> None:
    with pytest.raises(UnreadableFieldError) as raised:
        holds(FILTERS.validate_python(given_filter), {"a": "Ms Secret", "b": "Ms Secret"}, NOW)
    assert raised.value.field == field
    assert str(raised.value) == f"the value of {field} cannot be read as what its filter takes it for"
    assert "Secret" not in repr(raised.value)
    assert pickle.loads(pickle.dumps(raised.value)).field == field  # noqa: S301 (our own bytes)


def test_field_that_is_missing_is_empty() -> None:
    assert holds(FILTERS.validate_python(EMPTY), {}, NOW)
    assert not holds(FILTERS.validate_python(bad("a")), {}, NOW)


def test_one_condition_at_two_moments_has_two_outcomes() -> None:
    text = "2026-11-23T22:00:00+00:00"
    later = Moment(datetime(2027, 1, 1, tzinfo=UTC), NOW.zone)
    assert [outcome("today", None, text, moment) for moment in (NOW, later, NOW)] == [ALWAYS, NEVER, ALWAYS]
