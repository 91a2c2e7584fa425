"""The organisation's days, in the time of the records."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from lifecycle.language.moment import Moment, zone_named

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LAST = "9999-12-31T23:59:59.999999+00:00"


def moment(zone: str, now: datetime = NOON) -> Moment:
    return Moment(now, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "day", "first", "last"),
    [
        ("UTC", date(2026, 11, 23), "2026-11-23T00:00:00+00:00", "2026-11-23T23:59:59.999999+00:00"),
        ("Europe/Berlin", date(2026, 7, 1), "2026-06-30T22:00:00+00:00", "2026-07-01T21:59:59.999999+00:00"),
        # The clocks go forward and back: 23 and 25 hours.
        ("Europe/Berlin", date(2026, 3, 29), "2026-03-28T23:00:00+00:00", "2026-03-29T21:59:59.999999+00:00"),
        ("Europe/Berlin", date(2026, 10, 25), "2026-10-24T22:00:00+00:00", "2026-10-25T22:59:59.999999+00:00"),
        # There is no midnight: the day begins at one.
        ("Africa/Cairo", date(2024, 4, 26), "2024-04-25T22:00:00+00:00", "2024-04-26T20:59:59.999999+00:00"),
        # There are two: the day begins with the first.
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00:00+00:00", "2026-11-02T04:59:59.999999+00:00"),
        ("Pacific/Auckland", date(1, 1, 1), "0001-01-01T00:00:00+00:00", None),
        ("America/New_York", date(9999, 12, 31), "9999-12-31T05:00:00+00:00", LAST),
        ("Asia/Tokyo", date(9999, 12, 31), "9999-12-30T15:00:00+00:00", LAST),
    ],
)
def test_day_is_of_the_organisation(zone: str, day: date, first: str, last: str | None) -> None:
    found = [point.isoformat() for point in moment(zone).day(day)]
    assert found[0] == first
    assert last in {None, found[1]}


@pytest.mark.parametrize(
    ("zone", "today"),
    [("UTC", date(2026, 11, 23)), ("Pacific/Auckland", date(2026, 11, 24)), ("Pacific/Pago_Pago", date(2026, 11, 23))],
)
def test_today_is_the_organisation_s(zone: str, today: date) -> None:
    assert moment(zone).today == today


def test_today_at_the_end_of_time() -> None:
    assert moment("Asia/Tokyo", datetime.max.replace(tzinfo=UTC)).today == date.max


@pytest.mark.parametrize(
    ("point", "instant"),
    [
        ("2026-07-01T08:00", "2026-07-01T06:00:00+00:00"),
        ("2026-07-01T08:00+00:00", "2026-07-01T08:00:00+00:00"),
        ("2026-10-25T02:30", "2026-10-25T00:30:00+00:00"),
        ("2026-03-29T02:30", "2026-03-29T01:30:00+00:00"),
        ("0001-01-01T00:00", "0001-01-01T00:00:00+00:00"),
        ("9999-12-31T23:59:59.999999-01:00", LAST),
    ],
)
def test_instant_of_a_local_time(point: str, instant: str) -> None:
    assert moment("Europe/Berlin").instant(datetime.fromisoformat(point)).isoformat() == instant


def test_moment_is_kept_in_utc() -> None:
    """The hour that comes twice would otherwise be one and the same moment."""
    twice = [datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold) for fold in (0, 1)]
    assert twice[0] == twice[1]
    assert moment("UTC", twice[0]) != moment("UTC", twice[1])
    assert moment("UTC", NOON.astimezone(timezone(timedelta(hours=5)))).now.isoformat() == NOON.isoformat()


def test_moment_must_be_aware() -> None:
    with pytest.raises(ValueError, match=r"^a moment needs an aware datetime$"):
        moment("UTC", datetime(2026, 11, 23))  # noqa: DTZ001 (what is refused)


def test_shifted_ends_with_time() -> None:
    here = moment("UTC")
    assert here.shifted(timedelta(days=1)).isoformat() == "2026-11-24T12:00:00+00:00"
    assert here.shifted(timedelta(days=9_000_000)).isoformat() == LAST
    assert here.shifted(timedelta(days=-9_000_000)).isoformat() == "0001-01-01T00:00:00+00:00"


@pytest.mark.parametrize("name", ["Berlin", "Europe", "../etc/passwd", "", "CET+1"])
def test_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"^is not an IANA timezone such as Europe/Berlin: "):
        zone_named(name)
