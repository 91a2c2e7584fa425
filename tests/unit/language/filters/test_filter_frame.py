"""Filters over frames: they equal the filter row by row, and a reading of the documentation that shares no code."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from lifecycle.language.filters.filter import Filter
from lifecycle.language.filters.frame import evaluate
from lifecycle.language.filters.row import UnreadableFieldError, holds
from lifecycle.language.moment import Moment

FILTERS: TypeAdapter[Filter] = TypeAdapter(Filter)
ZONE = ZoneInfo("Europe/Berlin")
NOW = Moment(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), ZONE)  # the first of two 02:30 there
PEOPLE = pd.DataFrame(
    {"u.name": ["Ann", "ann", "Bob", "", "Straße"], "u.age": ["9", "ten", "", "11", "9"]},
    index=["5", "3", "9", "3", "2"],  # a key may stand twice
    dtype="str",
)


def condition(operator: str, value: Any = None, field: str = "u.name") -> dict[str, Any]:
    return {"field": field, "operator": operator, **({} if value is None else {"value": value})}


@pytest.mark.parametrize(
    ("given_filter", "positions", "unreadable"),
    [
        (condition("is", "ANN"), [0, 1], {}),
        (condition("empty"), [3], {}),
        (condition("<", 10, "u.age"), [0, 4], {1: "u.age"}),
        ({"not": condition("<", 10, "u.age")}, [2, 3], {1: "u.age"}),
        ({"all": [condition("not_empty"), condition("empty", field="u.age")]}, [2], {}),
        ({"any": [condition("is", "ann"), condition("!=", 9, "u.age")]}, [0, 2, 3], {1: "u.age"}),
        ({"all": [condition("=", 1), condition("=", 1, "u.age")]}, [],
         {0: "u.name", 1: "u.age", 2: "u.name", 4: "u.name"}),
    ],
)  # fmt: skip
def test_evaluate_finds(given_filter: dict[str, Any], positions: list[int], unreadable: dict[int, str]) -> None:
    found = evaluate(FILTERS.validate_python(given_filter), PEOPLE, NOW)
    assert found.holds.dtype == bool
    assert found.holds.index.equals(PEOPLE.index)
    assert found.holds.to_numpy().nonzero()[0].tolist() == positions
    assert found.unreadable == unreadable
    assert list(found.unreadable) == sorted(found.unreadable)


def test_evaluate_of_nobody_is_empty() -> None:
    nested = FILTERS.validate_python({"all": [condition("is", "a"), {"not": {"any": [condition("empty")]}}]})
    found = evaluate(nested, PEOPLE.iloc[:0], NOW)
    assert (found.holds.dtype, len(found.holds), found.unreadable) == (bool, 0, {})


def test_evaluate_needs_its_columns() -> None:
    with pytest.raises(KeyError, match=r"u\.nowhere"):
        evaluate(FILTERS.validate_python(condition("empty", field="u.nowhere")), PEOPLE, NOW)


WORDS = st.text(st.sampled_from("aAbBßSs .*\\é0"), max_size=3)
NUMBERS = st.sampled_from(["0", "-0", "5", "5.0", "05", "1e3", "-1", "0.1", "9" * 40, "9" * 39 + "8"])
DAYS = st.sampled_from(["2026-10-24", "2026-10-25", "2026-10-26", "9999-12-31", "0001-01-01"])
POINTS = st.sampled_from(["2026-10-25T02:30", "2026-10-25T02:30+02:00", "2026-10-25T01:30Z", "2026-03-29T02:30"])
STAMPS = st.sampled_from(
    [
        "2026-10-24T22:00:00+00:00", "2026-10-24T21:59:59.999999+00:00", "2026-10-25T00:30:00+00:00",
        "2026-10-25T22:59:59+00:00", "2026-10-25T23:00:00+00:00", "9999-12-31T23:59:59.999999+00:00",
        "0001-01-01T00:00:00+00:00",
    ]
)  # fmt: skip
TEXTS = WORDS | NUMBERS | STAMPS | st.sampled_from(["", "soon", "2026-10-25", "9" * 101])
FIELDS = st.sampled_from(["x", "y"])


def conditions(operators: list[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"field": FIELDS, "operator": st.sampled_from(operators), "value": values})


def limits(values: st.SearchStrategy[str], key: Callable[[str], Any]) -> st.SearchStrategy[dict[str, Any]]:
    pairs = st.tuples(values, values).map(lambda pair: sorted(pair, key=key))
    return conditions(["between"], pairs)


VALUES = WORDS.filter(bool)
CONDITIONS = st.one_of(
    conditions(["is", "is_not", "contains", "not_contains", "starts_with", "ends_with"], VALUES),
    conditions(["in", "not_in"], st.lists(VALUES, min_size=1, max_size=3)),
    conditions(["matches"], st.sampled_from(["[a-b]*", "a|b", "5.*", "s+"])),
    conditions(["=", "!=", "<", "<=", ">", ">="], NUMBERS),
    conditions(["before", "after"], DAYS | POINTS),
    conditions(["on"], DAYS),
    conditions(["within_last", "within_next"], st.sampled_from(["1m", "30h", "2d", "99999w"])),
    limits(NUMBERS, Fraction),
    limits(DAYS, str),
    st.fixed_dictionaries({"field": FIELDS, "operator": st.sampled_from(["empty", "not_empty", "today"])}),
)
NESTED = st.recursive(
    CONDITIONS,
    lambda part: st.one_of(
        st.fixed_dictionaries({"all": st.lists(part, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(part, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": part}),
    ),
    max_leaves=6,
)
ROWS = st.lists(st.fixed_dictionaries({"x": TEXTS, "y": TEXTS}), max_size=5)


@settings(deadline=None)  # a loaded machine is no fault
@given(NESTED, ROWS)
def test_frame_equals_row_by_row(given_filter: dict[str, Any], rows: list[dict[str, str]]) -> None:
    filter_ = FILTERS.validate_python(given_filter)
    held, lost = [], {}
    for position, row in enumerate(rows):
        try:
            held.append(holds(filter_, row, NOW))
        except UnreadableFieldError as error:
            held.append(False)
            lost[position] = error.field
    found = evaluate(filter_, pd.DataFrame(rows, columns=["x", "y"], dtype="str"), NOW)
    assert (found.holds.tolist(), found.unreadable) == (held, lost)


@settings(deadline=None)  # a loaded machine is no fault
@given(NESTED, ROWS)
def test_filter_equals_its_documentation(given_filter: dict[str, Any], rows: list[dict[str, str]]) -> None:
    found = evaluate(FILTERS.validate_python(given_filter), pd.DataFrame(rows, columns=["x", "y"], dtype="str"), NOW)
    for position, row in enumerate(rows):
        lost = sorted(set(unreadable(given_filter, row)))
        assert found.unreadable.get(position) == (lost[0] if lost else None)
        assert found.holds.iloc[position] == (not lost and documented(given_filter, row))


# The documentation, read for one row. Nothing here is the product's.

NEGATED = {"is_not", "not_in", "not_contains", "!="}
TIMES = {"before", "after", "on", "within_last", "within_next", "today"}


def parts_of(given_filter: dict[str, Any]) -> list[dict[str, Any]]:
    return (
        given_filter.get("all") or given_filter.get("any") or ([given_filter["not"]] if "not" in given_filter else [])
    )


def taken_for(one: dict[str, Any]) -> Callable[[str], Any]:
    operator, value = one["operator"], one.get("value")
    if operator in TIMES or (operator == "between" and "-" in value[1][1:]):
        return stamp
    return number if operator in {"=", "!=", "<", "<=", ">", ">=", "between"} else str.casefold


def number(text: str) -> Fraction:
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?(e\d+)?", text, re.ASCII) or len(text) > 100:
        raise ValueError
    return Fraction(text)


def stamp(text: str) -> datetime:
    if not text.endswith("+00:00"):
        raise ValueError
    return datetime.fromisoformat(text)


def unreadable(given_filter: dict[str, Any], row: dict[str, str]) -> list[str]:
    if parts := parts_of(given_filter):
        return [field for part in parts for field in unreadable(part, row)]
    text = row[given_filter["field"]]
    try:
        taken_for(given_filter)(text) if text and given_filter["operator"] not in {"empty", "not_empty"} else None
    except ValueError:
        return [given_filter["field"]]
    return []


def documented(given_filter: dict[str, Any], row: dict[str, str]) -> bool:
    outcomes = [documented(part, row) for part in parts_of(given_filter)]
    if "all" in given_filter:
        return all(outcomes)
    if "any" in given_filter:
        return any(outcomes)
    if "not" in given_filter:
        return not outcomes[0]
    text, operator, value = row[given_filter["field"]], given_filter["operator"], given_filter.get("value")
    if operator in {"empty", "not_empty"}:
        return (text == "") is (operator == "empty")
    if not text:
        return operator in NEGATED
    take = taken_for(given_filter)
    return compared(operator, take(text), value, take)


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "is": lambda has, asked: has == asked,
    "=": lambda has, asked: has == asked,
    "is_not": lambda has, asked: has != asked,
    "!=": lambda has, asked: has != asked,
    "in": lambda has, asked: has in asked,
    "not_in": lambda has, asked: has not in asked,
    "contains": lambda has, asked: asked in has,
    "not_contains": lambda has, asked: asked not in has,
    "starts_with": lambda has, asked: has[: len(asked)] == asked,
    "ends_with": lambda has, asked: has[-len(asked) :] == asked,
    "between": lambda has, asked: asked[0] <= has <= asked[1],
    "<": lambda has, asked: has < asked,
    "<=": lambda has, asked: has <= asked,
    ">": lambda has, asked: has > asked,
    ">=": lambda has, asked: has >= asked,
}


def compared(operator: str, has: Any, value: Any, take: Callable[[str], Any]) -> bool:
    if take is stamp:
        return within(operator, has, value)
    if operator == "matches":
        return re.fullmatch(value, has, re.IGNORECASE) is not None
    asked = [take(one) for one in value] if isinstance(value, list) else take(value)
    return bool(COMPARISONS[operator](has, asked))


def within(operator: str, has: datetime, value: Any) -> bool:
    """By the wall clock of the organisation, where a day is a day."""
    units = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
    if operator in {"within_last", "within_next"}:
        away = (has - NOW.now) if operator == "within_next" else (NOW.now - has)
        return timedelta() <= away <= int(value[:-1]) * units[value[-1]]
    try:
        day = has.astimezone(ZONE).date().isoformat()
    except OverflowError:
        day = "9999-12-31"
    if operator == "between":
        return bool(value[0] <= day <= value[1])
    if operator in {"on", "today"}:
        return day == (value or "2026-10-25")
    if "T" in value:
        point = datetime.fromisoformat(value)
        asked = (point if point.tzinfo else point.replace(tzinfo=ZONE)).astimezone(UTC)
        return has < asked if operator == "before" else has > asked
    return day < value if operator == "before" else day > value
