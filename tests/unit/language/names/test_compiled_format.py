"""Formats that choose by conditions, and what a compiled format knows of its fields and suffix."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from lifecycle.language.macros.template import MacroError
from lifecycle.language.names.compiled import CompiledFormat, compile_format
from lifecycle.language.names.naming import NamingFormat
from lifecycle.language.vocabulary import Vocabulary
from tests.support.world import MOMENT, naming

WORDS = Vocabulary(env={"domain": "corp.test", "site": "north"})
STAFF = naming("staff", [[{"field": "u.last"}]], case="lower")
GUEST = naming("guest", [[{"text": "x-"}, {"macro": "%src.u.nick%"}]], suffix=".%env.site%")
BY_KIND: dict[str, Any] = {
    "name": "by-kind",
    "cases": [
        {"when": {"field": "u.kind", "operator": "is", "value": "guest"}, "use": "guest"},
        {"when": {"field": "u.site", "operator": "in", "value": ["south", "east"]}, "use": "staff"},
        {"when": {"field": "u.site", "operator": "empty"}, "use": "guest"},
    ],
    "default": "staff",
}


def compiled(one: NamingFormat | dict[str, Any], attribute: str = "") -> CompiledFormat:
    known = {each.name: each for each in (STAFF, GUEST)}
    return compile_format(NamingFormat.model_validate(one), known, WORDS, attribute)


@pytest.mark.parametrize(
    ("kind", "site", "name"),
    [
        ("Guest", "south", "x-Zed.north"),
        ("", "South", "smith"),
        ("", "", "x-Zed.north"),
        ("staff", "west", "smith"),
    ],
)
def test_the_first_case_that_holds_is_taken_else_the_default(kind: str, site: str, name: str) -> None:
    row = {"u.kind": kind, "u.site": site, "u.last": "Smith", "u.nick": "Zed"}
    series = compiled(BY_KIND).series(row, "7", MOMENT)

    assert series.at(0) == name
    assert series.admits(name)
    assert not series.admits({"smith": "x-Zed.north"}.get(name, "smith"))


def test_a_format_knows_all_fields_that_it_may_read() -> None:
    assert compiled(STAFF).fields == {"u.last"}
    assert compiled(GUEST).fields == {"u.nick"}
    assert compiled(BY_KIND).fields == {"u.kind", "u.site", "u.last", "u.nick"}


@pytest.mark.parametrize(
    ("suffix", "problem"),
    [
        ("@%src.u.last%", "only %env.…% macros may stand here"),
        ("@%env.none%", "unknown setting env.none; known: domain, site"),
    ],
)
def test_a_suffix_is_the_same_for_everybody(suffix: str, problem: str) -> None:
    with pytest.raises(MacroError) as refused:
        compiled(STAFF.model_copy(update={"suffix": suffix}))
    assert str(refused.value) == problem


def test_a_case_that_uses_no_format_is_refused() -> None:
    with pytest.raises(KeyError):
        compiled({**BY_KIND, "default": "none"})


def test_a_compiled_format_can_be_sent_to_another_process() -> None:
    one = compiled(BY_KIND)
    row = {"u.kind": "guest", "u.site": "", "u.last": "Smith", "u.nick": "Zed"}
    again = pickle.loads(pickle.dumps(one))  # noqa: S301 (our own)
    assert again.series(row, "7", MOMENT).at(1) == one.series(row, "7", MOMENT).at(1) == "x-Zed2.north"
