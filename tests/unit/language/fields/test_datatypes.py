"""Values of one datatype each: how they are read, in which one spelling they are written, and what is none."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.language.fields.scalar import number_text, plain_text
from tests.support.read_values import read


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
