"""Whether somebody works here: the scope, the active filter, and the first and last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from lifecycle.config.data_source import DataSource
from lifecycle.language.filters.frame import evaluate
from lifecycle.language.moment import Moment
from lifecycle.people.person import Standing


@dataclass(frozen=True, slots=True)
class Standings:
    """The standing of every row.

    Args:
        found: One a row; says nothing of an unreadable one.
        unreadable: Position of a row → field that a filter cannot read. Such a person is neither in nor out.
    """

    found: list[Standing]
    unreadable: dict[int, str]


def standings(people: pd.DataFrame, source: DataSource, moment: Moment) -> Standings:
    """The standing of each row; who is out of scope is that first, then inactive, then ended, then not started.

    The active filter is not put to those who are out of scope: what it cannot read there matters to nobody.

    Args:
        people: Columns ``endpoint.field``; timestamps as ISO 8601 in UTC, "" for none.
        source: Says who is meant, who is active, and which fields hold the first and the last day.
        moment: Of the run.
    """
    found = pd.Series(Standing.EMPLOYED, index=people.index, dtype=object)
    unreadable: dict[int, str] = {}
    times = source.person  # moment.now is in UTC as timestamps of records are, so that they compare as text
    if times.starts:
        earliest = moment.shifted(timedelta(days=times.create_days_before_start)).isoformat()
        starts = people[times.starts]
        found[(starts != "") & (starts > earliest)] = Standing.NOT_STARTED
    if times.ends:
        ends = people[times.ends]
        found[(ends != "") & (ends <= moment.now.isoformat())] = Standing.ENDED
    if source.active:
        active = evaluate(source.active, people, moment)
        found[~active.holds] = Standing.INACTIVE
        unreadable = active.unreadable
    if source.scope:
        scope = evaluate(source.scope, people, moment)
        found[~scope.holds] = Standing.OUT_OF_SCOPE
        unreadable = {at: field for at, field in unreadable.items() if scope.holds.iloc[at]} | scope.unreadable
    return Standings([Standing(standing) for standing in found], unreadable)
