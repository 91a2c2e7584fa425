"""Reading records: where values stand, what one bad one spoils, and which fields are refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lifecycle.language.fields.field import FieldSpec
from lifecycle.language.fields.record import RecordReader
from tests.support.read_values import read

CUSTOM = {
    "customfields": [
        {"name": "CFStartDate", "value": "2026-11-23T08:00:00"},
        {"name": "CFEmail", "value": "a@x.test", "primary": False},
        {"name": "CFEmail", "value": "b@x.test", "primary": True},
        {"name": "CFNothing", "value": None},
    ]
}


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
