"""Every function of the language."""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle.language.macros.functions.case import CASE
from lifecycle.language.macros.functions.choice import CHOICE
from lifecycle.language.macros.functions.contact import CONTACT
from lifecycle.language.macros.functions.country import COUNTRY
from lifecycle.language.macros.functions.dates import DATES
from lifecycle.language.macros.functions.digits import DIGITS
from lifecycle.language.macros.functions.function import Function
from lifecycle.language.macros.functions.text import TEXT_PARTS
from lifecycle.language.macros.functions.words import WORDS
from lifecycle.language.vocabulary import Table, Vocabulary

THEMES: Mapping[str, tuple[Function, ...]] = {
    "Letters": CASE,
    "Parts of a text": TEXT_PARTS,
    "Words": WORDS,
    "Choices": CHOICE,
    "Dates and times": DATES,
    "Addresses and telephone numbers": CONTACT,
    "Countries": COUNTRY,
    "Digits": DIGITS,
}
"""Theme → its functions, as the reference shows them."""

FUNCTIONS: Mapping[str, Function] = {function.name: function for theme in THEMES.values() for function in theme}
"""Name → function."""

EXAMPLE_WORDS = Vocabulary(tables={"cities": Table({"ber": "Berlin", "lee": "Leeds"})})
"""What the examples may speak of besides their record."""
