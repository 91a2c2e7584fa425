"""The moment of a run and the organisation's zone: what "today" and a date without a time mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_RESOLUTION = datetime.resolution


def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name.

    Raises:
        ValueError: There is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, no relative path, a folder of zones
        raise ValueError(f"is not an IANA timezone such as Europe/Berlin: {name!r}") from None


@dataclass(frozen=True, slots=True)
class Moment:
    """When a run looks at the data, and by whose calendar. The same for all people of the run.

    What lies beyond the years 1 to 9999 is taken for their end.

    Args:
        now: The moment of the run, aware; kept in UTC.
        zone: The organisation's zone.

    Raises:
        ValueError: ``now`` is naive.
    """

    now: datetime
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("a moment needs an aware datetime")
        # Two aware datetimes of one zone are compared without their offsets: an hour that comes twice would be one.
        object.__setattr__(self, "now", self.now.astimezone(UTC))

    @property
    def today(self) -> date:
        """The organisation's date."""
        try:
            return self.now.astimezone(self.zone).date()
        except OverflowError:
            return self.now.date()

    def instant(self, point: datetime) -> datetime:
        """A point in time in UTC; one without an offset is the organisation's local time.

        Of a local time that comes twice the first is meant; one that the clocks skip is as late as the same time
        by the clock before.
        """
        aware = point if point.tzinfo else point.replace(tzinfo=self.zone)
        try:
            return aware.astimezone(UTC)
        except OverflowError:
            return _FIRST if aware.year == _FIRST.year else _LAST

    def day(self, day: date) -> tuple[datetime, datetime]:
        """The first and the last microsecond of a day of the organisation, in UTC; 23 or 25 hours at a clock change."""
        first = self.instant(datetime.combine(day, time.min))
        if day == date.max:
            return first, _LAST
        return first, self.instant(datetime.combine(day + timedelta(days=1), time.min)) - _RESOLUTION

    def shifted(self, distance: timedelta) -> datetime:
        """The moment so much later, in UTC."""
        try:
            return self.now + distance
        except OverflowError:
            return _FIRST if distance < timedelta() else _LAST
