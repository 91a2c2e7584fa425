"""Filters over frames, held against a reference that looks at one row at a time."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from lifecycle.language.filter import Filter, fields_of, mask

FILTERS: TypeAdapter[Filter] = TypeAdapter(Filter)
PEOPLE = pd.DataFrame(
    {"u.name": ["Ann", "ann", "Bob", "", "Straße"], "u.site": ["North", "South", "", "", "north-east"]},
    index=["5", "3", "9", "1", "2"],
    dtype="str",
)


def condition(operator: str, value: Any = None, field: str = "u.name") -> dict[str, Any]:
    return {"field": field, "operator": operator, **({} if value is None else {"value": value})}


@pytest.mark.parametrize(
    ("given_filter", "keys"),
    [
        (condition("is", "ANN"), "53"),
        (condition("is", "STRASSE"), "2"),
        (condition("is_not", "ann"), "912"),
        (condition("in", ["bob", "STRASSE"]), "92"),
        (condition("not_in", ["bob", "ann"]), "12"),
        (condition("contains", "N"), "53"),
        (condition("contains", "."), ""),
        (condition("not_contains", "n"), "912"),
        (condition("starts_with", "A"), "53"),
        (condition("ends_with", "B"), "9"),
        (condition("empty"), "1"),
        (condition("not_empty"), "5392"),
        ({"all": [condition("not_empty"), condition("empty", field="u.site")]}, "9"),
        ({"any": [condition("empty"), condition("starts_with", "north", "u.site")]}, "512"),
        ({"not": condition("is", "ann")}, "912"),
        ({"all": [{"any": [condition("is", "ann"), condition("is", "bob")]}, {"not": condition("is", "bob")}]}, "53"),
    ],
)
def test_mask_finds(given_filter: dict[str, Any], keys: str) -> None:
    found = mask(FILTERS.validate_python(given_filter), PEOPLE)
    assert found.dtype == bool
    assert "".join(PEOPLE.index[found]) == keys


def test_mask_of_nobody_is_empty() -> None:
    nested = FILTERS.validate_python({"all": [condition("is", "a"), {"not": {"any": [condition("empty")]}}]})
    found = mask(nested, PEOPLE.iloc[:0])
    assert (found.dtype, len(found)) == (bool, 0)


def test_mask_needs_its_columns() -> None:
    with pytest.raises(KeyError, match=r"u\.nowhere"):
        mask(FILTERS.validate_python(condition("empty", field="u.nowhere")), PEOPLE)


def test_filter_knows_its_fields() -> None:
    nested = {"all": [condition("empty", field="a"), {"any": [{"not": condition("empty", field="b")}]}]}
    assert fields_of(FILTERS.validate_python(nested)) == {"a", "b"}


@pytest.mark.parametrize(
    ("given_filter", "problem"),
    [
        (condition("is"), "operator is needs a value"),
        (condition("empty", "x"), "operator empty takes no value"),
        (condition("in", "x"), "operator in takes a list"),
        (condition("is", ["x"]), "operator is takes one value, not a list"),
        (condition("contains", ""), "operator contains needs a value that is not empty; see empty and not_empty"),
        (condition("in", []), "operator in needs a value that is not empty; see empty and not_empty"),
        (condition("in", ["a", ""]), "operator in needs a value that is not empty; see empty and not_empty"),
        (condition("is", True), 'must be text or a list of texts, in quotes where YAML reads it otherwise: "True"'),
        (condition("in", [1]), 'must be text or a list of texts, in quotes where YAML reads it otherwise: "1"'),
        ({"all": []}, "Tuple should have at least 1 item after validation, not 0"),
        ({"any": []}, "Tuple should have at least 1 item after validation, not 0"),
        ({"all": [condition("empty")], "any": []}, "unknown key; allowed: all"),
        ({"nor": []}, "unknown key; allowed: field, operator, value"),
        ({"not_": condition("empty")}, "unknown key; allowed: field, operator, value"),
    ],
)
def test_filter_refuses(given_filter: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        FILTERS.validate_python(given_filter)
    assert refused.value.errors()[0]["msg"].removeprefix("Value error, ") == problem


OPERATORS: dict[str, Callable[[str, Any], bool]] = {
    "is": lambda has, asked: has == asked,
    "is_not": lambda has, asked: has != asked,
    "in": lambda has, asked: has in asked,
    "not_in": lambda has, asked: has not in asked,
    "contains": lambda has, asked: asked in has,
    "not_contains": lambda has, asked: asked not in has,
    "starts_with": lambda has, asked: has[: len(asked)] == asked,
    "ends_with": lambda has, asked: has[-len(asked) :] == asked,
    "empty": lambda has, _: not has,
    "not_empty": lambda has, _: bool(has),
}


def holds(given_filter: dict[str, Any], row: dict[str, str]) -> bool:
    """The same filter, read off the documentation for one row."""
    if "all" in given_filter:
        return all(holds(one, row) for one in given_filter["all"])
    if "any" in given_filter:
        return any(holds(one, row) for one in given_filter["any"])
    if "not" in given_filter:
        return not holds(given_filter["not"], row)
    value = given_filter.get("value", "")
    asked = [one.casefold() for one in value] if isinstance(value, list) else value.casefold()
    return OPERATORS[given_filter["operator"]](row[given_filter["field"]].casefold(), asked)


WORDS = st.text(st.sampled_from("aAbBßSs .*\\é"), max_size=3)
VALUES = WORDS.filter(bool)
FIELDS = st.sampled_from(["x", "y"])
CONDITIONS = st.one_of(
    st.fixed_dictionaries(
        {
            "field": FIELDS,
            "operator": st.sampled_from(["is", "is_not", "contains", "not_contains", "starts_with", "ends_with"]),
            "value": VALUES,
        }
    ),
    st.fixed_dictionaries(
        {
            "field": FIELDS,
            "operator": st.sampled_from(["in", "not_in"]),
            "value": st.lists(VALUES, min_size=1, max_size=3),
        }
    ),
    st.fixed_dictionaries({"field": FIELDS, "operator": st.sampled_from(["empty", "not_empty"])}),
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


@given(NESTED, st.lists(st.fixed_dictionaries({"x": WORDS, "y": WORDS}), max_size=5))
def test_mask_equals_looking_at_each_row(given_filter: dict[str, Any], rows: list[dict[str, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["x", "y"], dtype="str")
    assert mask(FILTERS.validate_python(given_filter), frame).tolist() == [holds(given_filter, row) for row in rows]
