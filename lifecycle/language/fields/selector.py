"""One place in an answer: a key of its outermost object, or a JSONPath that leads to one place only."""

from __future__ import annotations

from typing import Any, Final

from lifecycle.language.fields.json_path import JsonPath, JsonPathError


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""What :meth:`Selector.read` answers where there is nothing; a null is something."""


class Selector:
    """Compiled once, read from each answer.

    Args:
        text: A key, or a JSONPath of names and indexes only, such as ``$.data.people``.

    Raises:
        ValueError: It begins with ``$`` and is no JSONPath, or one that may lead to several places: with a wildcard or
            a filter, rows that lack something would be left out in silence.
    """

    __slots__ = ("_path", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._path = JsonPath(text) if text.startswith("$") else None
        if self._path is not None and not self._path.is_singular:
            raise ValueError(f"must lead to one place, by names and indexes only: {text!r}")
        if not text:
            raise ValueError("must not be empty")

    def read(self, answer: Any) -> Any:
        """The value at the place, or ``MISSING``."""
        if self._path is None:
            return answer.get(self.text, MISSING) if isinstance(answer, dict) else MISSING
        if self.text == "$":
            return answer
        try:
            return next(iter(self._path.found(answer)), MISSING)
        except JsonPathError:
            return MISSING
