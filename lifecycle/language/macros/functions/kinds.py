"""What may stand for a parameter of a function, and how its text is read.

A constant is read once, when a template is compiled; the message of the error then says what was given. What differs
from record to record is read each time, and the message is thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from lifecycle.language.macros.date_layout import compile_layout
from lifecycle.language.nearest import instead
from lifecycle.language.pattern import Pattern
from lifecycle.language.vocabulary import Table, Vocabulary


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of argument.

    Args:
        name: What it is, for people.
        read: The text as the function takes it; raises ValueError with the end of a sentence about it.
        constant: Whether it must be the same for every record.
    """

    name: str
    read: Callable[[str, Vocabulary], Any]
    constant: bool = False


def _text(text: str, _words: Vocabulary) -> str:
    return text


def _some_text(text: str, _words: Vocabulary) -> str:
    if not text:
        raise ValueError("must not be empty")
    return text


def _character(text: str, _words: Vocabulary) -> str:
    if len(text) != 1:
        raise ValueError(f"must be one character; given: {_given(text)}")
    return text


def _layout(text: str, _words: Vocabulary) -> Callable[..., str]:
    return compile_layout(text)


def _pattern(text: str, _words: Vocabulary) -> Pattern:
    return Pattern(text)


def _table(text: str, words: Vocabulary) -> Table:
    if text not in words.tables:
        raise ValueError(f"names no lookup table: {_given(text)}; {instead(text, words.tables)}")
    return words.tables[text]


def _zone(text: str, _words: Vocabulary) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # unknown, no relative path, a folder of zones
        raise ValueError(f"must be an IANA timezone such as Europe/Berlin; given: {_given(text)}") from None


def whole_number(fewest: int, most: int, *, name: str = "whole number", but: int | None = None) -> Kind:
    """Whole numbers in digits, within bounds and without one exception."""
    digits = re.compile(rf"-?[0-9]{{1,{len(str(most))}}}")
    except_for = "" if but is None else f", not {but}"

    def read(text: str, _words: Vocabulary) -> int:
        if not digits.fullmatch(text) or not fewest <= int(text) <= most or int(text) == but:
            raise ValueError(f"must be a whole number from {fewest} to {most}{except_for}; given: {_given(text)}")
        return int(text)

    return Kind(f"{name} from {fewest} to {most}{except_for}", read)


def one_of(*words: str) -> Kind:
    """One of a few words; always a constant."""

    def read(text: str, _words: Vocabulary) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}; given: {_given(text)}")
        return text

    return Kind(" or ".join(f"`{word}`" for word in words), read, constant=True)


def _given(text: str) -> str:
    """What was given, shortened; it stands in the configuration."""
    most = 60
    return repr(text if len(text) <= most else text[:most] + "…")


TEXT = Kind("text", _text)
SOME_TEXT = Kind("text that is not empty", _some_text)
CHARACTER = Kind("one character", _character)
LAYOUT = Kind("date layout", _layout, constant=True)
PATTERN = Kind("regular expression (RE2)", _pattern, constant=True)
TABLE = Kind("lookup table", _table, constant=True)
ZONE = Kind("IANA timezone", _zone, constant=True)
COUNT = whole_number(0, 9999)
POSITION = whole_number(-9999, 9999, name="position", but=0)
