"""One text chosen from several."""

from __future__ import annotations

from lifecycle.language.macros.functions.function import VALUE, Example, Function, Parameter
from lifecycle.language.macros.functions.kinds import TABLE
from lifecycle.language.vocabulary import Table


def default(value: str, otherwise: str) -> str:
    """The value, or another text where it is empty."""
    return value or otherwise


def coalesce(*values: str) -> str:
    """The first value that is not empty."""
    return next(filter(None, values), "")


def switch(value: str, *choices: str) -> str:
    """The text behind the first case that is the value, else a last text that has no case, else empty."""
    wanted = value.casefold()
    for case, result in zip(choices[::2], choices[1::2], strict=False):
        if case.casefold() == wanted:
            return result
    return choices[-1] if len(choices) % 2 else ""


def lookup(value: str, table: Table, otherwise: str | None = None) -> str:
    """The table's entry; else ``otherwise``, else the table's default, else empty."""
    found = table.find(value)
    if found is None:
        found = table.default if otherwise is None else otherwise
    return found or ""


CHOICE = (
    Function(
        "default",
        "The value, or another text where it is empty.",
        (VALUE, Parameter("otherwise")),
        (Example("%fx.default(#%src.site%#, Head office)%", {"site": ""}, "Head office"),),
        default,
    ),
    Function(
        "coalesce",
        "The first value that is not empty.",
        (Parameter("value", variadic=True),),
        (
            Example(
                "%fx.coalesce(#%src.nickname%#, #%src.firstname%#)%", {"nickname": "", "firstname": "Robert"}, "Robert"
            ),
        ),
        coalesce,
    ),
    Function(
        "switch",
        "The text behind the first case that is the value, without regard to case: value, case, text, case, text and "
        "so on; a last text without a case is for all other values.",
        (VALUE, Parameter("case"), Parameter("text"), Parameter("more", optional=True, variadic=True)),
        (
            Example("%fx.switch(#%src.type%#, intern, Interns, temp, Temps, Staff)%", {"type": "Temp"}, "Temps"),
            Example("%fx.switch(#%src.type%#, intern, Interns, temp, Temps, Staff)%", {"type": "nurse"}, "Staff"),
        ),
        switch,
    ),
    Function(
        "lookup",
        "The entry of a lookup table (`config/tables/`); where there is none, the text given here, else the table's "
        "default, else empty.",
        (VALUE, Parameter("table", TABLE), Parameter("otherwise", optional=True)),
        (
            Example("%fx.lookup(#%src.site%#, cities)%", {"site": "ber"}, "Berlin"),
            Example("%fx.lookup(#%src.site%#, cities, Elsewhere)%", {"site": "xyz"}, "Elsewhere"),
        ),
        lookup,
    ),
)
