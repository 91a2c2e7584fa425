"""The line of a file that a problem is about, fit to be shown: cut around what is meant, without secrets."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from lifecycle.config.documents.document import Document
from lifecycle.config.findings.secrecy import HIDDEN, masked, opens_secret

_CUT = "…"
_NOT_PRINTABLE = "�"
_MOST_LINES_ABOVE = 200


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line as it is shown.

    Args:
        text: The line, or the part of it around what is meant.
        indent: Columns of a terminal before what is meant.
        width: Columns that it takes.
    """

    text: str
    indent: int
    width: int


def excerpt(document: Document, line: int, column: int, span: int, width: int) -> Excerpt:
    """One line of a document.

    Args:
        document: The file.
        line: Which line, counted from 1.
        column: Where what is meant begins, counted from 1.
        span: How many characters are meant.
        width: Columns that there are.
    """
    text = document.line(line)
    secret = _is_below_a_secret(document, line)
    # One character for one, so that what is meant stays where it is.
    text = "".join(HIDDEN if not one.isspace() else one for one in text) if secret else masked(text)
    text = text.replace("\t", " ")
    text = "".join(one if one.isprintable() else _NOT_PRINTABLE for one in text)
    begin = column - 1
    end = begin + span
    first, last = _window(text, begin, width)
    head, tail = _CUT if first else "", _CUT if last < len(text) else ""
    return Excerpt(
        f"{head}{text[first:last]}{tail}",
        cell_len(head + text[first:begin]),
        max(1, cell_len(text[begin : min(end, last)])),
    )


def _window(text: str, begin: int, width: int) -> tuple[int, int]:
    """The characters that are shown: all, or as many as fit, with some before what is meant."""
    if len(text) <= width and cell_len(text) <= width:
        return 0, len(text)
    room = width - 2 * len(_CUT)
    first = begin
    while first > 0 and cell_len(text[first - 1 : begin]) <= room // 3:
        first -= 1
    last = first
    while last < len(text) and cell_len(text[first : last + 1]) <= room:
        last += 1
    return first, last


def _is_below_a_secret(document: Document, line: int) -> bool:
    """Whether a line continues the value of a key that is named like a secret."""
    indent = _indent(document.line(line))
    for number in range(line - 1, max(line - _MOST_LINES_ABOVE, 0), -1):
        above = document.line(number)
        if above.strip() and _indent(above) < indent:
            return opens_secret(above)
    return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
