"""Which layout the dates of a column are written in, where that is beyond doubt."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from lifecycle.language.fields.field import NULL_BEFORE
from lifecycle.language.fields.scalar import read_timestamp, trimmed

_UTC = ZoneInfo("UTC")
_LONGEST = len("23 September 2026 08:00:00.000000+00:00")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_DAYS = (
    "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y",
    "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
LAYOUTS = tuple(day + time for day, time in product(_DAYS, _TIMES))
"""strptime formats that are looked for besides ISO 8601; none with a year of two digits, which could be a day."""

_NONE = frozenset({"n/a", "na", "none", "null", "nil", "-", "--", "never", "unknown"})
_SENTINELS = frozenset(
    {
        date(1, 1, 1), date(1753, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1901, 1, 1),
        date(1970, 1, 1), date(1980, 1, 1),
    }
)  # fmt: skip
"""Days that programs write where there is none: the first of .NET, SQL Server, OLE, Unix and MS-DOS, and HaloITSM's."""


@dataclass(frozen=True, slots=True)
class DateLayout:
    """How the dates of a column are to be read.

    Args:
        format: strptime format; None is ISO 8601.
        nulls: Texts among them that mean none, in lower case, sorted.
        null_before: Days before this one mean none; None where every day is meant.
    """

    format: str | None
    nulls: tuple[str, ...]
    null_before: date | None


def date_layout(texts: Collection[str]) -> DateLayout | None:
    """The one layout that reads all texts, besides those that mean none; None where there is none, or are several.

    Days up to the twelfth leave open which part is the month: then nothing is inferred.

    Args:
        texts: At least one; in any order.
    """
    folded = {trimmed(text).casefold() for text in texts}
    nulls = folded & _NONE
    dates = {trimmed(text) for text in texts} - {""}
    dates = {text for text in dates if text.casefold() not in nulls}
    if any(len(text) > _LONGEST for text in dates):
        return None
    fitting = [(layout, days) for layout in (None, *LAYOUTS) if dates and (days := _days(dates, layout))]
    if len(fitting) != 1:
        return None
    layout, days = fitting[0]
    return DateLayout(layout, tuple(sorted(nulls)), _null_before(days))


def _days(texts: Collection[str], layout: str | None) -> set[date] | None:
    """The days that the texts tell; None when the layout does not read all of them."""
    days = set()
    for text in texts:
        if layout is None and not _ISO.fullmatch(text):
            return None
        try:
            read = read_timestamp(text, layout, _UTC)
        except ValueError:
            return None
        if read is not None:
            days.add(read.date())
    return days


def _null_before(days: set[date]) -> date | None:
    """Birthdays are real days before the usual limit; then only what programs write for none and lies before them."""
    real = {day for day in days if day < NULL_BEFORE} - _SENTINELS
    if not real:
        return NULL_BEFORE
    sentinels = [day for day in days & _SENTINELS if day < min(real)]
    return max(sentinels) + timedelta(days=1) if sentinels else None
