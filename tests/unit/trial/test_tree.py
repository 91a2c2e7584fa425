"""An answer as a tree with datatypes."""

from __future__ import annotations

from typing import Any

import pytest

from lifecycle.trial.tree import DEEPEST, FIRST_ELEMENTS, MOST_CHILDREN, Branch, tree_of


def flat(branch: Branch, path: str = "") -> dict[str, str]:
    here = f"{path}/{branch.name}" if path else branch.name
    return {here: branch.told, **{key: told for one in branch.children for key, told in flat(one, here).items()}}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"a": "x"}, {"a": "Text"}),
        ({"a": 1, "b": 1.5}, {"a": "Number", "b": "Number"}),
        ({"c": True, "d": None, "e": ""}, {"c": "Text", "d": "Text", "e": "Text"}),
        ({"a": "2026-11-23T08:00:00Z"}, {"a": "Timestamp"}),
        ({"a": "23/11/2026"}, {"a": "Timestamp, %d/%m/%Y"}),
        ({"a": "03/04/2026"}, {"a": "Text"}),
        ({"a": {"b": {"c": 1}}}, {"a": "Object", "a/b": "Object", "a/b/c": "Number"}),
        ({"a": []}, {"a": "Array, 0 elements"}),
        ({"a": ["x", "y"]}, {"a": "Array, 2 elements", "a/[ ]": "Text"}),
        ({"a": [[1], [2, 3]]}, {"a": "Array, 2 elements", "a/[ ]": "Array, 2 elements", "a/[ ]/[ ]": "Number"}),
        ({"a": [{"b": 1}, {"c": "x"}]}, {"a": "Array, 2 elements", "a/b": "Number", "a/c": "Text"}),
        ({"a": [{"b": 1}, {"b": "x"}]}, {"a": "Array, 2 elements", "a/b": "Text"}),
        ({"a": [{"b": 1}, 2]}, {"a": "Array, 2 elements", "a/[ ]": "Text"}),
        (
            {"a": [{"b": [1]}, {"b": [1, 2, 3]}]},
            {"a": "Array, 2 elements", "a/b": "Array, 3 elements", "a/b/[ ]": "Number"},
        ),
    ],
)  # fmt: skip
def test_tree_says_the_datatype_of_every_field(answer: Any, told: dict[str, str]) -> None:
    assert flat(tree_of(answer)) == {"answer": "Object", **{f"answer/{key}": one for key, one in told.items()}}


def test_tree_of_a_list_has_its_count_and_the_fields_of_its_first_elements() -> None:
    answer = [{"id": number} for number in range(FIRST_ELEMENTS)] + [{"late": 1}] * 80
    assert flat(tree_of(answer)) == {"answer": f"Array, {FIRST_ELEMENTS + 80} elements", "answer/id": "Number"}


def test_tree_keeps_the_order_of_the_answer_and_cuts_samples() -> None:
    found = tree_of({"z": "x" * 500, "a": "two\nlines"})
    assert [(one.name, one.sample) for one in found.children] == [("z", "x" * 60 + "…"), ("a", "two lines")]


def test_tree_says_what_it_leaves_out() -> None:
    assert tree_of({str(n): n for n in range(MOST_CHILDREN + 7)}).left_out == 7
    deep: Any = {"end": 1}
    for _ in range(50):
        deep = {"in": deep}
    depth, one = 0, tree_of(deep)
    while one.children:
        depth, one = depth + 1, one.children[0]
    assert (depth, one.left_out) == (DEEPEST, 1)
