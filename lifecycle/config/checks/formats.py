"""A naming format against the other formats, the settings and its own limits."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.config.checks.problems import Problem, in_template, unknown
from lifecycle.config.configuration import Configuration
from lifecycle.language.names.attempt import compile_name_macro
from lifecycle.language.names.compiled import filled_suffix
from lifecycle.language.names.naming import NamingFormat
from lifecycle.language.names.piece import Piece


def format_problems(one: NamingFormat, configuration: Configuration) -> Iterator[Problem]:
    """Everything that is wrong with one format besides its fields, which are those of the data source that uses it."""
    yield from _cases(one, configuration)
    macros = list(_macros(one, configuration))
    yield from macros
    if not macros:
        for number, pieces in enumerate(one.alternatives):
            if not any(_differs(piece, configuration) for piece in pieces):
                yield f"alternatives.{number}", "reads no field: it would give everybody the same name"
    suffix = list(in_template("suffix", one.suffix, configuration.vocabulary))
    yield from suffix
    if not suffix and _room(one, configuration) < 1:
        yield "max_length", f"suffix and numbers fill all of the {one.max_length} characters"


def _cases(one: NamingFormat, configuration: Configuration) -> Iterator[Problem]:
    places = [(f"cases.{number}.use", case.use) for number, case in enumerate(one.cases)]
    for path, name in [*places, *([("default", one.default)] if one.default else [])]:
        yield from unknown(path, "format", name, configuration.formats)
        if name in configuration.formats and configuration.formats[name].is_advanced:
            yield path, f"format {name!r} has cases itself: a case uses a format with alternatives"


def _macros(one: NamingFormat, configuration: Configuration) -> Iterator[Problem]:
    for number, pieces in enumerate(one.alternatives):
        for place, piece in enumerate(pieces):
            if piece.macro is not None:
                try:
                    compile_name_macro(piece.macro, configuration.vocabulary)
                except ValueError as error:
                    yield f"alternatives.{number}.{place}.macro", str(error)


def _differs(piece: Piece, configuration: Configuration) -> bool:
    """Whether a piece may be another one for another person or try."""
    if piece.macro is None:
        return piece.text is None
    macro = compile_name_macro(piece.macro, configuration.vocabulary)
    return macro.varies or bool(macro.template.fields)


def _room(one: NamingFormat, configuration: Configuration) -> int:
    """Characters that are left for anything else when the longest number in a name has its place."""
    widths = [
        piece.counter.width - 1 if piece.counter else (piece.random or 0) - 1
        for pieces in one.alternatives
        for piece in pieces
        if piece.is_number
    ]
    return one.max_length - len(filled_suffix(one, configuration.vocabulary)) - max(widths, default=0)
