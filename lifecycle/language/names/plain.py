"""A format with alternatives, compiled: from a person's row to the text of a name, a number in it or behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from lifecycle.language.macros.template import Row
from lifecycle.language.names.naming import OnClash
from lifecycle.language.names.part import LiteralPart, Number, Part

_DOTS = re.compile(r"\.{2,}")


class Base(NamedTuple):
    """What an alternative gives: text before and behind the place of its number, and what is never cut."""

    head: str
    number: Number | None
    tail: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Ends:
    """What stands at the ends of a name, and behind it.

    Args:
        suffix: What is never cut.
        stripped: Characters that no name begins or ends with, nor the text before a counter or suffix.
        single_dots: Whether dots stand singly.
        own_domain: Whether an @ may come from a field: then what stands behind it is never cut or counted.
    """

    suffix: str
    stripped: str
    single_dots: bool
    own_domain: bool

    def base(self, head: str, number: Number | None, tail: str) -> Base:
        """The base of these texts; RFC 5321, section 4.1.2: dots of an address stand singly, between characters."""
        if self.single_dots and (".." in head or ".." in tail):
            head, tail = _DOTS.sub(".", head), _DOTS.sub(".", tail)
        suffix = self.suffix
        if self.own_domain and "@" in (tail or head):
            local, at, domain = (tail or head).rpartition("@")
            head, tail, suffix = (head, local, f"{at}{domain}") if tail else (local, "", f"{at}{domain}")
            suffix += self.suffix
        if number is None:
            return Base(head.strip(self.stripped), None, "", suffix)
        return Base(head.lstrip(self.stripped), number, tail.rstrip(self.stripped), suffix)


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """One alternative of a format.

    Args:
        parts: Its pieces; an empty literal stands in the place of the number.
        number: The running number or random digits in it.
        number_at: Place of the number among the parts; behind the last part when there is none.
        varies: Whether a macro in it gives another text at each try.
        ends: Of the format.
    """

    parts: tuple[Part, ...]
    number: Number | None
    number_at: int
    varies: bool
    ends: Ends

    def base(self, row: Row, number: int, seed: str) -> Base | None:
        """What it gives for one person and try; None when the person's fields leave nothing to build from.

        Raises:
            UnfitValueError: A macro cannot read its argument.
        """
        values = [part.read(row, number, seed) for part in self.parts]
        if "" in values and not self._joined(values):
            return None
        if self.number is None:
            base = self.ends.base("".join(values), None, "")
            return base if base.head else None
        return self.ends.base("".join(values[: self.number_at]), self.number, "".join(values[self.number_at :]))

    def _joined(self, values: list[str]) -> bool:
        """Blank the literals that join nothing, and say whether any field is left.

        A literal between fields needs something on both sides. A number is always there.
        """
        filled = [
            None
            if isinstance(part, LiteralPart) and place != self.number_at
            else bool(value) or place == self.number_at
            for place, (part, value) in enumerate(zip(self.parts, values, strict=True))
        ]
        for place, one in enumerate(filled):
            if one is None and not (_any_filled(filled[:place]) and _any_filled(filled[place + 1 :])):
                values[place] = ""
        fields = [one for place, one in enumerate(filled) if one is not None and place != self.number_at]
        return any(fields) or not fields


def _any_filled(side: list[bool | None]) -> bool:
    """Whether a side of a literal holds anything but other literals, if there is a field on it at all."""
    fields = [one for one in side if one is not None]
    return not fields or any(fields)


@dataclass(frozen=True, slots=True, eq=False)
class PlainFormat:
    """A compiled format with alternatives, for attributes of one rule.

    Args:
        alternatives: In order.
        on_clash: What is tried when a name is taken.
        max_length: Characters of the whole name.
        stripped: As of :class:`Ends`.
        counter_from, counter_separator: The counter that is appended.
        fields: Source fields that it reads.
    """

    alternatives: tuple[Alternative, ...]
    on_clash: OnClash
    max_length: int
    stripped: str
    counter_from: int
    counter_separator: str
    fields: frozenset[str]

    def appended(self, base: Base, counter: str) -> str:
        """A base without a number of its own, a counter behind it; empty when nothing of the base would be left."""
        stem = base.head
        if counter:
            counter = f"{self.counter_separator}{counter}"
        room = self.max_length - len(counter) - len(base.suffix)
        if len(stem) > room:
            stem = stem[: max(room, 0)].strip(self.stripped)
        return f"{stem}{counter}{base.suffix}" if stem else ""

    def numbered(self, base: Base, digits: str) -> str:
        """A base with its number; cut from the end, but never the number. Empty when nothing else would be left."""
        head, tail = self._around(base, len(digits))
        lost = (base.head or base.tail) and not (head or tail)
        fits = len(digits) + len(base.suffix) <= self.max_length
        return f"{head}{digits}{tail}{base.suffix}" if fits and not lost else ""

    def number_in(self, base: Base, fold: str) -> bool:
        """Whether a folded name is the base with a number that may have been given."""
        if base.number is None:
            return False
        width = base.number.width
        head, tail = (text.casefold() for text in self._around(base, width))
        digits = fold[len(head) : len(head) + width]
        return (
            fold == f"{head}{digits}{tail}{base.suffix.casefold()}"
            and len(digits) == width
            and digits.isascii()
            and digits.isdigit()
            and base.number.admits(digits)
        )

    def _around(self, base: Base, width: int) -> tuple[str, str]:
        """Text before and behind a number of so many digits, cut."""
        room = max(self.max_length - width - len(base.suffix), 0)
        head = base.head[:room]
        return head, base.tail[: room - len(head)].rstrip(self.stripped)
