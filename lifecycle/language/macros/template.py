"""Templates: text with macros (``%prefix.name%``), compiled once, rendered for each record.

The syntax is that of :mod:`lifecycle.language.macros.syntax`, the names are those of
:mod:`lifecycle.language.macros.binding`. A macro without a value is empty in most places and an error in a strict one;
values are escaped for where they land (:mod:`lifecycle.language.macros.place`). Everything that does not depend on a
record is checked when a template is compiled; rendering has no clock and no randomness.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lifecycle.language.macros.binding import Binder
from lifecycle.language.macros.place import PLACES, Place
from lifecycle.language.macros.placing import Shape, place_tree
from lifecycle.language.macros.syntax import MacroError, parse
from lifecycle.language.macros.values import Attempt, MissingValueError, Reader, Row, UnfitValueError
from lifecycle.language.vocabulary import Vocabulary

__all__ = [
    "Attempt", "MacroError", "MissingValueError", "Place", "Row", "Template", "UnfitValueError", "compile_template",
]  # fmt: skip

MOST_CHARACTERS = 100_000
"""Characters of a template; all of them macros, they take a moment, not seconds."""

_NOTHING: Row = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A compiled template; made by :func:`compile_template`."""

    text: str
    place: Place
    _words: Vocabulary = field(repr=False)
    _at_hand: frozenset[str] = field(repr=False)
    _names: Mapping[str, frozenset[str]] = field(repr=False)
    _read: Reader = field(repr=False)
    _shape: Shape = field(repr=False)

    @property
    def fields(self) -> frozenset[str]:
        """Names of all source fields that the template reads."""
        return self.names("src")

    def names(self, prefix: str) -> frozenset[str]:
        """The names behind one prefix, wherever they stand in the template; those without prefix among them."""
        return self._names.get(prefix, frozenset())

    @property
    def reader(self) -> Reader:
        """What :meth:`render` calls: a plain function, for the many calls of a whole mapping."""
        return self._read

    def render(
        self,
        row: Row,
        *,
        ad: Row = _NOTHING,
        m365: Row = _NOTHING,
        act: Row = _NOTHING,
        attempt: Attempt | None = None,
    ) -> str:
        """The text for one record.

        Args:
            row: The record: field → text; missing ones count as empty, here and below.
            ad: The account in Active Directory: LDAP name → text.
            m365: The account in Microsoft 365: name → text.
            act: ``run``, ``action``, ``automation``, and ``timestamp`` (ISO 8601 with offset).
            attempt: Which try at a unique value this is.

        Raises:
            MissingValueError: A macro has no value in a strict place.
            UnfitValueError: A function cannot read its argument, or the place cannot hold the value.
        """
        return self._read(row, ad, m365, act, attempt)

    def shape(self, sample: str = "x") -> str:
        """The text with the same sample, escaped for the place, where each value would stand.

        Settings are filled in, functions are not called: it shows what the text is whatever the values are.
        """
        escape = PLACES[self.place].escape or str
        return "".join(escape(sample) if piece is None else piece for piece in self._shape)

    def __reduce__(self) -> tuple[Callable[..., Template], tuple[str, Vocabulary, Place, frozenset[str]]]:
        return compile_template, (self.text, self._words, self.place, self._at_hand)


def compile_template(
    text: str, words: Vocabulary, place: Place = "prose", at_hand: Collection[str] = frozenset({"src"})
) -> Template:
    """Parse a template, give its names their meaning, and check everything that does not depend on a record.

    Args:
        text: The template.
        words: Settings and lookup tables; settings are filled in at once.
        place: Where the text lands.
        at_hand: What will be given when it is rendered: of ``src``, ``ad``, ``m365``, ``act`` and ``attempt``.

    Raises:
        MacroError: The text is no template or too long, names something that does not exist or is not at hand, or has
            an argument that its function cannot read.
    """
    if len(text) > MOST_CHARACTERS:
        raise MacroError(f"a text of {len(text)} characters is too long for macros; at most {MOST_CHARACTERS}")
    binder, rules = Binder(words, at_hand), PLACES[place]
    read, shape = place_tree(parse(text), binder, rules)
    names = {prefix: frozenset(found) for prefix, found in binder.names.items()}
    return Template(text, place, words, frozenset(at_hand), names, read, shape)
