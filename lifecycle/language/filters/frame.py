"""Evaluating a filter over a whole frame: each condition is put once to every distinct text of its column.

The tests are those of :mod:`lifecycle.language.filters.row`, so that a frame and its rows never differ. Columns that
filters look at repeat few texts (departments, flags), and exact decimals have no faster column in pandas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import pandas as pd

from lifecycle.language.filters.filter import All, Any, Condition, Filter, Not, conditions_of
from lifecycle.language.filters.row import Test, test_of
from lifecycle.language.moment import Moment


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a filter says of every row.

    Args:
        holds: Boolean, index as the frame's; False, and not to be used, where the row is unreadable.
        unreadable: Position of a row, counted from 0 → the first field, in the order of the alphabet, that holds a
            text which a condition of the filter cannot read. Ascending.
    """

    holds: pd.Series
    unreadable: dict[int, str]


def evaluate(filter_: Filter, frame: pd.DataFrame, moment: Moment) -> Evaluation:
    """Evaluate a filter over every row.

    Args:
        filter_: The filter.
        frame: Columns hold canonical text, "" for no value.
        moment: Of the run.

    Raises:
        KeyError: The frame has no such column.
    """
    conditions = list(conditions_of(filter_))
    # A missing value is none of the texts: it stays one of its own, which no test takes.
    texts = {name: pd.factorize(frame[name], use_na_sentinel=False) for name in {one.field for one in conditions}}
    verdicts: dict[int, pd.Series] = {}
    unreadable: dict[int, str] = {}
    for condition in conditions:
        codes, distinct = texts[condition.field]
        test = test_of(condition, moment)
        outcome = [_verdict(test, text) for text in distinct]
        held = pd.Series([one is True for one in outcome], dtype=bool).to_numpy()[codes]
        lost = pd.Series([one is None for one in outcome], dtype=bool).to_numpy()[codes]
        verdicts[id(condition)] = pd.Series(held, index=frame.index, dtype=bool)
        for position in lost.nonzero()[0].tolist():
            unreadable[position] = min(condition.field, unreadable.get(position, condition.field))
    joined = _joined(filter_, verdicts)
    joined.iloc[list(unreadable)] = False
    return Evaluation(joined, dict(sorted(unreadable.items())))


def _verdict(test: Test, text: str) -> bool | None:
    """Whether a condition holds for a text; None where it cannot read it."""
    try:
        return test(text)
    except ValueError:
        return None


def _joined(filter_: Filter, verdicts: Mapping[int, pd.Series]) -> pd.Series:
    match filter_:
        case Condition():
            return verdicts[id(filter_)]
        case All():
            return reduce(and_, [_joined(part, verdicts) for part in filter_.all])
        case Any():
            return reduce(or_, [_joined(part, verdicts) for part in filter_.any])
        case Not():
            return ~_joined(filter_.not_, verdicts)
