"""Upper and lower case; title case knows how people's names are written."""

from __future__ import annotations

import re

from lifecycle.language.macros.functions.function import VALUE, Example, Function

_PARTICLES = frozenset({
    "af", "av", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "ibn", "ten", "ter", "van", "vom", "von",
    "zu", "zum", "zur",
})  # fmt: skip
_ARTICLES = frozenset({"het", "la", "las", "le", "los", "'t"})
"""Small behind a particle only: de la Cruz, but Le Pen."""
_NUMERALS = frozenset({"ii", "iii", "iv"})
_WORD = re.compile(r"[^\s\-]+")
_AFTER_APOSTROPHE = re.compile(r"(?<=['’ʼ])\w(?=\w)")


def title(value: str) -> str:
    """A name in title case: O'Brien, van der Berg, Müller-Łukaszewska, Jean-Luc.

    A word that has upper and lower case letters already is kept: somebody has decided it (McDonald, DeShawn, Van Dyk).
    A particle such as ``van`` or ``de`` is written small, unless it is the last word, and so a name of its own; the
    article behind it too (de la Cruz). A numeral at the end stays a numeral (John Smith III).
    """
    words = list(_WORD.finditer(value))
    pieces: list[str] = []
    end, before = 0, ""
    for number, word in enumerate(words):
        last = number == len(words) - 1
        pieces += value[end : word.start()], _titled(word[0], before, last=last)
        end, before = word.end(), word[0].lower()
    return "".join(pieces) + value[end:]


def _titled(word: str, before: str, *, last: bool) -> str:
    lower = word.lower()
    if word not in {lower, word.upper()}:
        return word
    if not last and (lower in _PARTICLES or (lower in _ARTICLES and before in _PARTICLES)):
        return lower
    if lower in _NUMERALS and last and before:
        return word.upper()
    return _AFTER_APOSTROPHE.sub(lambda letter: letter[0].upper(), lower[:1].title() + lower[1:])


def capitalize(value: str) -> str:
    """The first character in upper case, the others as they are."""
    return value[:1].title() + value[1:]


CASE = (
    Function(
        "lower",
        "All letters in lower case.",
        (VALUE,),
        (Example("%fx.lower(#%src.surname%#)%", {"surname": "O'BRIEN"}, "o'brien"),),
        str.lower,
    ),
    Function(
        "upper",
        "All letters in upper case.",
        (VALUE,),
        (Example("%fx.upper(#%src.surname%#)%", {"surname": "Łukaszewska"}, "ŁUKASZEWSKA"),),
        str.upper,
    ),
    Function(
        "title",
        "A person's name in title case: particles such as van and de stay small unless they are the last word, and a "
        "word that has both upper and lower case letters already is kept as it is.",
        (VALUE,),
        (
            Example("%fx.title(#%src.name%#)%", {"name": "SINÉAD O'BRIEN"}, "Sinéad O'Brien"),
            Example("%fx.title(#%src.name%#)%", {"name": "JAN VAN DER BERG"}, "Jan van der Berg"),
            Example("%fx.title(#%src.name%#)%", {"name": "müller-łukaszewska"}, "Müller-Łukaszewska"),
            Example("%fx.title(#%src.name%#)%", {"name": "RONALD McDonald"}, "Ronald McDonald"),
        ),
        title,
    ),
    Function(
        "capitalize",
        "The first letter in upper case, the others as they are.",
        (VALUE,),
        (Example("%fx.capitalize(#%src.title%#)%", {"title": "head of IT"}, "Head of IT"),),
        capitalize,
    ),
)
