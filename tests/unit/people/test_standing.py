"""Whether somebody works here."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from lifecycle.config.configuration import Configuration
from lifecycle.language.moment import Moment
from lifecycle.people.person import Standing
from lifecycle.people.standing import Standings, standings

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MOMENT = Moment(NOW, ZoneInfo("UTC"))
SOURCE: dict[str, Any] = {
    "person": {"starts": "u.start", "ends": "u.end", "create_days_before_start": 14},
    "active": {"field": "u.inactive", "operator": "is_not", "value": "true"},
    "scope": {"field": "u.dept", "operator": "is_not", "value": "External"},
}


@pytest.mark.parametrize(
    ("row", "standing"),
    [
        ({}, "employed"),
        ({"start": "2020-01-01T00:00:00+00:00"}, "employed"),
        ({"start": "2026-12-07T08:00:00+00:00"}, "employed"),
        ({"start": "2026-12-07T08:00:00.000001+00:00"}, "not-started"),
        ({"start": "2026-12-07T08:00:01+00:00"}, "not-started"),
        ({"start": "2099-01-01T00:00:00+00:00"}, "not-started"),
        ({"end": "2026-11-23T08:00:01+00:00"}, "employed"),
        ({"end": "2026-11-23T08:00:00.000001+00:00"}, "employed"),
        ({"end": "2026-11-23T08:00:00+00:00"}, "ended"),
        ({"end": "2001-01-01T00:00:00+00:00"}, "ended"),
        ({"end": "9999-12-31T00:00:00+00:00"}, "employed"),
        ({"start": "2099-01-01T00:00:00+00:00", "end": "2001-01-01T00:00:00+00:00"}, "ended"),
        ({"inactive": "true"}, "inactive"),
        ({"inactive": "TRUE"}, "inactive"),
        ({"inactive": "false"}, "employed"),
        ({"inactive": "true", "end": "2001-01-01T00:00:00+00:00"}, "inactive"),
        ({"inactive": "true", "start": "2099-01-01T00:00:00+00:00"}, "inactive"),
        ({"dept": "external", "inactive": "true"}, "out-of-scope"),
        ({"dept": "External", "start": "2099-01-01T00:00:00+00:00"}, "out-of-scope"),
    ],
)
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-11)), timezone(timedelta(hours=14))])
def test_standing_is(
    row: dict[str, str], standing: str, zone: timezone,
    make_configuration: Callable[..., Configuration], make_frame: Callable[..., pd.DataFrame],
) -> None:  # fmt: skip
    source = make_configuration(SOURCE).data_sources["people"]
    moment = Moment(NOW.astimezone(zone), ZoneInfo("UTC"))
    assert standings(make_frame({"id": "1", **row}), source, moment) == Standings([Standing(standing)], {})


def test_standing_without_rules_is_employed(
    make_configuration: Callable[..., Configuration], make_frame: Callable[..., pd.DataFrame]
) -> None:
    frame = make_frame({"id": "1", "inactive": "true", "end": "2001-01-01T00:00:00+00:00"}, {"id": "2"})
    found = standings(frame, make_configuration().data_sources["people"], MOMENT)
    assert found == Standings([Standing.EMPLOYED] * 2, {})


def test_standing_of_nobody_is_empty(
    make_configuration: Callable[..., Configuration], make_frame: Callable[..., pd.DataFrame]
) -> None:
    found = standings(make_frame(), make_configuration(SOURCE).data_sources["people"], MOMENT)
    assert found == Standings([], {})


@pytest.mark.parametrize(
    ("row", "standing", "unreadable"),
    [
        ({"mail": "5", "boss": "2026-11-01T00:00:00+00:00"}, "employed", {}),
        ({"mail": "7", "boss": "2026-11-01T00:00:00+00:00"}, "out-of-scope", {}),
        ({"mail": "5", "boss": "2026-12-01T00:00:00+00:00"}, "inactive", {}),
        ({"mail": "five"}, None, {0: "u.mail"}),
        ({"mail": "5", "boss": "soon"}, None, {0: "u.boss"}),
        ({"mail": "five", "boss": "soon"}, None, {0: "u.mail"}),
        ({"mail": "7", "boss": "soon"}, "out-of-scope", {}),
    ],
)
def test_standing_of_whom_a_filter_cannot_read_is_none(
    row: dict[str, str], standing: str | None, unreadable: dict[int, str],
    make_configuration: Callable[..., Configuration], make_frame: Callable[..., pd.DataFrame],
) -> None:  # fmt: skip
    """The active filter is not put to those who are out of scope anyway."""
    source = {
        "scope": {"field": "u.mail", "operator": "<", "value": 7},
        "active": {"field": "u.boss", "operator": "before", "value": "2026-12-01"},
    }
    found = standings(make_frame({"id": "1", **row}), make_configuration(source).data_sources["people"], MOMENT)
    assert found.unreadable == unreadable
    if standing:
        assert found.found == [Standing(standing)]


def test_standing_goes_by_the_day_of_the_organisation(
    make_configuration: Callable[..., Configuration], make_frame: Callable[..., pd.DataFrame]
) -> None:
    source = make_configuration({"active": {"field": "u.end", "operator": "today"}}).data_sources["people"]
    people = make_frame(
        {"id": "1", "end": "2026-11-23T23:30:00+00:00"}, {"id": "2", "end": "2026-11-22T12:00:00+00:00"}
    )
    there = [standings(people, source, Moment(NOW, ZoneInfo(zone))).found for zone in ("UTC", "Pacific/Auckland")]
    assert there == [[Standing.EMPLOYED, Standing.INACTIVE], [Standing.INACTIVE, Standing.EMPLOYED]]
