"""Dates and points in time: written, shifted, counted.

A value is ISO 8601, as fields of the datatype Timestamp are: a date, or a date and a time with or without offset. A
date has no zone: it is the same day everywhere.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from lifecycle.directory import values
from lifecycle.language.macros.date_layout import Layout
from lifecycle.language.macros.date_shift import Unit, shifted
from lifecycle.language.macros.functions.function import Example, Function, Parameter
from lifecycle.language.macros.functions.kinds import LAYOUT, ZONE, one_of, whole_number

_DATE = Parameter("date")
_LONGEST_DATE = len("2026-11-23")


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)


def date_format(text: str, layout: Layout, zone: ZoneInfo | None = None) -> str:
    """A date in a layout of one's own; a time with an offset is told in the zone."""
    if not text:
        return ""
    moment = _read(text)
    return layout(moment.astimezone(zone) if zone and moment.tzinfo else moment)


def date_add(text: str, amount: int, unit: Unit) -> str:
    """The date so many units later; a date stays a date, a time a time."""
    if not text:
        return ""
    later = shifted(_read(text), amount, unit)
    return later.date().isoformat() if len(text) <= _LONGEST_DATE else later.isoformat()


def days_between(first: str, last: str) -> str:
    """Days from the first date to the last, whatever the time of day; negative where it comes earlier."""
    if not first or not last:
        return ""
    return str((_day(last) - _day(first)).days)


def _day(text: str) -> date:
    moment = _read(text)
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date()


def filetime(text: str) -> str:
    """Active Directory's FILETIME of a time with its offset; empty stays empty."""
    if not text:
        return ""
    ticks = values.filetime(_read(text))
    if ticks < 0:
        raise ValueError("before 1601")
    return str(ticks)


DATES = (
    Function(
        "date_format",
        "A date in a layout of its own; a time with an offset is told in the timezone, if one is given.",
        (_DATE, Parameter("layout", LAYOUT), Parameter("timezone", ZONE, optional=True)),
        (
            Example(
                "%fx.date_format(#%src.start%#, dd.MM.yyyy)%", {"start": "2026-11-23T00:00:00+00:00"}, "23.11.2026"
            ),
            Example(
                '%fx.date_format(#%src.start%#, "d MMMM yyyy, HH:mm", Europe/Berlin)%',
                {"start": "2026-11-23T23:30:00+00:00"},
                "24 November 2026, 00:30",
            ),
        ),
        date_format,
    ),
    Function(
        "date_add",
        "The date so many days, weeks, months or years later, or earlier; a day that the month does not have becomes "
        "its last one.",
        (
            _DATE,
            Parameter("amount", whole_number(-9999, 9999)),
            Parameter("unit", one_of("days", "weeks", "months", "years")),
        ),
        (
            Example("%fx.date_add(#%src.end%#, 1, months)%", {"end": "2026-01-31"}, "2026-02-28"),
            Example(
                "%fx.date_add(#%src.end%#, -14, days)%",
                {"end": "2026-11-23T00:00:00+00:00"},
                "2026-11-09T00:00:00+00:00",
            ),
        ),
        date_add,
    ),
    Function(
        "days_between",
        "Days from the first date to the last, in UTC and whatever the time of day; negative where the last comes "
        "earlier.",
        (Parameter("first"), Parameter("last")),
        (Example("%fx.days_between(#%src.start%#, #%src.end%#)%", {"start": "2026-11-23", "end": "2027-01-01"}, "39"),),
        days_between,
    ),
    Function(
        "filetime",
        "Active Directory's form of a time with its offset, for accountExpires: hundreds of nanoseconds since 1601.",
        (_DATE,),
        (Example("%fx.filetime(#%src.end%#)%", {"end": "2026-11-23T00:00:00+00:00"}, "134398656000000000"),),
        filetime,
    ),
)
