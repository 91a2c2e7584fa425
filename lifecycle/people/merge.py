"""Merging the endpoints of a data source on the primary key: the first drives, the others enrich."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from lifecycle.notice import Notice, Reason
from lifecycle.people.key import normalise_key


@dataclass(frozen=True, slots=True)
class Table:
    """The records of one endpoint.

    Args:
        endpoint: Name of the endpoint.
        frame: One row a record, columns are the endpoint's fields as text, any index.
        key: Column that holds the primary key.
        is_partial: Whether only some records were asked for: who is not among them may be there all the same.
    """

    endpoint: str
    frame: pd.DataFrame
    key: str
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """People, one row each.

    Args:
        frame: Index is the normalised primary key, sorted; columns are ``endpoint.field``, text, "" for none.
        notices: Records rejected and people quarantined.
        unmatched: For each enriching endpoint: people without a record there, and records without a person.
        is_partial: Whether a table is: who is missing says nothing then.
    """

    frame: pd.DataFrame
    notices: tuple[Notice, ...]
    unmatched: Mapping[str, tuple[int, int]]
    is_partial: bool = False


def merge(tables: Sequence[Table]) -> Merged:
    """Join tables on the primary key.

    A record without a key is rejected. A key that stands twice in one endpoint is in the frame once and quarantined by
    its notice: the row says who is meant, not what is true. A person without a record in an enriching endpoint has
    empty fields there.
    """
    notices: list[Notice] = []
    frames = []
    for table in tables:
        frame, found = _keyed(table)
        notices += found
        frames.append(frame)
    driver, unmatched = frames[0], {}
    for table, frame in zip(tables[1:], frames[1:], strict=True):
        unmatched[table.endpoint] = (
            len(driver.index.difference(frame.index)),
            len(frame.index.difference(driver.index)),
        )
    merged = driver
    for frame in frames[1:]:
        merged = merged.join(frame, how="left")
    merged = merged.fillna("")
    is_partial = any(table.is_partial for table in tables)
    return Merged(merged.sort_index(), tuple(sorted(notices)), unmatched, is_partial)


def _keyed(table: Table) -> tuple[pd.DataFrame, list[Notice]]:
    """The table with its normalised key as index and prefixed columns; each key once."""
    keys = table.frame[table.key].map(normalise_key)
    empty = keys == ""
    notices = [Notice("", Reason.KEY_EMPTY, f"{table.endpoint}: {int(empty.sum())} records")] if empty.any() else []
    frame = table.frame[~empty].add_prefix(table.endpoint + ".").set_index(pd.Index(keys[~empty], name="key"))
    twice = frame.index.duplicated(keep=False)
    notices += [Notice(str(key), Reason.KEY_DUPLICATE, table.endpoint) for key in frame.index[twice].unique()]
    # Which of the two stays must not depend on the order in which they came.
    doubles = frame[twice].sort_values(list(frame.columns))
    return pd.concat([frame[~twice], doubles[~doubles.index.duplicated()]]), notices
