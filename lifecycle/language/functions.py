"""The functions that a macro may call as ``fx``: text in, text out, pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from anyascii import anyascii


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language with the number of arguments that it takes."""

    apply: Callable[..., str]
    least: int
    most: int

    def check(self, count: int) -> None:
        """Refuse a wrong number of arguments.

        Raises:
            ValueError: Too few or too many.
        """
        if not self.least <= count <= self.most:
            allowed = str(self.least) if self.least == self.most else f"{self.least} to {self.most}"
            raise ValueError(f"a function takes {allowed} arguments, {count} given")


def _default(value: str, otherwise: str) -> str:
    return value or otherwise


def _filetime_of_date(value: str) -> str:
    """An ISO 8601 timestamp as FILETIME text; empty stays empty."""
    from datetime import datetime  # noqa: PLC0415  (used here alone)

    from lifecycle.directory.values import filetime  # noqa: PLC0415  (used here alone)

    return str(filetime(datetime.fromisoformat(value))) if value else ""


FUNCTIONS: dict[str, Function] = {
    "lower": Function(str.lower, 1, 1),
    "upper": Function(str.upper, 1, 1),
    "trim": Function(str.strip, 1, 1),
    "unaccent": Function(anyascii, 1, 1),
    "default": Function(_default, 2, 2),
    "truncate": Function(lambda value, length: value[: int(length)], 2, 2),
    "filetime": Function(_filetime_of_date, 1, 1),
}
