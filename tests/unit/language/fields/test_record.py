"""Reading records: what HaloITSM writes, as canonical text."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lifecycle.language.fields.field import FieldSpec
from lifecycle.language.fields.record import RecordReader
from lifecycle.language.fields.scalar import number_text, plain_text

CUSTOM = {
    "customfields": [
        {"name": "CFStartDate", "value": "2026-11-23T08:00:00"},
        {"name": "CFEmail", "value": "a@x.test", "primary": False},
        {"name": "CFEmail", "value": "b@x.test", "primary": True},
        {"name": "CFNothing", "value": None},
    ]
}


def read(value: Any, **spec: Any) -> tuple[str, list[str]]:
    record = {} if value is Ellipsis else {"f": value}
    values, unreadable = RecordReader({"f": FieldSpec(**spec)}).read(record)
    return values["f"], unreadable


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  Ann\0 ", "Ann"),
        ("A\0nn", "Ann"),
        ("\0", ""),
        ("", ""),
        (None, ""),
        (..., ""),
        (True, "true"),
        (False, "false"),
        (18.0, "18"),
        (18.5, "18.5"),
        (0, "0"),
        (-0.0, "0"),
        (1e22, "10000000000000000000000"),
        ({"b": 1, "a": "é"}, '{"a": "é", "b": 1}'),
        ([1, "x"], '[1, "x"]'),
    ],
)
def test_text_is_read(value: Any, text: str) -> None:
    assert read(value) == (text, [])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (95, "95"),
        (95.0, "95"),
        ("95", "95"),
        (" 95.00\0", "95"),
        ("95.50", "95.5"),
        (".5", "0.5"),
        ("+7", "7"),
        ("-0.0", "0"),
        ("0e999", "0"),
        ("1e3", "1000"),
        (100, "100"),
        ("1200", "1200"),
        ("12345678901234567890123456789012345", "12345678901234567890123456789012345"),
        (12345678901234567890123456789012345, "12345678901234567890123456789012345"),
        ("0.1000000000000000000000000000000001", "0.1000000000000000000000000000000001"),
        ("", ""),
        (None, ""),
    ],
)
def test_number_has_one_spelling(value: Any, text: str) -> None:
    assert read(value, type="number") == (text, [])


@pytest.mark.parametrize(
    "value",
    ["abc", "1,000", "1_000", "0x10", True, float("nan"), float("inf"), "NaN", "Infinity", "1e9999", "1e-9999",
     "1e99999999999999999999", "9" * 101, 10**5000, [1], {"a": 1}],
    ids=lambda value: str(value)[:12] if not isinstance(value, int) or value < 2 else "an integer of 5001 digits",
)  # fmt: skip
def test_number_that_is_none_is_unreadable(value: Any) -> None:
    assert read(value, type="number") == ("", ["f"])


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        ("2026-11-23T08:00:00", {}, "2026-11-23T08:00:00+00:00"),
        ("2026-11-23T08:00:00Z", {}, "2026-11-23T08:00:00+00:00"),
        ("2026-11-23T08:00:00.5", {}, "2026-11-23T08:00:00.500000+00:00"),
        ("2026-11-23T08:00:00.123Z", {}, "2026-11-23T08:00:00.123000+00:00"),
        ("2026-11-23T08:00:00.1234567", {}, "2026-11-23T08:00:00.123456+00:00"),
        ("2026-11-23T08:00:00+02:00", {}, "2026-11-23T06:00:00+00:00"),
        ("2026-11-23", {}, "2026-11-23T00:00:00+00:00"),
        ("2026-07-01T08:00:00", {"timezone": "Europe/Berlin"}, "2026-07-01T06:00:00+00:00"),
        ("2026-12-01T08:00:00", {"timezone": "Europe/Berlin"}, "2026-12-01T07:00:00+00:00"),
        ("2026-12-01T08:00:00Z", {"timezone": "Europe/Berlin"}, "2026-12-01T08:00:00+00:00"),
        ("23/11/2026", {"format": "%d/%m/%Y"}, "2026-11-23T00:00:00+00:00"),
        (" 2026-11-23\0 ", {}, "2026-11-23T00:00:00+00:00"),
        ("1900-01-01T00:00:00", {}, ""),
        ("1899-12-30T00:00:00", {}, ""),
        ("1901-01-01T00:00:00.000Z", {}, ""),
        ("0001-01-01T00:00:00", {}, ""),
        ("1980-12-31T23:59:59", {}, ""),
        ("1981-01-01T00:00:00", {}, "1981-01-01T00:00:00+00:00"),
        ("01/01/1900", {"format": "%d/%m/%Y"}, ""),
        ("9999-12-31T23:59:59", {}, "9999-12-31T23:59:59+00:00"),
        ("", {}, ""),
        (None, {}, ""),
    ],
)
def test_timestamp_is_written_in_utc(value: Any, spec: dict[str, Any], text: str) -> None:
    assert read(value, type="timestamp", **spec) == (text, [])


@pytest.mark.parametrize(
    ("value", "spec"),
    [
        ("soon", {}),
        ("23/11/2026", {}),
        ("2026-11-23", {"format": "%d/%m/%Y"}),
        ("2026-02-30", {}),
        (20261123, {}),
        (["2026-11-23"], {}),
        ("9999-12-31T23:59:59", {"timezone": "America/New_York"}),
    ],
)
def test_timestamp_that_is_none_is_unreadable(value: Any, spec: dict[str, Any]) -> None:
    assert read(value, type="timestamp", **spec) == ("", ["f"])


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (
            {"select": "$.customfields[?@.name == 'CFStartDate'].value", "type": "timestamp"},
            "2026-11-23T08:00:00+00:00",
        ),
        ({"select": "$.customfields[?@.name == 'CFEmail'].value"}, "a@x.test"),
        ({"select": "$.customfields[?@.primary == true].value"}, "b@x.test"),
        ({"select": "$.customfields[?@.name == 'CFEmail'].value", "pick": "last"}, "b@x.test"),
        ({"select": "$.customfields[?@.name == 'CFEmail'].value", "pick": "join"}, "a@x.test;b@x.test"),
        ({"select": "$.customfields[?@.name == 'CFEmail'].value", "pick": "all"}, '["a@x.test", "b@x.test"]'),
        ({"select": "$.customfields[?@.name == 'CFNothing'].value"}, ""),
        ({"select": "$.customfields[?@.name == 'CFNothing'].value", "default": "none"}, "none"),
        ({"select": "$.customfields[?@.name == 'Other'].value", "pick": "all"}, ""),
        ({"select": "$.customfields[?@.name == 'Other'].value", "type": "number", "default": "7.0"}, "7"),
        ({"select": "$.customfields[0].value.deeper"}, ""),
    ],
)
def test_selector_picks(spec: dict[str, Any], text: str) -> None:
    assert RecordReader({"f": FieldSpec(**spec)}).read(CUSTOM) == ({"f": text}, [])


def test_selector_finds_nothing_in_null_custom_fields() -> None:
    """Lists of HaloITSM say ``customfields: null``."""
    spec = FieldSpec(select="$.customfields[?@.name == 'CFEmail'].value")
    assert RecordReader({"f": spec}).read({"customfields": None}) == ({"f": ""}, [])


@pytest.mark.parametrize(
    ("pick", "text"), [("first", "x"), ("last", "z"), ("join", "x;2;z"), ("all", '["x", "2", "z"]')]
)
def test_array_is_picked_from(pick: str, text: str) -> None:
    assert read(["x", None, 2.0, " ", "z"], type="array", pick=pick) == (text, [])


def test_array_takes_a_single_value_for_a_list() -> None:
    assert read("x", type="array", pick="all") == ('["x"]', [])


def test_one_bad_field_does_not_spoil_the_others() -> None:
    reader = RecordReader({"id": FieldSpec(type="number"), "end": FieldSpec(type="timestamp"), "name": FieldSpec()})
    assert reader.read({"id": "x", "end": "y", "name": "Ann"}) == ({"id": "", "end": "", "name": "Ann"}, ["id", "end"])


def test_half_a_surrogate_pair_is_unreadable() -> None:
    """JSON may say it, UTF-8 cannot: neither the directory nor the store could take it."""
    assert read(json.loads('"\\ud800"')) == ("", ["f"])


def test_too_deep_a_record_is_unreadable() -> None:
    deep: dict[str, Any] = {}
    for _ in range(300):
        deep = {"x": deep}
    assert RecordReader({"f": FieldSpec(select="$..y")}).read(deep) == ({"f": ""}, ["f"])


@pytest.mark.parametrize("spec", [{}, {"select": "$.f"}, {"type": "array"}])
def test_too_deep_a_value_is_no_text(spec: dict[str, Any]) -> None:
    value: Any = "x"
    for _ in range(99):
        value = [value]
    assert read(value, **spec)[1] == []
    assert read([[value]], **spec) == ("", ["f"])


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        ("N/A", {"nulls": ["n/a"]}, ""),
        (" n/A\0", {"nulls": ["N/A "]}, ""),
        ("N/A", {"nulls": ["n/a"], "default": "none"}, "none"),
        ("N/A.", {"nulls": ["n/a"]}, "N/A."),
        (-1, {"nulls": ["-1"], "type": "number"}, ""),
        ("-1.0", {"nulls": ["-1"], "type": "number"}, ""),
        ("unknown", {"nulls": ["UNKNOWN"], "type": "number"}, ""),
        ("unknown", {"nulls": ["UNKNOWN"], "type": "timestamp"}, ""),
        ("2099-01-01", {"nulls": ["2099-01-01"], "type": "timestamp"}, ""),
        ("2099-01-01T00:00", {"nulls": ["2099-01-01"], "type": "timestamp"}, "2099-01-01T00:00:00+00:00"),
        (["a", "-", None, "b"], {"nulls": ["-"], "type": "array", "pick": "join"}, "a;b"),
        (False, {"nulls": ["false"]}, ""),
        ("1975-04-12", {"type": "timestamp", "null_before": None}, "1975-04-12T00:00:00+00:00"),
        ("1975-04-12", {"type": "timestamp", "null_before": "1901-01-01"}, "1975-04-12T00:00:00+00:00"),
        ("1900-12-31T23:00", {"type": "timestamp", "null_before": "1901-01-01"}, ""),
        # The day as it is written, not that of UTC.
        ("1981-01-01", {"type": "timestamp", "timezone": "Asia/Tokyo"}, "1980-12-31T15:00:00+00:00"),
        ("1980-12-31T23:00-05:00", {"type": "timestamp"}, ""),
        ("0001-01-01", {"type": "timestamp", "null_before": None}, "0001-01-01T00:00:00+00:00"),
    ],
)
def test_what_means_none_is_empty(value: Any, spec: dict[str, Any], text: str) -> None:
    assert read(value, **spec) == (text, [])


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"pick": "join", "separator": ", "}, "x, y"),
        ({"pick": "join", "separator": ", ", "select": "$.f[*]"}, "x, y"),
        ({"pick": "all", "select": "$.none[*]", "default": "z"}, '["z"]'),
        ({"pick": "join", "select": "$.none[*]", "default": "z"}, "z"),
    ],
)
def test_array_is_joined_or_listed(spec: dict[str, Any], text: str) -> None:
    assert read(["x", None, "y"], type="array", **spec) == (text, [])


def test_default_must_fit_the_datatype() -> None:
    with pytest.raises(ValueError, match=r"^default of start does not fit its type timestamp: "):
        RecordReader({"start": FieldSpec(type="timestamp", default="soon")})


@pytest.mark.parametrize(
    ("spec", "field", "problem"),
    [
        ({"select": "$.a[?"}, "select", "is not an RFC 9535 JSONPath (unexpected end of expression): '$.a[?'"),
        ({"select": "a.b"}, "select", "is not an RFC 9535 JSONPath (expected 'TOKEN_ROOT', found 'TOKEN_NAME'): 'a.b'"),
        ({"type": "timestamp", "timezone": "Berlin"}, "timezone",
         "is not an IANA timezone such as Europe/Berlin: 'Berlin'"),
        ({"type": "timestamp", "timezone": "Europe"}, "timezone",
         "is not an IANA timezone such as Europe/Berlin: 'Europe'"),
        ({"type": "timestamp", "timezone": "../etc"}, "timezone",
         "is not an IANA timezone such as Europe/Berlin: '../etc'"),
        ({"type": "timestamp", "format": "dd/MM/yyyy"}, "format",
         "must tell year, month and day, as %d/%m/%Y does: 'dd/MM/yyyy'"),
        ({"type": "timestamp", "format": "%d/%m"}, "format",
         "must tell year, month and day, as %d/%m/%Y does: '%d/%m'"),
        ({"type": "timestamp", "format": "%-d/%m/%Y"}, "format",
         "is not a strptime format ('-' is a bad directive in format '%-d/%m/%Y'): '%-d/%m/%Y'"),
        ({"type": "text", "format": "%d/%m/%Y"}, None, "format belongs to type timestamp; the type is text"),
        ({"type": "number", "timezone": "UTC"}, None, "timezone belongs to type timestamp; the type is number"),
        ({"select": "$.a[?match(@.b, '(')]"}, "select",
         "a pattern in it is not a regular expression (missing ): (): '('"),
        ({"type": "array", "separator": ","}, None, "separator belongs to pick join; pick is first"),
        ({"null_before": "1900-01-01"}, None, "null_before belongs to type timestamp; the type is text"),
        ({"type": "timestamp", "null_before": "soon"}, "null_before",
         "must be a date such as 1981-01-01, or null: 'soon'"),
        ({"type": "timestamp", "null_before": 1981}, "null_before",
         "must be a date such as 1981-01-01, or null: '1981'"),
        ({"jsonpath": "$.a"}, None,
         "unknown key; allowed: default, format, null_before, nulls, pick, select, separator, timezone, type"),
    ],
)  # fmt: skip
def test_field_refuses(spec: dict[str, Any], field: str | None, problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        FieldSpec(**spec)
    first = refused.value.errors()[0]
    assert first["loc"] == ((field,) if field else ())
    assert first["msg"].removeprefix("Value error, ") == problem


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.datetimes().map(str),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part, max_size=3),
    max_leaves=8,
)
EVERY_KIND = RecordReader(
    {
        "text": FieldSpec(select="$.f"),
        "number": FieldSpec(select="$.f", type="number"),
        "timestamp": FieldSpec(select="$.f", type="timestamp", timezone="America/New_York"),
        "odd": FieldSpec(select="$.f", type="timestamp", format="%d/%m/%Y"),
        "array": FieldSpec(select="$.f[*]", type="array", pick="all"),
        "deep": FieldSpec(select="$..value", pick="join"),
        "f": FieldSpec(type="array", pick="join"),
    }
)


@given(ANYTHING)
def test_reader_takes_any_json(value: Any) -> None:
    """Every field comes out as text that UTF-8 can hold; what does not fit is named and empty."""
    values, unreadable = EVERY_KIND.read({"f": value})
    assert list(values) == ["text", "number", "timestamp", "odd", "array", "deep", "f"]
    assert all(values[name] == "" for name in unreadable)
    assert "".join(values.values()).encode().decode() == "".join(values.values())


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40, places=6))
def test_number_text_is_exact_and_its_own_spelling(number: Decimal) -> None:
    text = number_text(str(number))
    assert Decimal(text) == number
    assert number_text(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_plain_text_is_its_own_spelling(text: str) -> None:
    assert plain_text(plain_text(text)) == plain_text(text)


@given(st.datetimes(min_value=datetime(1981, 1, 2)))  # noqa: DTZ001 (HaloITSM's are naive)
def test_timestamp_text_is_its_own_spelling(moment: datetime) -> None:
    text = read(moment.isoformat(), type="timestamp")
    assert read(text[0], type="timestamp", timezone="Asia/Tokyo") == text
