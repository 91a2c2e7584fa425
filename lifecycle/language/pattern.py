"""Regular expressions of the configuration, matched in time linear in the text, whatever is written.

The syntax is RE2's: no look-around and no back-references, which is what makes the promise possible. Letters are
matched without regard to case only where the expression says so (``(?i)``).
"""

from __future__ import annotations

from typing import Self

import re2

_MOST_MEMORY = 1 << 20
"""Bytes that one expression may compile to; a small text such as ``((a{100}){100}){100}`` would take all there is."""


class PatternError(ValueError):
    """The text is no regular expression; says what is wrong with it."""


class Pattern:
    """One compiled regular expression.

    Args:
        text: RE2 syntax.

    Raises:
        PatternError: It is none, or is too large.
    """

    __slots__ = ("_compiled", "text")

    def __init__(self, text: str) -> None:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MOST_MEMORY
        try:
            self._compiled = re2.compile(text, options)
        except (re2.error, UnicodeEncodeError) as error:
            problem = error.args[0] if error.args else ""
            told = problem.decode("utf-8", "replace") if isinstance(problem, bytes) else "it cannot be written as UTF-8"
            raise PatternError(f"is not a regular expression ({told}): {text!r}") from None
        self.text = text

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (self.text,)

    @property
    def groups(self) -> int:
        """How many groups the expression has."""
        count: int = self._compiled.groups
        return count

    def matches(self, text: str) -> bool:
        """Whether the expression matches all of the text."""
        return self._compiled.fullmatch(text) is not None

    def occurs(self, text: str) -> bool:
        """Whether the expression matches anywhere in the text."""
        return self._compiled.search(text) is not None

    def found(self, text: str, group: int = 0) -> str:
        """What the expression, or one group of it, matches first; empty when it matches nowhere.

        Raises:
            IndexError: There is no such group.
        """
        match = self._compiled.search(text)
        return (match.group(group) or "") if match else ""
