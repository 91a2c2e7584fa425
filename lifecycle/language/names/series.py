"""The names that one format gives one person, by position: which comes first, and which next when it is taken.

Each alternative gives its first name, in order; then one of them counts on, with the number that stands in it or with
one that is appended. A length limit cuts the text *before* that number, so that the number always survives. Pure: the
same person has the same names whatever else is in the plan.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from lifecycle.language.macros.template import Row
from lifecycle.language.names.part import MOST_DRAWS
from lifecycle.language.names.plain import Alternative, Base, PlainFormat

MOST_CANDIDATES = 10_000
"""A name that is still taken with so many counters appended is given up."""

_ONE_ALTERNATIVE = frozenset({"counter", "reject"})
_DIGITS_AT_END = re.compile(r"[0-9]*$")


class Series:
    """The names of one plain format for one person.

    Which are tried depends on what the bundle says of a clash:

    - ``next_then_counter``: every alternative, then the last with numbers;
    - ``next``: every alternative, and no number is appended to the last;
    - ``counter``: the first alternative, then the same with numbers;
    - ``reject``: the first alternative, and nothing else.

    Args:
        one: The format.
        row: Field → text.
        seed: The person's anchor.
    """

    __slots__ = ("_alternatives", "_counting", "_firsts", "_one", "_row", "_seed")

    def __init__(self, one: PlainFormat, row: Row, seed: str) -> None:
        self._one, self._row, self._seed = one, row, seed
        self._alternatives = iter(one.alternatives)
        self._counting: tuple[Alternative, Base] | None = None
        self._firsts: list[str] = []

    def at(self, position: int) -> str:
        """The name at a position, counted from 0; empty behind the last.

        Raises:
            UnfitValueError: A macro cannot read its argument.
        """
        if position < len(self._firsts) or self._reaches(position):
            return self._firsts[position]
        return self._numbered(position - len(self._firsts))

    def admits(self, name: str) -> bool:
        """Whether a name that exists is one of these: then it need not change. Case is no difference.

        Of random digits any are admitted: an account may bear those of an earlier draw.
        """
        fold = name.casefold()
        if not fold or not self.firsts:
            return False
        return any(first.casefold() == fold for first in self.firsts) or self._counts_to(fold)

    @property
    def firsts(self) -> Sequence[str]:
        """The first name of each alternative that may be tried, no two of them equal (without regard to case)."""
        self._reaches(len(self._one.alternatives))
        return self._firsts

    @property
    def run(self) -> Hashable:
        """What the names behind :attr:`firsts` depend on; None where they differ from person to person."""
        if not self.firsts or not self._counting:
            return None
        alternative, base = self._counting
        if alternative.varies or (base.number and base.number.is_personal):
            return None
        return self._one, base, len(self._firsts)

    def _reaches(self, position: int) -> bool:
        """Form the first names up to a position; whether there are as many."""
        firsts = self._firsts
        while len(firsts) <= position:
            if firsts and self._one.on_clash in _ONE_ALTERNATIVE:
                return False
            alternative = next(self._alternatives, None)
            if alternative is None:
                return False
            base = alternative.base(self._row, 0, self._seed)
            name = self._named(base, 0) if base else ""
            if base and name:
                self._counting = alternative, base
                if not firsts or name.casefold() not in map(str.casefold, firsts):
                    firsts.append(name)
        return True

    def _numbered(self, further: int) -> str:
        """The name that comes so many behind the first ones."""
        if self._one.on_clash == "reject" or not self._counting:
            return ""
        alternative, base = self._counting
        if alternative.varies:
            again = alternative.base(self._row, further + 1, self._seed) if further < MOST_DRAWS else None
            return self._named(again, further + 1) if again else ""
        if base.number is not None:
            return self._named(base, further + 1)
        if self._one.on_clash == "next" or further >= MOST_CANDIDATES:
            return ""
        return self._one.appended(base, str(self._one.counter_from + further))

    def _named(self, base: Base, number: int) -> str:
        if base.number is None:
            return self._one.appended(base, "")
        digits = base.number.digits(number, self._seed)
        return self._one.numbered(base, digits) if digits else ""

    def _counts_to(self, fold: str) -> bool:
        """Whether the folded name is one of those behind the first ones."""
        if self._one.on_clash == "reject" or not self._counting:
            return False
        alternative, base = self._counting
        if alternative.varies:
            return any(self._numbered(further).casefold() == fold for further in range(MOST_DRAWS))
        if base.number is not None:
            return self._one.number_in(base, fold)
        if self._one.on_clash == "next":
            return False
        # A base may end in digits itself, so that every tail of the digits may be the counter.
        found = _DIGITS_AT_END.search(fold.removesuffix(base.suffix.casefold()))
        digits = found[0] if found else ""
        numbers = range(self._one.counter_from, self._one.counter_from + MOST_CANDIDATES)
        return any(
            str(int(tail)) == tail and int(tail) in numbers and self._one.appended(base, tail).casefold() == fold
            for tail in (digits[start:] for start in range(len(digits)))
        )
