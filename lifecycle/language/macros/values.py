"""What a compiled template is given when it is rendered, and how it says that this does not do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Row = Mapping[str, str]
"""Name → text. A name that is missing counts as empty."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Which of several tries at a unique value this is; the only source of counters and random digits.

    Args:
        number: 0 for the first try.
        seed: What the random digits are derived from, for example the person's key. Not a secret.
    """

    number: int
    seed: str


Reader = Callable[[Row, Row, Row, Row, "Attempt | None"], str]
"""A compiled piece of a template: (src, ad, m365, act, attempt) → text."""


class MissingValueError(ValueError):
    """A macro in a strict place has no value; the text names the macro, not the record."""


class UnfitValueError(ValueError):
    """A function cannot read a value, or a place cannot hold it; the text names the macro, not the value."""
