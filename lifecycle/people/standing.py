"""Whether somebody works here: the scope, the active filter, and the first and last day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd

from lifecycle.config.data_source import DataSource
from lifecycle.language.filter import mask
from lifecycle.people.person import Standing


def standings(people: pd.DataFrame, source: DataSource, now: datetime) -> list[Standing]:
    """The standing of each row; who is out of scope is that first, then inactive, then ended, then not started.

    Args:
        people: Columns ``endpoint.field``; timestamps as ISO 8601 in UTC, "" for none.
        source: Says who is meant, who is active, and which fields hold the first and the last day.
        now: The moment of the run, aware.
    """
    found = pd.Series(Standing.EMPLOYED, index=people.index, dtype=object)
    moment = now.astimezone(UTC)  # timestamps of records are in UTC, so that they compare as text
    times = source.person
    if times.starts:
        earliest = (moment + timedelta(days=times.create_days_before_start)).isoformat()
        starts = people[times.starts]
        found[(starts != "") & (starts > earliest)] = Standing.NOT_STARTED
    if times.ends:
        ends = people[times.ends]
        found[(ends != "") & (ends <= moment.isoformat())] = Standing.ENDED
    if source.active:
        found[~mask(source.active, people)] = Standing.INACTIVE
    if source.scope:
        found[~mask(source.scope, people)] = Standing.OUT_OF_SCOPE
    return [Standing(standing) for standing in found]
