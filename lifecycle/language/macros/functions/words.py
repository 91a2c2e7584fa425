"""Words of a text, and texts joined. White space and hyphens separate words, as in naming formats."""

from __future__ import annotations

import re

from lifecycle.language.macros.functions.function import VALUE, Example, Function, Parameter

_WORD = re.compile(r"[^\s\-]+")


def first_word(value: str) -> str:
    """The first word; empty when there is none."""
    found = _WORD.search(value)
    return found[0] if found else ""


def last_word(value: str) -> str:
    """The last word; empty when there is none."""
    words = _WORD.findall(value)
    return words[-1] if words else ""


def initials(value: str) -> str:
    """The first letter of each word, in upper case; what begins with no letter or digit counts from its first one."""
    letters = ("".join(filter(str.isalnum, word))[:1] for word in _WORD.findall(value))
    return "".join(letters).upper()


def join(separator: str, *values: str) -> str:
    """The values that are not empty, with the separator between them."""
    return separator.join(filter(None, values))


WORDS = (
    Function(
        "first_word",
        "The first word; hyphens separate words too.",
        (VALUE,),
        (Example("%fx.first_word(#%src.firstname%#)%", {"firstname": "Anna-Lena Maria"}, "Anna"),),
        first_word,
    ),
    Function(
        "last_word",
        "The last word; hyphens separate words too.",
        (VALUE,),
        (Example("%fx.last_word(#%src.surname%#)%", {"surname": "García Márquez"}, "Márquez"),),
        last_word,
    ),
    Function(
        "initials",
        "The first letter of every word, in upper case.",
        (VALUE,),
        (Example("%fx.initials(#%src.name%#)%", {"name": "Anna-Lena van Dyk"}, "ALVD"),),
        initials,
    ),
    Function(
        "join",
        "The values that are not empty, with a separator between them.",
        (Parameter("separator"), Parameter("value", variadic=True)),
        (
            Example(
                '%fx.join(", ", #%src.street%#, #%src.building%#, #%src.city%#)%',
                {"street": "High Street 1", "building": "", "city": "Leeds"},
                "High Street 1, Leeds",
            ),
        ),
        join,
    ),
)
