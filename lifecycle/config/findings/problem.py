"""A problem of the configuration in the words of the person who wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from lifecycle.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Args:
        file: Path of the file as the user would type it.
        path: Keys and positions inside the file, joined by dots; empty for the file as a whole.
        line: Counted from 1; 0 where the file as a whole is meant.
        column: Character in that line, counted from 1; 0 as above.
        span: How many characters are meant.
        text: What is wrong.
        hints: What would be right: a name that was probably meant, the names that there are.
    """

    file: str
    path: str
    line: int
    column: int
    span: int
    text: str
    hints: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """``config/settings.yaml:3:7``, which editors and terminals follow."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @property
    def sentence(self) -> str:
        """What is wrong, and where inside the file."""
        return f"{self.path}: {self.text}" if self.path else self.text

    def as_error(self, more: int = 0) -> ConfigurationError:
        """The same as an exception; ``more`` is how many further problems there are."""
        text = f"{self.text}; {self.hints[-1]}" if self.hints else self.text
        return ConfigurationError(self.file, self.path, text, line=self.line, column=self.column, more=more)
