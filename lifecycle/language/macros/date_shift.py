"""Points in time so many days, months or years away."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from typing import Literal

Unit = Literal["hours", "days", "weeks", "months", "years"]


def shifted(moment: datetime, amount: int, unit: Unit) -> datetime:
    """The moment ``amount`` units later; earlier for a negative one.

    The offset stays. A day that the month does not have becomes its last one: 31 January and one month is 28 or 29
    February.

    Raises:
        ValueError: Before the year 1 or after 9999.
    """
    try:
        if unit in {"months", "years"}:
            return _months_later(moment, amount * (12 if unit == "years" else 1))
        return moment + timedelta(**{unit: amount})
    except OverflowError:
        raise ValueError("outside the years 1 to 9999") from None


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:  # noqa: PLR2004 (what a datetime can hold)
        raise ValueError("outside the years 1 to 9999")
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
