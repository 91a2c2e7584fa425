"""JSONPaths that users write: RFC 9535, with regular expressions in linear time; and places in answers."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.language.fields.json_path import JsonPath
from lifecycle.language.fields.selector import MISSING, Selector

PEOPLE = [{"name": "anna"}, {"name": "bo"}, {"name": "a\nna"}, {"name": 7}]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("$[?match(@.name, 'an+a')].name", ["anna"]),
        ("$[?match(@.name, 'n')].name", []),
        ("$[?search(@.name, 'n')].name", ["anna", "a\nna"]),
        ("$[?search(@.name, '^b')].name", ["bo"]),
        ("$[?search(@.name, @.other)].name", []),
        ("$[?@.name == 7].name", [7]),
        ("$[-1].name", [7]),
    ],
)
def test_json_path_finds_in_order(path: str, names: list[Any]) -> None:
    assert JsonPath(path).found(PEOPLE) == names


def test_json_path_takes_linear_time_for_any_expression() -> None:
    """A backtracking matcher would not come back from this."""
    assert JsonPath("$[?match(@, '(a+)+b')]").found(["a" * 50_000]) == []


@pytest.mark.parametrize("document", ["text", 5, None, True])
def test_json_path_finds_nothing_in_what_is_no_structure(document: Any) -> None:
    assert JsonPath("$").found(document) == []


@pytest.mark.parametrize("path", ["", "a", " $", "$ ", "$[", "$.a[?", "$.a | $.b", "$[?@.a=~'x']", "$[?nothing(@)]"])
def test_json_path_refuses_what_is_none(path: str) -> None:
    with pytest.raises(ValueError, match="is not an RFC 9535 JSONPath"):
        JsonPath(path)


@given(st.text(max_size=40).map(lambda text: "$" + text))
def test_json_path_is_made_or_refused_cleanly(text: str) -> None:
    try:
        path = JsonPath(text)
    except ValueError as error:
        told = str(error)
        assert told.startswith("is not")
    else:
        assert pickle.loads(pickle.dumps(path)).text == text  # noqa: S301  (our own bytes)


@pytest.mark.parametrize(
    ("text", "answer", "value"),
    [
        ("users", {"users": None}, None),
        ("users", {"people": []}, MISSING),
        ("users", [1], MISSING),
        ("a.b", {"a.b": 1, "a": {"b": 2}}, 1),
        ("$.a.b", {"a.b": 1, "a": {"b": 2}}, 2),
        ("$['a.b']", {"a.b": 1}, 1),
        ("$.a[1]", {"a": [1]}, MISSING),
        ("$.a[-1]", {"a": [1, 2]}, 2),
        ("$.a", "text", MISSING),
        ("$", "text", "text"),
    ],
)
def test_selector_reads_one_place(text: str, answer: Any, value: Any) -> None:
    assert Selector(text).read(answer) == value


@pytest.mark.parametrize("text", ["$.a[*]", "$..a", "$.a[0,1]", "$.a[0:2]", "$.a[?@.b]"])
def test_selector_refuses_what_may_lead_to_several_places(text: str) -> None:
    with pytest.raises(ValueError, match="must lead to one place"):
        Selector(text)
