"""Compiled pieces of a name: from a person's row, and the number of the try, to text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from anyascii import anyascii

from lifecycle.language.macros.template import Row
from lifecycle.language.names.attempt import Attempt, NameMacro, random_digits
from lifecycle.language.names.piece import Piece

MOST_RUNNING = 1_000_000
"""So many numbers of a running number are tried."""

MOST_DRAWS = 1_000
"""So many draws of random digits, or results of a macro that differs from try to try, are tried."""


_MOST_KEPT = 1 << 16
"""So many values of one field are kept with what became of them: names come again and again."""

_CASES: Mapping[str, Callable[[str], str]] = {"given": str, "lower": str.lower, "upper": str.upper}


@dataclass(frozen=True, slots=True)
class Tidying:
    """What the format does to all of its text.

    Args:
        dropped: Characters that no name holds, as a table for ``str.translate``.
        case: Of all letters.
        spaces: Whether spaces inside fields are kept.
        transliterate: Whether letters are replaced by Latin ones without accents.
    """

    dropped: Mapping[int, None]
    case: Literal["given", "lower", "upper"]
    spaces: bool
    transliterate: bool

    def __call__(self, text: str) -> str:
        """The text without the characters that are dropped or cannot be seen, in its case."""
        text = text.translate(self.dropped)
        if not text.isprintable():
            text = "".join(character for character in text if character.isprintable())
        return _CASES[self.case](text)

    def spaced(self, text: str) -> str:
        """Words separated by single spaces, in letters that the format keeps."""
        text = " ".join(text.split())
        return anyascii(text) if self.transliterate and not text.isascii() else text

    def joined(self, text: str) -> str:
        """The same without the spaces, unless the format keeps them."""
        return text if self.spaces else "".join(text.split())


class Part(Protocol):
    """A piece that is text."""

    def read(self, row: Row, number: int, seed: str) -> str:
        """The piece for one person; empty when it has no value.

        Args:
            row: Field → text.
            number: Of the try, 0 for the first.
            seed: The person's anchor.
        """
        ...


@dataclass(frozen=True, slots=True)
class LiteralPart:
    """Text that is the same for everybody."""

    text: str

    def read(self, _row: Row, _number: int, _seed: str) -> str:
        """The text."""
        return self.text


@dataclass(frozen=True, slots=True)
class FieldPart:
    """A field, or a part of it: of its words, then of the characters of these.

    Letters are replaced before they are counted: the first letter of Þór is T, not Th.
    """

    piece: Piece
    name: str
    tidy: Tidying
    _known: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def read(self, row: Row, _number: int, _seed: str) -> str:
        """The part for one person."""
        value = row.get(self.name, "")
        text = self._known.get(value)
        if text is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            text = self._known[value] = self._formed(value)
        return text

    def _formed(self, value: str) -> str:
        text = self.tidy.spaced(value)
        if self.piece.word != "every":
            words = text.replace("-", " ").split()
            text = words[0 if self.piece.word == "first" else -1] if words else ""
        text = capitals(text) if self.piece.case == "capitals" else text
        text = self.tidy.joined(text)[_characters(self.piece)]
        return self.tidy(_CASES.get(self.piece.case, str)(text))


@dataclass(frozen=True, slots=True)
class MacroPart:
    """A macro."""

    macro: NameMacro
    tidy: Tidying

    def read(self, row: Row, number: int, seed: str) -> str:
        """What the macro gives, its white space as that of a field.

        Raises:
            UnfitValueError: A function cannot read its argument.
        """
        return self.tidy(self.tidy.joined(self.tidy.spaced(self.macro.render(row, Attempt(number, seed)))))


class Number(Protocol):
    """Digits inside a name that are others at each try."""

    def digits(self, number: int, seed: str) -> str:
        """The digits of a try; empty behind the last."""
        ...

    def admits(self, digits: str) -> bool:
        """Whether another try, or another person's, may have given these digits."""
        ...

    @property
    def width(self) -> int:
        """How many digits there are."""
        ...

    @property
    def is_personal(self) -> bool:
        """Whether the digits of one try differ from person to person."""
        ...


@dataclass(frozen=True, slots=True)
class Running:
    """A running number."""

    first: int
    width: int
    is_personal = False

    def digits(self, number: int, _seed: str) -> str:
        """The first number at the first try, then one more each time."""
        digits = str(self.first + number).zfill(self.width)
        return digits if len(digits) == self.width and number < MOST_RUNNING else ""

    def admits(self, digits: str) -> bool:
        """Whether the number is not below the first."""
        return self.first <= int(digits) < self.first + MOST_RUNNING


@dataclass(frozen=True, slots=True)
class Random:
    """Digits without a pattern."""

    width: int
    is_personal = True

    def digits(self, number: int, seed: str) -> str:
        """Derived from person and try."""
        return random_digits(Attempt(number, seed), self.width) if number < MOST_DRAWS else ""

    def admits(self, digits: str) -> bool:  # noqa: ARG002 (the protocol's name)
        """Any: who drew them is not known."""
        return True


def number_of(piece: Piece) -> Number:
    """A piece that is a running number or random digits, compiled."""
    if piece.counter is not None:
        return Running(piece.counter.from_, piece.counter.width)
    return Random(piece.random or 1)


def part_of(piece: Piece, macros: Mapping[str, NameMacro], tidy: Tidying) -> Part:
    """A piece that is text, compiled.

    Args:
        piece: As it is configured.
        macros: Text of each macro → the same compiled.
        tidy: What the format does to its text.
    """
    if piece.field is not None:
        return FieldPart(piece, piece.field, tidy)
    if piece.macro is not None:
        return MacroPart(macros[piece.macro], tidy)
    text = piece.text or ""
    return LiteralPart(tidy(anyascii(text) if tidy.transliterate else text))


def capitals(text: str) -> str:
    """The first letter of each word a capital, the others not; a space, hyphen or apostrophe ends a word."""
    letters, begins = [], True
    for letter in text:
        letters.append(letter.title() if begins else letter.lower())
        begins = not (letter.isalnum() or letter == "\u0301")
    return "".join(letters)


def _characters(piece: Piece) -> slice:
    if piece.nth is not None:
        return slice(piece.nth - 1, piece.nth)
    return slice(-piece.last, None) if piece.last is not None else slice(piece.first)
