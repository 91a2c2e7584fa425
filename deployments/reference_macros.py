"""The page of macros: syntax, prefixes, places, and every function with its parameters and examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deployments.reference_models import table
from lifecycle.language.macros.act import OF_EVENTS, PLAIN
from lifecycle.language.macros.binding import PREFIXES
from lifecycle.language.macros.date_layout import LETTERS
from lifecycle.language.macros.functions.catalogue import EXAMPLE_WORDS, THEMES
from lifecycle.language.macros.functions.digits import EXAMPLE_ATTEMPT
from lifecycle.language.macros.functions.function import Example, Function, Parameter
from lifecycle.language.macros.place import PLACES
from lifecycle.language.macros.syntax import MOST_NESTED

_SYNTAX = (
    ("`%prefix.name%`", "The value of a name."),
    ("`%name%`", "Without a prefix: a setting, else an attribute of the account where there is one."),
    ("`%fx.name(argument, argument)%`", "What a function gives. Spaces around an argument are dropped."),
    ("`#%prefix.name%#`", f"A macro inside an argument; functions too, up to {MOST_NESTED} inside one another."),
    ('`", "`', 'An argument in quotation marks keeps spaces, commas and parentheses; `""` in it is a quotation mark.'),
    ("`(a, b)`", "A comma inside parentheses does not separate arguments."),
    ("`%%`", "A percent sign."),
)


def macro_sections() -> Iterator[str]:
    """The sections of the page, in markdown."""
    yield (
        "A text with macros is filled in for each person. Names are case-sensitive. What is wrong with a text that "
        "does not depend on a person is told when the configuration is loaded: a name that does not exist, a missing "
        "argument, a number that is none."
    )
    yield "## How a macro is written"
    yield table(("text", "meaning"), _SYNTAX)
    yield "## Prefixes"
    yield "Not every place has everything at hand: an endpoint knows no account. What is not at hand is an error."
    yield table(("prefix", "meaning"), [(f"`{prefix}`", meaning) for prefix, meaning in PREFIXES.items()])
    yield "## Names of `act`"
    yield table(("name", "meaning"), [(f"`%act.{name}%`", meaning) for name, meaning in PLAIN.items()])
    yield "Webhooks and notifications also know what happened:"
    yield table(("name", "meaning"), [(f"`%act.{name}%`", meaning) for name, meaning in OF_EVENTS.items()])
    yield (
        "`%act.timestamp_dd-MM-yyyy%` writes the moment of the run in a layout of its own. `_afterNDays_2` behind it, "
        "or `_beforeNDays_2`, is two days later or earlier; instead of `Days` also `Hours`, `Weeks`, `Months`, `Years`."
    )
    yield "## Places"
    yield (
        "Where a text lands decides what becomes of a value in it. A value is whatever differs from person to person, "
        "and what a function gives. The text around it gives the place its shape and stands as it is written; so do "
        "settings, except where the table says otherwise. In a *strict* place a macro without a value is an error: "
        "that person, or that request, is left out and reported."
    )
    rows = [
        (
            f"`{place}`",
            rules.meaning,
            f"{rules.treatment} Settings too." if rules.settings_are_values else rules.treatment,
            "strict" if rules.strict else "",
        )
        for place, rules in PLACES.items()
    ]
    yield table(("place", "what it is", "what becomes of a value", ""), rows)
    yield "## Functions"
    yield (
        "Parameters in brackets may be left out; `…` stands for any number more. Where a value cannot be read, the "
        "person is quarantined with the reason `field-unreadable`, and the function is named, not the value."
    )
    for theme, functions in THEMES.items():
        yield f"### {theme}"
        yield from (section for function in functions for section in _function(function))
    yield "## Letters of a date"
    yield "Text between them that has letters stands in single quotation marks; `''` is a single quotation mark."
    yield table(("letters", "meaning"), [(f"`{letters}`", meaning) for letters, (meaning, _) in LETTERS.items()])
    yield "## Lookup tables"
    yield (
        "`%fx.lookup(…)%` reads a file of `config/tables/`; its keys are in [configuration](configuration.md). The "
        "examples above use this one, `cities`:"
    )
    yield table(("entry", "text"), [(key, text) for key, text in EXAMPLE_WORDS.tables["cities"].entries.items()])


def _function(function: Function) -> Iterator[str]:
    yield f"#### `fx.{function.name}({function.usage})`"
    yield function.meaning
    described = [f"`{one.name}`: {_kind(one)}" for one in function.parameters if _kind(one) != "text"]
    if described:
        yield "; ".join(described) + "."
    if function.needs_attempt:
        yield (
            "Only in names that are tried until one is free. The example is the try number "
            f"{EXAMPLE_ATTEMPT.number + 1} for the person `{EXAMPLE_ATTEMPT.seed}`."
        )
    yield table(("example", "record", "gives"), _examples(function.examples))


def _kind(parameter: Parameter) -> str:
    return f"{parameter.kind.name}, the same for every person" if parameter.kind.constant else parameter.kind.name


def _examples(examples: Iterable[Example]) -> Iterator[tuple[str, str, str]]:
    for one in examples:
        record = ", ".join(
            f"`{name}` = `{value}`" if value else f"`{name}` is empty" for name, value in one.row.items()
        )
        yield f"`{one.text}`", record, f"`{one.result}`"
