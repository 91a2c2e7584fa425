"""Tries at a unique name: the only source of running numbers and random digits, which are derived and never drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lifecycle.language.macros.functions.catalogue import FUNCTIONS
from lifecycle.language.macros.functions.digits import random
from lifecycle.language.macros.template import Attempt, Template, compile_template
from lifecycle.language.vocabulary import Vocabulary

__all__ = ["Attempt", "NameMacro", "compile_name_macro", "random_digits"]


def random_digits(attempt: Attempt, digits: int) -> str:
    """So many digits without a pattern, the same for the same person and try."""
    return random(attempt, digits)


@dataclass(frozen=True, slots=True)
class NameMacro:
    """A compiled macro of a name.

    Args:
        template: The text.
    """

    template: Template

    @property
    def varies(self) -> bool:
        """Whether it gives another text for another try."""
        return any(FUNCTIONS[name].needs_attempt for name in self.template.names("fx"))

    def render(self, row: Mapping[str, str], attempt: Attempt) -> str:
        """The text for one person and try.

        Raises:
            UnfitValueError: A function cannot read its argument.
        """
        return self.template.render(row, attempt=attempt)


def compile_name_macro(text: str, words: Vocabulary) -> NameMacro:
    """Compile a macro; of a record, the settings and the try at hand.

    Raises:
        MacroError: The text is no template.
    """
    return NameMacro(compile_template(text, words, at_hand={"src", "attempt"}))
