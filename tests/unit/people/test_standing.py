"""Whether somebody works here."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pandas as pd
import pytest

from lifecycle.config.configuration import Configuration
from lifecycle.people.person import Standing
from lifecycle.people.standing import standings

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
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
    assert standings(make_frame({"id": "1", **row}), source, NOW.astimezone(zone)) == [Standing(standing)]


def test_standing_without_rules_is_employed(
    make_configuration: Callable[..., Configuration], make_frame: Callable[..., pd.DataFrame]
) -> None:
    frame = make_frame({"id": "1", "inactive": "true", "end": "2001-01-01T00:00:00+00:00"}, {"id": "2"})
    assert standings(frame, make_configuration().data_sources["people"], NOW) == [Standing.EMPLOYED] * 2


def test_standing_of_nobody_is_empty(
    make_configuration: Callable[..., Configuration], make_frame: Callable[..., pd.DataFrame]
) -> None:
    assert standings(make_frame(), make_configuration(SOURCE).data_sources["people"], NOW) == []
