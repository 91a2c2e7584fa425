"""Suggestions for names that do not exist."""

import pytest

from lifecycle.language.nearest import instead, nearest

KNOWN = ["lower", "upper", "lookup", "Mail"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("lowr", "lower"), ("LOWER", "lower"), ("mail", "Mail"), ("lokup", "lookup"), ("xyz", None), ("", None),
     ("lower" * 30, None)],
)  # fmt: skip
def test_nearest_is_what_was_meant(name: str, meant: str | None) -> None:
    assert nearest(name, KNOWN) == meant


def test_instead_suggests_or_lists() -> None:
    assert instead("lowr", KNOWN, "%fx.{}%") == "did you mean %fx.lower%?"
    assert instead("xyz", KNOWN) == "known: Mail, lookup, lower, upper"
    assert instead("xyz", []) == "known: none"
