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
from pydantic import Field, field_validator, model_validator

from lifecycle.language.macro import Row
from lifecycle.language.model import LanguageModel

MOST_CANDIDATES = 10_000
"""A name that is still taken after so many candidates is given up."""

_WORDS = re.compile(r"[\s\-]+")


class Piece(LanguageModel):
    """One piece of a name: a literal, or part of a field."""

    text: str | None = Field(None, description="Literal text.")
    field: str | None = Field(None, description="Source field, e.g. halo-users.firstname.")
    word: Literal["first", "last", "every"] = Field(
        "every", description="Which word of the value; hyphens separate words too."
    )
    first: int | None = Field(None, ge=1, description="Only so many characters from the start.")

    @model_validator(mode="after")
    def _one_of(self) -> Piece:
        if (self.text is None) == (self.field is None):
            raise ValueError("a piece is either text or field")
        if self.field is None and self.model_fields_set & {"word", "first"}:
            raise ValueError("word and first belong to a field, not to text")
        return self

    def render(self, row: Row, *, spaces: bool, transliterate: bool) -> str:
        """The piece for one person; empty when the field is.

        Letters are replaced before they are counted: the first letter of Þór is T, not Th.
        """
        value = (self.text or "") if self.field is None else " ".join(row.get(self.field, "").split())
        if transliterate:
            value = anyascii(value)
        if self.field is None:
            return value
        if self.word != "every":
            words = [word for word in _WORDS.split(value) if word]
            value = words[0 if self.word == "first" else -1] if words else ""
        if not spaces:
            value = re.sub(r"\s+", "", value)
        return value[: self.first] if self.first else value


class NamingFormat(LanguageModel):
    """How one kind of name is formed (``config/formats/*.yaml``)."""

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

    @field_validator("alternatives")
    @classmethod
    def _read_a_field(cls, alternatives: tuple[tuple[Piece, ...], ...]) -> tuple[tuple[Piece, ...], ...]:
        for number, pieces in enumerate(alternatives):
            if not any(piece.field for piece in pieces):
                raise ValueError(f"alternative {number} has no field: it would give everybody the same name")
        return alternatives

    @property
    def fields(self) -> frozenset[str]:
        """Names of all source fields that the format reads."""
        return frozenset(piece.field for pieces in self.alternatives for piece in pieces if piece.field)

    def candidates(self, row: Row, suffix: str) -> Iterator[str]:
        """All names to try, in order, no two of them equal (without regard to case).

        None when the fields leave nothing to build from, or when the suffix leaves no room.

        Args:
            row: Field name → text.
            suffix: The format's suffix with its macros filled.
        """
        bases = self._bases(row)
        counters = (f"{self.counter_separator}{number}" for number in self._numbers)
        attempts = itertools.chain(
            ((base, "") for base in bases), ((bases[-1], counter) for counter in counters if bases)
        )
        seen = {""}
        for base, counter in attempts:
            name = self._cut(base, counter, suffix)
            if name.casefold() not in seen:
                seen.add(name.casefold())
                yield name

    def admits(self, row: Row, suffix: str, name: str) -> bool:
        """Whether a name that exists is one of the person's candidates: then it need not change."""
        fold, bases = name.casefold(), self._bases(row)
        if not bases or not fold:
            return False
        if any(self._cut(base, "", suffix).casefold() == fold for base in bases):
            return True
        # A base may end in digits itself, so that every tail of the digits may be the counter.
        digits = re.search(r"[0-9]*$", fold.removesuffix(suffix.casefold()))
        tails = (digits[0][start:] for start in range(len(digits[0]))) if digits else ()
        return any(
            str(int(tail)) == tail
            and int(tail) in self._numbers
            and self._cut(bases[-1], f"{self.counter_separator}{tail}", suffix).casefold() == fold
            for tail in tails
        )

    @property
    def _numbers(self) -> range:
        return range(self.counter_from, self.counter_from + MOST_CANDIDATES)

    def _bases(self, row: Row) -> list[str]:
        """What each alternative gives, without counter and suffix; empty and repeated ones left out."""
        return list(dict.fromkeys(filter(None, (self._base(pieces, row) for pieces in self.alternatives))))

    def _base(self, pieces: tuple[Piece, ...], row: Row) -> str:
        parts = [
            (piece.field is None, piece.render(row, spaces=self.spaces, transliterate=self.transliterate))
            for piece in pieces
        ]
        if not any(value for literal, value in parts if not literal):
            return ""
        text = "".join(value for place, (literal, value) in enumerate(parts) if not literal or _joins(parts, place))
        text = "".join(character for character in text if character not in self.remove and character.isprintable())
        return {"given": text, "lower": text.lower(), "upper": text.upper()}[self.case].strip(" ")

    def _cut(self, base: str, counter: str, suffix: str) -> str:
        """Base, counter and suffix, the base cut so that the whole fits; empty when nothing of it would be left."""
        if "@" in suffix:  # RFC 5321, 4.1.2: dots of an address stand singly, between other characters
            base = re.sub(r"\.{2,}", ".", base).strip(" .")
        room = self.max_length - len(counter) - len(suffix)
        stem = base[: max(room, 0)].strip(" ." if "@" in suffix else " ")
        return f"{stem}{counter}{suffix}" if stem else ""


def _joins(parts: list[tuple[bool, str]], place: int) -> bool:
    """Whether a literal stands: one between fields needs something on both sides, else it joins nothing."""

    def filled(side: list[tuple[bool, str]]) -> bool:
        fields = [value for literal, value in side if not literal]
        return not fields or any(fields)

    return filled(parts[:place]) and filled(parts[place + 1 :])
