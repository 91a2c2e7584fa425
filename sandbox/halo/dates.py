"""Dates as HaloITSM writes them: naive ISO 8601 that means UTC, with 0 to 3 fraction digits, sometimes a Z."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

SENTINELS = ("1900-01-01T00:00:00", "1899-12-30T00:00:00", "1901-01-01T00:00:00")
"""What stands for "no date"; the first is the usual one."""

NO_DATE = SENTINELS[0]


def stamp(moment: datetime, *, digits: int = 3, suffix: str = "") -> str:
    """Return an aware moment in HaloITSM's form, e.g. ``2024-05-01T08:30:12.34``.

    Args:
        moment: Any aware datetime; it is turned to UTC.
        digits: Fraction digits, 0 to 3.
        suffix: ``"Z"`` or nothing.
    """
    whole, fraction = moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6].split(".")
    return whole + (f".{fraction[:digits]}" if digits else "") + suffix


def moment(text: str) -> datetime | None:
    """Read a date of a request or of a record as UTC; ``None`` when it is no date."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def with_sentinel(value: Any, sentinel: str) -> Any:
    """Return a JSON value in which every date that is not set reads as ``sentinel``; the value itself stays."""
    if isinstance(value, dict):
        return {key: with_sentinel(one, sentinel) for key, one in value.items()}
    if isinstance(value, list):
        return [with_sentinel(one, sentinel) for one in value]
    return sentinel if value == NO_DATE else value
