"""Filters as they stand in a file: what is accepted, what is refused in which words, and what fits which datatype."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from lifecycle.language.fields.field import Datatype
from lifecycle.language.filters.filter import Condition, Filter, conditions_of, fields_of, fits, misfit
from lifecycle.language.filters.value import ALIASES, Operator

FILTERS: TypeAdapter[Filter] = TypeAdapter(Filter)
OPERATORS: list[str] = [name for part in get_args(Operator) for name in (get_args(part) or (part,))]


def condition(operator: str, value: Any = None, field: str = "u.name") -> dict[str, Any]:
    return {"field": field, "operator": operator, **({} if value is None else {"value": value})}


def test_filter_knows_its_fields_and_conditions() -> None:
    nested = {"all": [condition("empty", field="b"), {"any": [{"not": condition("today", field="a")}]}]}
    filter_ = FILTERS.validate_python(nested)
    assert [one.field for one in conditions_of(filter_)] == ["b", "a"]
    assert fields_of(filter_) == {"a", "b"}


@pytest.mark.parametrize(
    ("operator", "value", "kept"),
    [
        ("is", "ann ", "ann "),
        ("in", ["b", "a"], ("b", "a")),
        ("matches", "[a-z]+", "[a-z]+"),
        ("=", 5, "5"),
        ("=", 5.0, "5"),
        ("<", "1e3", "1000"),
        (">", -0.0, "0"),
        ("!=", " 95.50 ", "95.5"),
        ("=", "12345678901234567890.123", "12345678901234567890.123"),
        ("between", [1, "2.50"], ("1", "2.5")),
        ("between", [2, 2], ("2", "2")),
        ("between", ["9", "10"], ("9", "10")),
        ("before", date(2026, 11, 23), "2026-11-23"),
        ("before", "2026-11-23", "2026-11-23"),
        ("after", datetime(2026, 11, 23, 8, 30), "2026-11-23T08:30:00"),  # noqa: DTZ001 (YAML's are naive)
        ("after", datetime(2026, 11, 23, 8, tzinfo=UTC), "2026-11-23T08:00:00+00:00"),
        ("after", "2026-11-23 08:30", "2026-11-23T08:30:00"),
        ("after", "2026-11-23T08:30+02:00", "2026-11-23T08:30:00+02:00"),
        ("on", date(2026, 11, 23), "2026-11-23"),
        ("between", [date(2026, 11, 23), "2026-11-23T08:00"], ("2026-11-23", "2026-11-23T08:00:00")),
        ("between", ["2026-11-23T08:00", date(2026, 11, 23)], ("2026-11-23T08:00:00", "2026-11-23")),
        # Which of these comes first depends on the zone.
        ("between", ["2026-11-23T12:00+00:00", "2026-11-22"], ("2026-11-23T12:00:00+00:00", "2026-11-22")),
        ("within_last", "30d", "30d"),
        ("within_next", "99999w", "99999w"),
        ("today", None, None),
        ("empty", None, None),
    ],
)
def test_condition_keeps_its_value_as_canonical_text(operator: str, value: Any, kept: Any) -> None:
    read = Condition(field="f", operator=operator, value=value)  # type: ignore[arg-type]
    assert read.value == kept
    assert Condition.model_validate(json.loads(read.model_dump_json())) == read


def test_operator_may_be_spelled_otherwise() -> None:
    spelled = {one: Condition.model_validate(condition(one, 1)).operator for one in ALIASES}
    assert spelled == {"==": "=", "≠": "!=", "≤": "<=", "≥": ">="}


POINT = "takes a date or a point in time, such as 2026-11-23 or 2026-11-23T08:00; given: "
DURATION = "takes a duration of minutes, hours, days or weeks, such as 45m, 12h, 30d or 2w; given: "
TEXT = "must be text or a list of texts, in quotes where YAML reads it otherwise: "
LIMITS = "operator between takes a list of two numbers or of two dates; given: "
LATER = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("given_filter", "problem"),
    [
        (condition("is"), "operator is needs a value"),
        (condition("<"), "operator < needs a value"),
        (condition("before"), "operator before needs a value"),
        (condition("empty", "x"), "operator empty takes no value"),
        (condition("today", "2026-11-23"), "operator today takes no value"),
        (condition("in", "x"), "operator in takes a list"),
        (condition("is", ["x"]), "operator is takes one value, not a list"),
        (condition("matches", ["x"]), "operator matches takes one value, not a list"),
        (condition("contains", ""), "operator contains needs a value that is not empty; see empty and not_empty"),
        (condition("in", []), "operator in needs a value that is not empty; see empty and not_empty"),
        (condition("in", ["a", ""]), "operator in needs a value that is not empty; see empty and not_empty"),
        (condition("is", True), f'{TEXT}"True"'),
        (condition("in", [1]), f'{TEXT}"1"'),
        (condition("is", date(2026, 11, 23)), f'{TEXT}"2026-11-23"'),
        (condition("matches", "a("), "is not a regular expression (missing ): a(): 'a('"),
        (condition("matches", r"(a)\1"), r"is not a regular expression (invalid escape sequence: \1): '(a)\\1'"),
        (condition("=", "abc"), 'operator = takes a number; given: "abc"'),
        (condition("=", True), 'operator = takes a number; given: "True"'),
        (condition("<", [1]), "operator < takes a number; given: [1]"),
        (condition(">=", ""), 'operator >= takes a number; given: ""'),
        (condition("=", float("nan")), 'operator = takes a number; given: "nan"'),
        (condition("=", "9" * 101), f'operator = takes a number; given: "{"9" * 59}…'),
        (condition("=", {}), 'operator = takes a number; given: "{}"'),
        (condition("≠", "x"), 'operator != takes a number; given: "x"'),
        (condition("before", "soon"), f'operator before {POINT}"soon"'),
        (condition("before", 20261123), f'operator before {POINT}"20261123"'),
        (condition("after", "2026-02-30"), f'operator after {POINT}"2026-02-30"'),
        (condition("after", ["2026-11-23"]), f"operator after {POINT}[2026-11-23]"),
        (condition("on", "2026-11-23T08:00"),
         'operator on takes a date, such as 2026-11-23; given: "2026-11-23T08:00"'),
        (condition("within_last", "30"), f'operator within_last {DURATION}"30"'),
        (condition("within_last", 30), f'operator within_last {DURATION}"30"'),
        (condition("within_next", "0d"), f'operator within_next {DURATION}"0d"'),
        (condition("within_next", "1y"), f'operator within_next {DURATION}"1y"'),
        (condition("within_next", "100000d"), f'operator within_next {DURATION}"100000d"'),
        (condition("within_next", "-1d"), f'operator within_next {DURATION}"-1d"'),
        (condition("between", 5), f'{LIMITS}"5"'),
        (condition("between", [1]), f"{LIMITS}[1]"),
        (condition("between", [1, 2, 3]), f"{LIMITS}[1, 2, 3]"),
        (condition("between", [1, "2026-11-23"]), f"{LIMITS}[1, 2026-11-23]"),
        (condition("between", ["a", "b"]), f"{LIMITS}[a, b]"),
        (condition("between", [1, True]), f"{LIMITS}[1, True]"),
        (condition("between", ["2026-11-23", None]), f"{LIMITS}[2026-11-23, None]"),
        (condition("between", [10, 9]), "operator between takes the lower limit first; given: [10, 9]"),
        (condition("between", [date(2026, 11, 24), date(2026, 11, 23)]),
         "operator between takes the lower limit first; given: [2026-11-24, 2026-11-23]"),
        (condition("between", ["2026-11-24", "2026-11-23T23:00"]),
         "operator between takes the lower limit first; given: [2026-11-24, 2026-11-23T23:00]"),
        (condition("between", [datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=LATER)]),
         "operator between takes the lower limit first; given: [2026-11-23 08:00:00+00:00, 2026-11-23 09:00:00+02:00]"),
        ({"all": []}, "Tuple should have at least 1 item after validation, not 0"),
        ({"any": []}, "Tuple should have at least 1 item after validation, not 0"),
        ({"all": [condition("empty")], "any": []}, "unknown key; allowed: all"),
        ({"nor": []}, "unknown key; allowed: field, operator, value"),
        ({"not_": condition("empty")}, "unknown key; allowed: field, operator, value"),
    ],
)  # fmt: skip
def test_filter_refuses(given_filter: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        FILTERS.validate_python(given_filter)
    assert refused.value.errors()[0]["msg"].removeprefix("Value error, ") == problem


def test_unknown_operator_is_the_only_error() -> None:
    with pytest.raises(ValidationError) as refused:
        FILTERS.validate_python(condition("like", 5))
    assert [error["loc"][-1] for error in refused.value.errors()] == ["operator"]


@pytest.mark.parametrize("operator", OPERATORS)
def test_operator_fits_its_datatypes(operator: str) -> None:
    if operator in {"empty", "not_empty"}:
        expected = {"text", "number", "timestamp", "array"}
    elif operator == "between":
        expected = {"number", "timestamp"}
    elif operator in {"=", "!=", "<", "<=", ">", ">="}:
        expected = {"number"}
    elif operator in {"before", "after", "on", "within_last", "within_next", "today"}:
        expected = {"timestamp"}
    else:
        expected = {"text", "array", "number"}
    assert {str(datatype) for datatype in Datatype if fits(operator, datatype)} == expected


@pytest.mark.parametrize(
    ("operator", "value", "datatype", "key", "problem"),
    [
        ("before", "2026-11-23", "text", "operator", "operator before is for timestamps; u.name is text"),
        ("today", None, "number", "operator", "operator today is for timestamps; u.name is number"),
        ("=", 5, "text", "operator", "operator = is for numbers; u.name is text"),
        (
            "contains",
            "x",
            "timestamp",
            "operator",
            "operator contains is for text, arrays and numbers; u.name is timestamp",
        ),
        ("between", [1, 2], "text", "operator", "operator between is for numbers; u.name is text"),
        ("between", [1, 2], "timestamp", "value", "operator between is given numbers; u.name is timestamp"),
        (
            "between",
            ["2026-11-23", "2026-11-24"],
            "number",
            "value",
            "operator between is given timestamps; u.name is number",
        ),
        ("between", [1, 2], "number", None, ""),
        ("between", ["2026-11-23", "2026-11-24"], "timestamp", None, ""),
        ("is", "95", "number", None, ""),
        ("is", "95.0", "number", "value", 'operator is compares the text of a number, 95, not "95.0"'),
        (
            "not_in",
            ["5", "many"],
            "number",
            "value",
            'operator not_in compares the text of a number, digits, not "many"',
        ),
        ("starts_with", "9.", "number", None, ""),
        ("is", "95.0", "array", None, ""),
        ("empty", None, "timestamp", None, ""),
    ],
)
def test_misfit_says_why(operator: str, value: Any, datatype: str, key: str | None, problem: str) -> None:
    assert misfit(Condition.model_validate(condition(operator, value)), datatype) == ((key, problem) if key else None)


def test_models_need_no_pandas() -> None:
    """A check of the configuration takes a fraction of the second that pandas alone takes."""
    program = "import sys, lifecycle.config.loader, lifecycle.language.filters.row; print('pandas' in sys.modules)"
    outcome = subprocess.run(  # noqa: S603 (our own interpreter and text)
        [sys.executable, "-c", program], cwd=Path(__file__).parents[4], capture_output=True, text=True, check=False
    )
    assert (outcome.stdout.strip(), outcome.stderr) == ("False", "")
