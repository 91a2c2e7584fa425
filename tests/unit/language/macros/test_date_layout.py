"""Layouts of dates, and dates so many months away."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.language.macros.date_layout import LETTERS, compile_layout
from lifecycle.language.macros.date_shift import Unit, shifted

AT = datetime(2026, 3, 1, 0, 5, 9, 70_000, tzinfo=UTC)
NOON = datetime(2004, 11, 23, 12, 37, 59, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("layout", "moment", "text"),
    [
        ("yyyy-MM-dd", AT, "2026-03-01"),
        ("d.M.yy", AT, "1.3.26"),
        ("EEEE d MMMM yyyy", AT, "Sunday 1 March 2026"),
        ("EEE, dd MMM", AT, "Sun, 01 Mar"),
        ("HH:mm:ss.SSS", AT, "00:05:09.070"),
        ("H:m:s", AT, "0:5:9"),
        ("hh h a", AT, "12 12 AM"),
        ("hh h a", NOON, "12 12 PM"),
        ("hh h a", NOON + timedelta(hours=1), "01 1 PM"),
        ("yyyyMMddHHmmss", NOON, "20041123123759"),
        ("yyyy-MM-dd'T'HH:mm:ssXXX", NOON, "2004-11-23T12:37:59+01:00"),
        ("HHXXX", AT, "00Z"),
        ("HHXXX", AT.replace(tzinfo=None), "00"),
        ("HHXXX", AT.astimezone(timezone(timedelta(hours=-3, minutes=-30))), "20-03:30"),
        ("d 'of' MMMM", AT, "1 of March"),
        ("h 'o''clock'", AT, "12 o'clock"),
        ("''yy''", AT, "'26'"),
        ("'", AT, None),
        ("d 'of", AT, None),
        ("dd/mm/YYYY", AT, None),
        ("ddd", AT, None),
        ("yyyyy", AT, None),
        ("T", AT, None),
        ("", AT, None),
        ("...", AT, "..."),
    ],
)
def test_layout_writes_or_refuses(layout: str, moment: datetime, text: str | None) -> None:
    if text is None:
        with pytest.raises(ValueError, match=r"letters|quotation mark|empty"):
            compile_layout(layout)
    else:
        assert compile_layout(layout)(moment) == text


@given(st.datetimes(timezones=st.just(UTC)))
def test_layout_agrees_with_strftime(moment: datetime) -> None:
    layout = compile_layout("yyyy-MM-dd HH:mm:ss|yy|hh|EEEE|EEE|MMMM|MMM|a")
    expected = moment.strftime("%m-%d %H:%M:%S|%y|%I|%A|%a|%B|%b|%p")
    assert layout(moment) == f"{moment.year:04}-{expected}"


@given(st.text(max_size=20))
def test_any_text_is_a_layout_or_refused(text: str) -> None:
    try:
        write = compile_layout(text)
    except ValueError:
        return
    assert isinstance(write(AT), str)


def test_every_letter_writes_something() -> None:
    assert all(write(AT) for _, write in LETTERS.values())


@pytest.mark.parametrize(
    ("moment", "amount", "unit", "result"),
    [
        ("2026-01-31", 1, "months", "2026-02-28"),
        ("2024-01-31", 1, "months", "2024-02-29"),
        ("2024-02-29", 1, "years", "2025-02-28"),
        ("2024-02-29", 4, "years", "2028-02-29"),
        ("2026-03-31", -1, "months", "2026-02-28"),
        ("2026-01-15", -1, "months", "2025-12-15"),
        ("2026-12-15", 1, "months", "2027-01-15"),
        ("2026-12-31", 1, "days", "2027-01-01"),
        ("2026-12-31", -2, "weeks", "2026-12-17"),
        ("2026-12-31", 25, "hours", "2027-01-01"),
        ("9999-12-31", 1, "days", None),
        ("9999-12-31", 1, "months", None),
        ("0001-01-01", -1, "years", None),
        ("0001-01-01", -1, "weeks", None),
    ],
)
def test_shifted_keeps_to_the_calendar(moment: str, amount: int, unit: Unit, result: str | None) -> None:
    if result is None:
        with pytest.raises(ValueError, match=r"^outside the years 1 to 9999$"):
            shifted(datetime.fromisoformat(moment), amount, unit)
    else:
        assert shifted(datetime.fromisoformat(moment), amount, unit).date().isoformat() == result


@given(st.datetimes(datetime(1000, 1, 1), datetime(3000, 1, 1)), st.integers(-9999, 9999))  # noqa: DTZ001 (any will do)
def test_shifted_months_never_overshoot(moment: datetime, months: int) -> None:
    later = shifted(moment, months, "months")
    assert (later.year - moment.year) * 12 + later.month - moment.month == months
    assert later.day == moment.day or (later.day < moment.day and (later + timedelta(days=1)).day == 1)
    assert later.time() == moment.time()
