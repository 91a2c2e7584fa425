"""Tries at a unique name: the only source of running numbers and random digits, which are derived and never drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from lifecycle.language.macro import Template, compile_template
from lifecycle.language.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Attempt:
    """Which of several tries at a unique name this is.

    Args:
        number: 0 for the first.
        seed: What random digits are derived from: the person's anchor. Not a secret.
    """

    number: int
    seed: str


def random_digits(attempt: Attempt, digits: int) -> str:
    """So many digits without a pattern, the same for the same person and try."""
    source = hashlib.sha256(f"{attempt.number}:{attempt.seed}".encode()).digest()
    return str(int.from_bytes(source) % 10**digits).zfill(digits)


@dataclass(frozen=True, slots=True)
class NameMacro:
    """A compiled macro of a name.

    Args:
        template: The text.
        varies: Whether it gives another text for another try.
    """

    template: Template
    varies: bool = False

    def render(self, row: Mapping[str, str], _attempt: Attempt) -> str:
        """The text for one person and try.

        Raises:
            UnfitValueError: A function cannot read its argument.
        """
        return self.template.render(row)


def compile_name_macro(text: str, words: Vocabulary) -> NameMacro:
    """Compile a macro; of a record, the settings and the try at hand.

    Raises:
        MacroError: The text is no template.
    """
    return NameMacro(compile_template(text, words))
