"""Fields from sample records."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.language.fields.field import FieldSpec
from lifecycle.language.fields.inference import infer_fields
from lifecycle.language.fields.record import RecordReader


def inferred(*samples: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a file would say of each field."""
    return {name: spec.model_dump(mode="json", exclude_defaults=True) for name, spec in infer_fields(samples).items()}


def of_values(*values: Any) -> dict[str, Any]:
    return inferred(*({"f": value} for value in values))["f"]


TIMESTAMP = {"type": "timestamp"}


@pytest.mark.parametrize(
    ("values", "spec"),
    [
        (["Ann", "Bo"], {}),
        ([True, None], {}),
        ([None, ""], {}),
        ([5, 5.5, None], {"type": "number"}),
        ([0], {"type": "number"}),
        ([5, "5"], {}),
        ([5, True], {}),
        (["0042"], {}),
        (["20261123"], {}),
        (["2026"], {}),
        (["2026-11-23", "2026-11-23T08:00:00Z", "", None], TIMESTAMP),
        (["2026-11-23T08:00:00.1234567"], TIMESTAMP),
        (["2026-11-23", 5], {}),
        (["2026-11-23", "soon"], {}),
        (["2026-W48-1"], {}),
        (["2026-02-30"], {}),
        (["23/11/2026", "01/02/2026"], TIMESTAMP | {"format": "%d/%m/%Y"}),
        (["11/23/2026", "01/02/2026"], TIMESTAMP | {"format": "%m/%d/%Y"}),
        (["01/02/2026", "05/05/2026"], {}),
        (["23/11/2026", "11/23/2026"], {}),
        (["23.11.2026 08:30"], TIMESTAMP | {"format": "%d.%m.%Y %H:%M"}),
        (["11/23/2026 8:30 PM"], TIMESTAMP | {"format": "%m/%d/%Y %I:%M %p"}),
        (["2026/11/23"], TIMESTAMP | {"format": "%Y/%m/%d"}),
        (["23 Nov 2026"], TIMESTAMP | {"format": "%d %b %Y"}),
        (["November 23, 2026"], TIMESTAMP | {"format": "%B %d, %Y"}),
        (["23/11/26"], {}),
        # What programs write for none.
        (["1900-01-01T00:00:00", "2026-11-23T08:00:00"], TIMESTAMP),
        (["01/01/1900", "23/11/2026"], TIMESTAMP | {"format": "%d/%m/%Y"}),
        (["1900-01-01T00:00:00"], TIMESTAMP),
        (["2026-11-23", "N/A", " - "], TIMESTAMP | {"nulls": ["-", "n/a"]}),
        (["N/A"], {}),
        # Birthdays.
        (["1975-04-12", "1990-01-01"], TIMESTAMP | {"null_before": None}),
        (["1975-04-12", "1900-01-01"], TIMESTAMP | {"null_before": "1900-01-02"}),
        (["1965-04-12", "1970-01-01"], TIMESTAMP | {"null_before": None}),
        # Lists.
        ([["a", "b"], [], None], {"type": "array", "pick": "join"}),
        ([[]], {"type": "array", "pick": "join"}),
        ([["a"], "b"], {}),
        ([[{"id": 1, "value": "a"}]], {"type": "array", "pick": "join", "select": "$.f[*].value"}),
        ([[{"id": 1, "name": "a"}], [{"x": "b"}]], {"type": "array", "pick": "join", "select": "$.f[*].name"}),
        ([[{"b": 1, "a": 2}]], {"type": "array", "pick": "join", "select": "$.f[*].a"}),
        ([[{"b": {"c": 1}}]], {"type": "array", "pick": "join", "select": "$.f[*]"}),
        ([[{"value": {"c": 1}, "Id": 7}]], {"type": "array", "pick": "join", "select": "$.f[*].Id"}),
        ([[{"value": "a", "isPrimary": True}, {"value": "b"}]],
         {"type": "array", "select": "$.f[?@.isPrimary == true].value"}),
        ([[{"value": "a", "primary": "yes"}]], {"type": "array", "pick": "join", "select": "$.f[*].value"}),
        ([[{"value": "a"}, "b"]], {"type": "array", "pick": "join"}),
        ([{}], {}),
        ([{"a": 1}, "x"], {}),
    ],
)  # fmt: skip
def test_values_tell_the_field(values: list[Any], spec: dict[str, Any]) -> None:
    assert of_values(*values) == spec
    assert of_values(*reversed(values)) == spec


def test_nested_objects_become_fields_of_their_own() -> None:
    sample = {
        "address": {"city": "Bern", "post code": "3000", "geo": {"lat": 1.5, "deep": {"deeper": {"x": 1}}}},
        "phones": {"all": ["1"], "main": [{"number": "2"}]},
    }
    assert inferred(sample, {"address": None}, {"address": {"since": "2026-11-23"}}) == {
        "address_city": {"select": "$.address.city"},
        "address_geo_deep_deeper": {"select": "$.address.geo.deep.deeper"},
        "address_geo_lat": {"type": "number", "select": "$.address.geo.lat"},
        "address_post_code": {"select": "$.address['post code']"},
        "address_since": {"type": "timestamp", "select": "$.address.since"},
        "phones_all": {"type": "array", "pick": "join", "select": "$.phones.all[*]"},
        "phones_main": {"type": "array", "pick": "join", "select": "$.phones.main[*].number"},
    }


def test_custom_fields_become_fields_by_their_names() -> None:
    """HaloITSM's, of which a person has some."""
    samples = [
        {
            "customfields": [
                {"id": 1, "name": "CFStart", "value": "2026-11-23T08:00:00"},
                {"name": "CFDesk", "value": 7},
            ]
        },
        {"customfields": [{"name": "CFDesk", "value": None}, {"name": "It's", "value": "x"}]},
        {"customfields": None},
    ]
    assert inferred(*samples) == {
        "customfields_CFDesk": {"type": "number", "select": "$.customfields[?@.name == 'CFDesk'].value"},
        "customfields_CFStart": {"type": "timestamp", "select": "$.customfields[?@.name == 'CFStart'].value"},
        "customfields_It_s": {"select": "$.customfields[?@.name == 'It\\'s'].value"},
    }
    values, unreadable = RecordReader(infer_fields(samples)).read(samples[1])
    assert (values["customfields_It_s"], unreadable) == ("x", [])


@pytest.mark.parametrize(
    "items",
    [
        [{"name": "a", "value": 1}, {"name": "a", "value": 2}],
        [{"name": "a", "value": 1}, {"name": "b"}],
        [{"name": "a", "value": 1}, {"name": 5, "value": 1}],
        [{"name": str(number), "value": 1} for number in range(201)],
    ],
)
def test_names_that_do_not_tell_values_apart_are_none(items: list[dict[str, Any]]) -> None:
    assert of_values(items) == {"type": "array", "pick": "join", "select": "$.f[*].value"}


def test_names_can_be_spoken_of_by_macros() -> None:
    sample = {
        "First Name": "a",
        "First.Name": "b",
        "First_Name": "c",
        "-": "d",
        "ß": [1],
        "a": {"b": 1},
        "a_b": 2,
        "": 3,
    }
    assert inferred(sample) == {
        "First_Name": {},
        "First_Name_2": {"select": "$['First Name']"},
        "First_Name_3": {"select": "$['First.Name']"},
        "_": {"type": "number", "select": "$['']"},
        "__2": {"select": "$['-']"},
        "__3": {"type": "array", "pick": "join", "select": "$['ß'][*]"},
        "a_b": {"type": "number"},
        "a_b_2": {"type": "number", "select": "$.a.b"},
    }


def test_what_no_datatype_reads_is_left_out() -> None:
    assert inferred(
        {"nan": float("nan"), "half": "\ud800", "many": 10**200, "\ud800": 1, "\x1f": 1, "\n": 1, "ok": 1}
    ) == {
        "_": {"type": "number", "select": "$['\\n']"},
        "ok": {"type": "number"},
    }


def test_timestamp_that_some_zone_cannot_tell_is_text() -> None:
    assert of_values("9999-12-31T23:59:59-05:00", "2026-11-23") == {}


def test_nobody_has_no_fields() -> None:
    assert infer_fields([]) == infer_fields([{}]) == {}


def test_null_before_is_a_day() -> None:
    (spec,) = infer_fields([{"born": "1975-04-12"}, {"born": "1900-01-01"}]).values()
    assert spec == FieldSpec(type="timestamp", null_before=date(1900, 1, 2))  # type: ignore[arg-type]


KEYS = st.sampled_from(["a", "b", "name", "value", "primary", "a b", "A-b", "'", "\\", "é", ""]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=3
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e90, max_value=1e90).filter(
        lambda one: abs(one) > 1e-90 or not one
    )
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
    | st.dates().map(lambda day: day.isoformat())
    | st.dates(date(1899, 12, 30)).map(lambda day: day.strftime("%d/%m/%Y"))
    | st.datetimes().map(lambda point: point.isoformat())
    | st.sampled_from(
        ["", " ", "N/A", "-", "1900-01-01T00:00:00", "9999-12-31T23:59:59-05:00", "0001-01-01T00:00+05:00"]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(KEYS, part, max_size=3)
        | st.lists(st.fixed_dictionaries({"name": st.sampled_from("xyz"), "value": part}), max_size=3)
        | st.lists(st.fixed_dictionaries({"value": part}, optional={"primary": st.booleans()}), max_size=3)
    ),
    max_leaves=6,
)
SAMPLES = st.lists(st.dictionaries(KEYS, VALUES, max_size=4), max_size=4)


@settings(deadline=None)  # a loaded machine is no fault
@given(SAMPLES)
def test_every_inferred_field_reads_every_sample(samples: list[dict[str, Any]]) -> None:
    fields = infer_fields(samples)
    reader = RecordReader(fields)
    assert [reader.read(sample)[1] for sample in samples] == [[]] * len(samples)
    assert list(fields) == sorted(fields)


@settings(deadline=None)  # a loaded machine is no fault
@given(SAMPLES, st.randoms())
def test_order_of_samples_and_keys_does_not_matter(samples: list[dict[str, Any]], random: Any) -> None:
    other: Sequence[dict[str, Any]] = [dict(random.sample(list(one.items()), len(one))) for one in samples]
    other = random.sample(other, len(other))
    assert list(infer_fields(other).items()) == list(infer_fields(samples).items())
