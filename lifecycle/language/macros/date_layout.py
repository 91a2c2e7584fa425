"""How a point in time is written: ``dd-MM-yyyy``, letters as Java, .NET and ADManager Plus have them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from lifecycle.language.nearest import instead

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_PIECE = re.compile(
    r"'(?P<quoted>(?:[^']|'')*+)'|(?P<letters>(?P<letter>[A-Za-z])(?P=letter)*+)|(?P<other>.)", re.DOTALL
)

Layout = Callable[[datetime], str]


def _offset(moment: datetime) -> str:
    offset = moment.utcoffset()
    return "" if offset is None else "Z" if offset == timedelta() else moment.isoformat()[-len("+01:00") :]


LETTERS: Mapping[str, tuple[str, Layout]] = {
    "yyyy": ("year, four digits", lambda at: f"{at.year:04}"),
    "yy": ("year, two digits", lambda at: f"{at.year % 100:02}"),
    "MMMM": ("month, English name", lambda at: _MONTHS[at.month - 1]),
    "MMM": ("month, first three letters", lambda at: _MONTHS[at.month - 1][:3]),
    "MM": ("month, two digits", lambda at: f"{at.month:02}"),
    "M": ("month", lambda at: str(at.month)),
    "dd": ("day of the month, two digits", lambda at: f"{at.day:02}"),
    "d": ("day of the month", lambda at: str(at.day)),
    "EEEE": ("weekday, English name", lambda at: _DAYS[at.weekday()]),
    "EEE": ("weekday, first three letters", lambda at: _DAYS[at.weekday()][:3]),
    "HH": ("hour 00 to 23", lambda at: f"{at.hour:02}"),
    "H": ("hour 0 to 23", lambda at: str(at.hour)),
    "hh": ("hour 01 to 12", lambda at: f"{(at.hour - 1) % 12 + 1:02}"),
    "h": ("hour 1 to 12", lambda at: str((at.hour - 1) % 12 + 1)),
    "a": ("AM or PM", lambda at: "AM" if at.hour < 12 else "PM"),  # noqa: PLR2004 (noon)
    "mm": ("minute, two digits", lambda at: f"{at.minute:02}"),
    "m": ("minute", lambda at: str(at.minute)),
    "ss": ("second, two digits", lambda at: f"{at.second:02}"),
    "s": ("second", lambda at: str(at.second)),
    "SSS": ("millisecond, three digits", lambda at: f"{at.microsecond // 1000:03}"),
    "XXX": ("offset from UTC as +01:00, or Z; empty where none is known", _offset),
}
"""Letters of a layout → their meaning, and the piece of a point in time that they stand for."""


def compile_layout(text: str) -> Layout:
    """The function that writes a point in time.

    Args:
        text: Letters of :data:`LETTERS`; other letters stand in single quotation marks, what is no letter stands for
            itself, and ``''`` is a single quotation mark.

    Raises:
        ValueError: Letters that mean nothing; the text says which, and which are known.
    """
    pieces: list[Layout | str] = []
    for found in _PIECE.finditer(text):
        letters = found["letters"]
        if letters is not None:
            if letters not in LETTERS:
                raise ValueError(
                    f"has the letters {letters[:20]}, which mean nothing; {instead(letters, LETTERS)} "
                    "(other text stands in single quotation marks)"
                )
            pieces.append(LETTERS[letters][1])
        elif found["other"] == "'":
            raise ValueError("has a single quotation mark that is not closed")
        else:
            pieces.append(found["other"] or found["quoted"].replace("''", "'") or "'")
    if not pieces:
        raise ValueError("is empty; write for example yyyy-MM-dd")
    return lambda moment: "".join([piece if isinstance(piece, str) else piece(moment) for piece in pieces])
