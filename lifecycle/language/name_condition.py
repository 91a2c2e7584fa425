"""Whether a condition of an advanced format holds for one person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from lifecycle.language.filter import Filter, fields_of, mask

Moment = datetime
"""The moment of the run."""


def holds(condition: Filter, row: Mapping[str, str], _moment: Moment) -> bool:
    """Whether the condition holds for a row of texts; a field that is missing is empty."""
    frame = pd.DataFrame({name: [row.get(name, "")] for name in sorted(fields_of(condition))}, dtype="str")
    return bool(mask(condition, frame).iloc[0])
