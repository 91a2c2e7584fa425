"""Parts of a text, and a text made longer, shorter or plainer."""

from __future__ import annotations

import json as json_format
from collections.abc import Sequence
from typing import Any

from anyascii import anyascii

from lifecycle.language.macros.functions.function import VALUE, Example, Function, Parameter
from lifecycle.language.macros.functions.kinds import CHARACTER, COUNT, PATTERN, POSITION, SOME_TEXT, whole_number
from lifecycle.language.pattern import Pattern

_MOST_REPLACED = 1_000_000
"""Characters that replacing may give; nested calls would multiply them without end."""

_WIDTH = Parameter("width", whole_number(0, 256))
_FILL = Parameter("fill", CHARACTER)


def trim(value: str) -> str:
    """Without white space at the ends."""
    return value.strip()


def substring(value: str, start: int, length: int | None = None) -> str:
    """Characters from a position on: 1 is the first, -1 the last."""
    begin = start - 1 if start > 0 else max(len(value) + start, 0)
    return value[begin:] if length is None else value[begin : begin + length]


def truncate(value: str, length: int) -> str:
    """At most so many characters."""
    return value[:length]


def replace(value: str, old: str, new: str) -> str:
    """Every ``old`` as ``new``."""
    if value.count(old) * len(new) > _MOST_REPLACED:
        raise ValueError("too long")
    return value.replace(old, new)


def split(value: str, separator: str, part: int) -> str:
    """One of the parts: 1 is the first, -1 the last; empty where there are not so many."""
    parts = value.split(separator)
    index = part - 1 if part > 0 else len(parts) + part
    return parts[index].strip() if 0 <= index < len(parts) else ""


def regex_extract(value: str, pattern: Pattern, group: int | None = None) -> str:
    """What the pattern finds first; its first group, where it has one and no other is asked for."""
    if group is not None and group > pattern.groups:
        raise ValueError("no such group")
    return pattern.found(value, min(pattern.groups, 1) if group is None else group)


def _group_exists(arguments: Sequence[Any]) -> None:
    _, pattern, group = (*arguments, None)[:3]
    if group is not None and group > pattern.groups:
        raise ValueError(f"group {group} is asked for; the expression has {pattern.groups}")


def pad_left(value: str, width: int, fill: str) -> str:
    """Filled on the left; empty stays empty."""
    return value.rjust(width, fill) if value else ""


def pad_right(value: str, width: int, fill: str) -> str:
    """Filled on the right; empty stays empty."""
    return value.ljust(width, fill) if value else ""


def json(value: str) -> str:
    """A JSON string, quotation marks included."""
    return json_format.dumps(value, ensure_ascii=False)


TEXT_PARTS = (
    Function(
        "trim",
        "Without white space at the ends.",
        (VALUE,),
        (Example("[%fx.trim(#%src.site%#)%]", {"site": "  Berlin "}, "[Berlin]"),),
        trim,
    ),
    Function(
        "substring",
        "The characters from a position on, at most so many: 1 is the first character, -1 the last.",
        (VALUE, Parameter("start", POSITION), Parameter("length", COUNT, optional=True)),
        (
            Example("%fx.substring(#%src.number%#, 3)%", {"number": "DE4711"}, "4711"),
            Example("%fx.substring(#%src.number%#, 1, 2)%", {"number": "DE4711"}, "DE"),
            Example("%fx.substring(#%src.number%#, -3)%", {"number": "DE4711"}, "711"),
        ),
        substring,
    ),
    Function(
        "truncate",
        "At most so many characters.",
        (VALUE, Parameter("length", COUNT)),
        (Example("%fx.truncate(#%src.surname%#, 6)%", {"surname": "Featherstonehaugh"}, "Feathe"),),
        truncate,
    ),
    Function(
        "replace",
        "Every occurrence of one text as another.",
        (VALUE, Parameter("old", SOME_TEXT), Parameter("new")),
        (
            Example('%fx.replace(#%src.team%#, " ", "-")%', {"team": "Night shift B"}, "Night-shift-B"),
            Example('%fx.replace(#%src.name%#, ".", "")%', {"name": "J. R. Ward"}, "J R Ward"),
        ),
        replace,
    ),
    Function(
        "split",
        "One of the parts between separators, trimmed: 1 is the first, -1 the last; empty where there are not so many.",
        (VALUE, Parameter("separator", SOME_TEXT), Parameter("part", POSITION)),
        (
            Example('%fx.split(#%src.place%#, "/", 2)%', {"place": "Berlin / Building C / 204"}, "Building C"),
            Example('%fx.split(#%src.name%#, ",", -1)%', {"name": "Ward, Ann"}, "Ann"),
        ),
        split,
    ),
    Function(
        "regex_extract",
        "What a regular expression finds first: its first group, where it has groups and no other is asked for; empty "
        "where it finds nothing.",
        (VALUE, Parameter("pattern", PATTERN), Parameter("group", whole_number(0, 99), optional=True)),
        (
            Example('%fx.regex_extract(#%src.room%#, "[0-9]+")%', {"room": "Room 204b"}, "204"),
            Example('%fx.regex_extract(#%src.cost%#, "([A-Z]+)-([0-9]+)", 2)%', {"cost": "CC-4711"}, "4711"),
        ),
        regex_extract,
        check=_group_exists,
    ),
    Function(
        "pad_left",
        "At least so many characters, filled on the left; empty stays empty.",
        (VALUE, _WIDTH, _FILL),
        (Example("%fx.pad_left(#%src.id%#, 6, 0)%", {"id": "4711"}, "004711"),),
        pad_left,
    ),
    Function(
        "pad_right",
        "At least so many characters, filled on the right; empty stays empty.",
        (VALUE, _WIDTH, _FILL),
        (Example("%fx.pad_right(#%src.code%#, 5, x)%", {"code": "AB"}, "ABxxx"),),
        pad_right,
    ),
    Function(
        "unaccent",
        "Latin letters, digits and punctuation only: accents are dropped, other scripts transliterated.",
        (VALUE,),
        (
            Example("%fx.unaccent(#%src.name%#)%", {"name": "Zoë Müller-Łukaszewska"}, "Zoe Muller-Lukaszewska"),
            Example("%fx.unaccent(#%src.name%#)%", {"name": "Þór"}, "Thor"),
        ),
        anyascii,
    ),
    Function(
        "json",
        "The value as a JSON string, quotation marks included. In the message body of an endpoint values are escaped "
        "anyway.",
        (VALUE,),
        (Example("%fx.json(#%src.nick%#)%", {"nick": 'Ann "Ace" Ward'}, '"Ann \\"Ace\\" Ward"'),),
        json,
    ),
)
