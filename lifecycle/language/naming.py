"""Naming formats: how a name is built from a person's fields, and which name comes next when it is taken.

A format is a list of alternatives, each a list of pieces. Candidates are the alternatives in order, then the last
alternative with a counter (``jsmith2``, ``jsmith3``, …). A length limit cuts the name *before* the counter, so that
the counter always survives. Pure: the same person has the same candidates whatever else is in the plan.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Literal

from anyascii import anyascii
from pydantic import BaseModel, ConfigDict, Field, model_validator

from lifecycle.language.macro import Row

MOST_CANDIDATES = 10_000
"""A name that is still taken after so many candidates is given up."""

_WORDS = re.compile(r"[\s\-'’]+")


class Piece(BaseModel):
    """One piece of a name: a literal, or part of a field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str | None = Field(None, description="Literal text.")
    field: str | None = Field(None, description="Source field, e.g. halo-users.firstname.")
    word: Literal["first", "last", "every"] = Field("every", description="Which word of the value.")
    first: int | None = Field(None, ge=1, description="Only so many characters from the start.")

    @model_validator(mode="after")
    def _one_of(self) -> Piece:
        if (self.text is None) == (self.field is None):
            raise ValueError("a piece is either text or field")
        return self

    def render(self, row: Row, *, spaces: bool) -> str:
        """The piece for one person; empty when the field is."""
        if self.field is None:
            return self.text or ""
        value = row.get(self.field, "").strip()
        if self.word != "every":
            words = [word for word in _WORDS.split(value) if word]
            value = words[0 if self.word == "first" else -1] if words else ""
        if not spaces:
            value = re.sub(r"\s+", "", value)
        return value[: self.first] if self.first else value


class NamingFormat(BaseModel):
    """How one kind of name is formed (``config/formats/*.yaml``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    description: str = ""
    alternatives: tuple[tuple[Piece, ...], ...] = Field(min_length=1, description="Tried in order.")
    suffix: str = Field("", description="Text behind the counter, e.g. @corp.example.com; macros of env only.")
    case: Literal["given", "lower", "upper"] = "given"
    transliterate: bool = Field(False, description="Latin letters without accents only.")
    spaces: bool = Field(True, description="Keep spaces inside fields.")
    remove: str = Field("", description="Characters that are dropped from the name.")
    max_length: int = Field(64, ge=1, le=256, description="Characters of the whole name, counter and suffix included.")
    counter_from: int = Field(2, ge=0, description="First number appended when every alternative is taken.")
    counter_separator: str = ""

    def candidates(self, row: Row, suffix: str) -> Iterator[str]:
        """All names to try, in order; none when the fields leave nothing to build from.

        Args:
            row: Field name → text.
            suffix: The format's suffix with its macros filled.
        """
        bases = list(dict.fromkeys(filter(None, (self._base(pieces, row) for pieces in self.alternatives))))
        for base in bases:
            yield self._cut(base, "", suffix)
        if bases:
            for number in itertools.count(self.counter_from):
                if number - self.counter_from >= MOST_CANDIDATES:
                    return
                yield self._cut(bases[-1], f"{self.counter_separator}{number}", suffix)

    def admits(self, row: Row, suffix: str, name: str) -> bool:
        """Whether a name that exists is one of the person's candidates: then it need not change."""
        fold = name.casefold()
        bases = list(dict.fromkeys(filter(None, (self._base(pieces, row) for pieces in self.alternatives))))
        if any(self._cut(base, "", suffix).casefold() == fold for base in bases):
            return True
        stem = name[: len(name) - len(suffix)] if suffix and fold.endswith(suffix.casefold()) else name
        digits = re.search(r"[0-9]+$", stem)
        if not bases or not digits or int(digits[0]) < self.counter_from:
            return False
        return self._cut(bases[-1], f"{self.counter_separator}{digits[0]}", suffix).casefold() == fold

    def _base(self, pieces: tuple[Piece, ...], row: Row) -> str:
        parts = [(piece.field is None, piece.render(row, spaces=self.spaces)) for piece in pieces]
        if not any(value for literal, value in parts if not literal):
            return ""
        text = "".join(value for _, value in parts).strip()
        if self.transliterate:
            text = anyascii(text)
        text = "".join(character for character in text if character not in self.remove and character >= " ")
        return {"given": text, "lower": text.lower(), "upper": text.upper()}[self.case].strip()

    def _cut(self, base: str, counter: str, suffix: str) -> str:
        room = self.max_length - len(counter) - len(suffix)
        return base[: max(room, 1)].strip(" .") + counter + suffix
