"""Whether a condition of an advanced format holds for one person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from lifecycle.language.filter import Filter, fields_of, mask

Moment = datetime
"""The moment of the run."""


class UnreadableFieldError(ValueError):
    """A condition cannot read a field's value; ``field`` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def holds(condition: Filter, row: Mapping[str, str], _moment: Moment) -> bool:
    """Whether the condition holds for a row of texts; a field that is missing is empty.

    Raises:
        UnreadableFieldError: A value cannot be read by the operator.
    """
    frame = pd.DataFrame({name: [row.get(name, "")] for name in sorted(fields_of(condition))}, dtype="str")
    return bool(mask(condition, frame).iloc[0])
