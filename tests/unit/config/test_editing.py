"""Values are set in the text of a YAML file, and every other character stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.config.documents.document import Document
from lifecycle.config.documents.editing import UneditableError, with_values

NUMBER = {"type": "number"}
DATE = {"type": "timestamp", "format": "%d/%m/%Y"}


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ("draft: true   # why\n", {("draft",): False}, "draft: false   # why\n"),
        ("a: 1\ndraft: True", {("draft",): False}, "a: 1\ndraft: false"),
        ("f:\n  a: {}  # x\n", {("f", "a"): NUMBER}, "f:\n  a: {type: number}  # x\n"),
        ("f:\n  a: { }\n", {("f", "a"): NUMBER}, "f:\n  a: {type: number}\n"),
        (
            'f:\n  a: {select: "$.x"}\n',
            {("f", "a"): {**NUMBER, "select": "$.x"}},
            'f:\n  a: {type: number, select: "$.x"}\n',
        ),
        (
            "f:\n  a: { select: '$.x' }\n",
            {("f", "a"): {**NUMBER, "select": "$.x"}},
            "f:\n  a: { type: number, select: '$.x' }\n",
        ),
        (
            "f:\n  a: {type: text, pick: last}\n",
            {("f", "a"): {**NUMBER, "pick": "last"}},
            "f:\n  a: {type: number, pick: last}\n",
        ),
        ('f:\n  a: {type: "text"}\n', {("f", "a"): NUMBER}, "f:\n  a: {type: number}\n"),
        ("f:\n  a: {type: timestamp, format: '%d'}\n", {("f", "a"): NUMBER}, "f:\n  a: {type: number}\n"),
        ("f:\n  a: {format: '%d', type: timestamp}\n", {("f", "a"): NUMBER}, "f:\n  a: {type: number}\n"),
        ("f:\n  a: {}\n", {("f", "a"): DATE}, "f:\n  a: {type: timestamp, format: '%d/%m/%Y'}\n"),
        (
            "f:\n  a:   # the a\n    # where\n    select: $.x  # here\n",
            {("f", "a"): {**DATE, "select": "$.x"}},
            "f:\n  a:   # the a\n    type: timestamp\n    format: '%d/%m/%Y'\n    # where\n    select: $.x  # here\n",
        ),
        (
            "f:\n    a:\n        type: timestamp\n        format: '%d'   # gone\n        pick: last\n",
            {("f", "a"): {**NUMBER, "pick": "last"}},
            "f:\n    a:\n        type: number\n        pick: last\n",
        ),
        (
            "f:\n  a: {}   # one\n\nz: 1\n",
            {("f", "b c"): NUMBER},
            "f:\n  a: {}   # one\n  b c: {type: number}\n\nz: 1\n",
        ),
        (
            "f:\n  a:\n    select: $.x   # deep\n# end\n",
            {("f", "b"): {}},
            "f:\n  a:\n    select: $.x   # deep\n  b: {}\n# end\n",
        ),
        ("f: {a: {}, c: {}}\n", {("f", "b"): NUMBER}, "f: {a: {}, c: {}, b: {type: number}}\n"),
        ("f:\n  a: {}", {("f", "on: off"): {}}, "f:\n  a: {}\n  'on: off': {}"),
        ("f:\r\n  a: {}\r\nz: 1\r\n", {("f", "b"): {}}, "f:\r\n  a: {}\r\n  b: {}\r\nz: 1\r\n"),
        (
            "f:\n  a: &w {}\n  b: *w   # same\n",
            {("f", "a"): NUMBER, ("f", "b"): NUMBER},
            "f:\n  a: &w {type: number}\n  b: *w   # same\n",
        ),
        ("f:\n  a: &w {}\n  b: *w   # not\n", {("f", "a"): NUMBER}, "f:\n  a: &w {type: number}\n  b: {}   # not\n"),
        ("f:\n  a: &w {}\n  b: *w   # own\n", {("f", "b"): NUMBER}, "f:\n  a: &w {}\n  b: {type: number}   # own\n"),
        (
            "f:\n  a: &w {pick: last}\n  b: {<<: *w, select: $.x}\n",
            {("f", "b"): {"pick": "last", "select": "$.x", **NUMBER}},
            "f:\n  a: &w {pick: last}\n  b: {type: number, <<: *w, select: $.x}\n",
        ),
        (
            "f:\n  a: &w {type: timestamp, format: '%d'}\n  b: {<<: *w}\n",
            {("f", "b"): NUMBER},
            "f:\n  a: &w {type: timestamp, format: '%d'}\n  b: {type: number}\n",
        ),
        ("f:\n  a: !!map {}\n", {("f", "a"): NUMBER}, "f:\n  a: !!map {type: number}\n"),
        (
            "f:\n  a:\n    select: |\n      $.x\n  b: {}\n",
            {("f", "a"): {**NUMBER, "select": "$.x\n"}},
            "f:\n  a:\n    type: number\n    select: |\n      $.x\n  b: {}\n",
        ),
    ],
)
def test_values_are_set_where_they_stand(before: str, changes: dict[tuple[str, ...], Any], after: str) -> None:
    assert with_values(before, changes) == after
    assert with_values(after, changes) == after


def test_a_value_that_is_so_already_changes_nothing() -> None:
    text = "f: {a: {type: 'number',   select: \"$.x\"}}   # as it is\n"
    assert with_values(text, {("f", "a"): {"select": "$.x", "type": "number"}}) == text


def test_what_cannot_be_done_is_refused() -> None:
    with pytest.raises(UneditableError, match=r"f\.b cannot be changed where it stands"):
        with_values("f: {}\n", {("f", "b"): {}})


NAMES = st.text("abc xyz", min_size=1, max_size=6).map(str.strip).filter(bool)
SPECS = st.dictionaries(
    st.sampled_from(["type", "select", "pick", "format"]), st.text("a$.'\"#: %-", max_size=8), max_size=3
)


@given(st.dictionaries(NAMES, SPECS, min_size=1, max_size=5), st.dictionaries(NAMES, SPECS, max_size=4), st.booleans())
def test_any_fields_are_set_and_no_others(
    there: dict[str, dict[str, str]], wanted: dict[str, dict[str, str]], in_block: bool
) -> None:
    pairs = [f"{json.dumps(name)}: {json.dumps(spec)}" for name, spec in there.items()]
    lines = "".join(f"\n  {pair}  # x" for pair in pairs) if in_block else " {" + ", ".join(pairs) + "}"
    text = f"# top\ndraft: true # x\nfields:{lines}\n# end\n"
    assert Document(text).value["fields"] == there
    changed = with_values(text, {("fields", name): spec for name, spec in wanted.items()})
    assert Document(changed).value == {"draft": True, "fields": {**there, **wanted}}
    assert changed.startswith("# top\ndraft: true # x\nfields:")
    assert changed.endswith("# end\n")
