"""The functions that a macro may call as ``fx``: text in, text out, pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from anyascii import anyascii

from lifecycle.directory.values import filetime


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language.

    Args:
        apply: The function; raises ValueError for an argument that it cannot read.
        arguments: How many texts it takes.
        whole_number: Position of the argument that must be a whole number, counted from 0; None for none.
    """

    apply: Callable[..., str]
    arguments: int
    whole_number: int | None = None


def _default(value: str, otherwise: str) -> str:
    return value or otherwise


def _truncate(value: str, length: str) -> str:
    if not is_whole_number(length):
        raise ValueError("the length is not a whole number")
    return value[: int(length)]


def _filetime(value: str) -> str:
    """An ISO 8601 timestamp with its offset as FILETIME text; empty stays empty."""
    return str(filetime(datetime.fromisoformat(value))) if value else ""


def is_whole_number(text: str) -> bool:
    """Whether a text is a whole number from 0 up to 9999, in digits."""
    return text.isascii() and text.isdigit() and len(text) <= len("9999")


FUNCTIONS: dict[str, Function] = {
    "lower": Function(str.lower, 1),
    "upper": Function(str.upper, 1),
    "trim": Function(str.strip, 1),
    "unaccent": Function(anyascii, 1),
    "default": Function(_default, 2),
    "truncate": Function(_truncate, 2, whole_number=1),
    "filetime": Function(_filetime, 1),
}
