"""Random texts as templates: noise, and what looks like macros; always the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

from lifecycle.language.macros.functions.catalogue import FUNCTIONS
from lifecycle.language.macros.functions.kinds import TEXT
from lifecycle.language.macros.place import PLACES
from lifecycle.language.macros.template import (
    Attempt,
    MacroError,
    MissingValueError,
    Place,
    UnfitValueError,
    compile_template,
)
from lifecycle.language.vocabulary import Table, Vocabulary

WORDS = Vocabulary(env={"base_dn": "DC=corp,DC=test"}, tables={"cities": Table({"ber": "Berlin"})})
EVERYTHING = frozenset({"src", "ad", "m365", "act", "attempt"})
ROW = {"a": 'O\'Brien (Zoë), "x" % # \\', "b": "2026-11-23T00:00:00+00:00", "c": "", "d": "12"}
PLACE_NAMES: tuple[Place, ...] = tuple(PLACES)

_FRAGMENTS = (
    *"%#(),\"' .-_/:\\\n\0é", "%%", "#%", "%#", "#%%", '""', "%src.a%", "#%src.a%#", "#%src.b%#", "#%src.c%#",
    "#%src.d%#",
    "%base_dn%", "%env.", "%act.timestamp", "_dd-MM-yyyy", "_afterNDays_2", "%ad.", "%m365.", "%fx.", "#%fx.",
    *(f"#%fx.{name}(" for name in FUNCTIONS), *(f"%fx.{name}(" for name in FUNCTIONS), "cities", "name", "days", "12",
    "-1", "DE", "dd.MM.yyyy", "(a+)+$", "[a-z]*", "2026-11-23", ")%", ")%#", ", ", "\ud800", "²", "9" * 30, "x" * 200,
)  # fmt: skip


_FITTING = {
    TEXT.name: ("Zoë", '", "', "#%src.a%#", "#%src.b%#", "#%src.c%#", "#%ad.mail%#-#%src.d%#"),
    "lookup table": ("cities",),
    "regular expression (RE2)": ("[a-z]+", '"(a|b)"'),
    "date layout": ("dd.MM.yyyy",),
    "IANA timezone": ("Europe/Berlin",),
    "one character": ("0",),
    "text that is not empty": ("a", '","', "#%src.c%#"),
    "`alpha_2` or `alpha_3` or `numeric` or `name`": ("name",),
    "`days` or `weeks` or `months` or `years`": ("months",),
}
"""Kind of a parameter → what may stand there."""


def templates(seed: int, count: int) -> Iterator[str]:
    """So many texts: bytes as Latin-1, fragments of macros, calls of functions; one of a thousand is very long."""
    source = random.Random(seed)  # noqa: S311 (the same texts each time)
    for number in range(count):
        match number % 4:
            case 0:
                yield source.randbytes(source.randrange(200)).decode("latin-1")
            case 1:
                yield "".join(source.choices(_FRAGMENTS, k=source.randrange(40)))
            case 2:
                yield _call(source, depth=source.randrange(5))
            case _ if number % 1000 == 3:
                fragment = source.choice(_FRAGMENTS)
                yield fragment * (100_000 // len(fragment))
            case _:
                text = _call(source, depth=source.randrange(3))
                cut = source.randrange(len(text) + 1)
                yield text[:cut] + source.choice(_FRAGMENTS) + text[cut:]


def _call(source: random.Random, depth: int, opening: str = "%", closing: str = "%") -> str:
    """A call of a function that is right, or nearly."""
    function = FUNCTIONS[source.choice(list(FUNCTIONS))]
    count = max(0, function.fewest + source.choice((0, 0, 0, 0, 1, -1, 2)))
    arguments = []
    for position in range(count):
        kind = function.parameter(position).kind if function.parameters else TEXT
        if depth and not kind.constant and source.random() < 0.5:
            arguments.append(_call(source, depth - 1, "#%", "%#"))
        else:
            arguments.append(source.choice((*_FITTING.get(kind.name, ("3", "#%src.d%#")), source.choice(_FRAGMENTS))))
    return f"{opening}fx.{function.name}({', '.join(arguments)}){closing}"


def outcome(text: str, place: Place) -> str:
    """What becomes of a text: ``refused`` when compiling, ``unfit`` when rendering, or ``rendered``."""
    try:
        template = compile_template(text, WORDS, place, EVERYTHING)
    except MacroError:
        return "refused"
    try:
        template.render(ROW, act={"timestamp": ROW["b"]}, attempt=Attempt(1, "x"))
    except (MissingValueError, UnfitValueError):
        return "unfit"
    return "rendered"
