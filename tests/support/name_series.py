"""Naming formats of tests, and the series of names that they give."""

from collections.abc import Iterator
from itertools import count, islice, takewhile
from typing import Any

from lifecycle.language.names.compiled import compile_format
from lifecycle.language.names.naming import NamingFormat, OnClash
from lifecycle.language.names.series import Series
from lifecycle.language.vocabulary import Vocabulary
from tests.support.world import MOMENT

FIRST, LAST = {"field": "u.first"}, {"field": "u.last"}
INITIAL = {"field": "u.first", "word": "first", "first": 1}
ACCOUNT: dict[str, Any] = {
    "alternatives": [[INITIAL, LAST], [{"field": "u.first", "word": "first"}, LAST]],
    "case": "lower", "transliterate": True, "spaces": False, "max_length": 20, "remove": "'.-,#\" ",
}  # fmt: skip


def series(
    spec: dict[str, Any], person: dict[str, str], attribute: str = "", on_clash: OnClash = "next_then_counter",
    seed: str = "7",
) -> Series:  # fmt: skip
    one = NamingFormat.model_validate({"name": "one", **spec})
    return compile_format(one, {}, Vocabulary(), attribute, on_clash).series(person, seed, MOMENT)


def every(one: Series) -> Iterator[str]:
    """All names of a series, in order."""
    return takewhile(bool, map(one.at, count()))


def row(first: str, last: str) -> dict[str, str]:
    return {"u.first": first, "u.last": last}


def names(spec: dict[str, Any], first: str, last: str, suffix: str = "", count: int = 3, **how: Any) -> list[str]:
    return list(islice(every(series({**spec, "suffix": suffix}, row(first, last), **how)), count))
