"""The line under an error: what is meant stays above its carets, whatever is cut or hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from commands.excerpt import excerpt
from lifecycle.config.documents.document import Document


def shown(text: str, line: int, column: int, span: int, width: int = 80) -> tuple[str, str]:
    """The line and the carets below it."""
    found = excerpt(Document(text, is_yaml=False), line, column, span, width)
    return found.text, " " * found.indent + "^" * found.width


@pytest.mark.parametrize(
    ("text", "place", "line", "carets"),
    [
        ("a: bcd", (1, 4, 3), "a: bcd", "   ^^^"),
        ("a:\tbcd", (1, 4, 3), "a: bcd", "   ^^^"),
        ("a: \x1b[31m", (1, 4, 1), "a: �[31m", "   ^"),
        ("名前: x", (1, 5, 1), "名前: x", "      ^"),
        ("a: 名前", (1, 4, 2), "a: 名前", "   ^^^^"),
        ("a: b", (1, 5, 1), "a: b", "    ^"),
        ("secret: abc", (1, 1, 6), "secret: •••", "^^^^^^"),
        ("{x: 1, api_key: abc}", (1, 8, 7), "{x: 1, api_key: ••••", "       ^^^^^^^"),
        ("password: |\n  hun: ter2", (2, 3, 3), "  •••• ••••", "  ^^^"),
        ("tokens:\n  password:\n    - hunter2\n", (3, 7, 7), "    • •••••••", "      ^^^^^^^"),
        ("passage: |\n  a: b", (2, 3, 1), "  a: b", "  ^"),
    ],
)
def test_excerpt_shows_what_is_meant(text: str, place: tuple[int, int, int], line: str, carets: str) -> None:
    assert shown(text, *place) == (line, carets)


def test_excerpt_is_cut_around_what_is_meant() -> None:
    text = f"{'x' * 300} here {'y' * 300}"
    line, carets = shown(text, 1, 302, 4, width=40)
    assert line == "…" + "x" * 11 + " here " + "y" * 21 + "…"
    assert carets == " " * 13 + "^^^^"


@given(
    text=st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=300),
    column=st.integers(1, 300),
    span=st.integers(1, 300),
    width=st.integers(40, 120),
)
def test_excerpt_fits_and_points_into_itself(text: str, column: int, span: int, width: int) -> None:
    column = min(column, len(text) + 1)
    span = max(1, min(span, len(text) - column + 1))
    found = excerpt(Document(text, is_yaml=False), 1, column, span, width)
    assert cell_len(found.text) <= width
    assert found.width >= 1
    assert found.indent + found.width <= max(cell_len(found.text), found.indent + 1)
    assert found.text.isprintable()
