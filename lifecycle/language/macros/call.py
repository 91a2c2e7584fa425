"""A call of a function, bound: its constants read and checked once, its code called for each record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lifecycle.language.macros.functions.function import Function
from lifecycle.language.macros.functions.kinds import TEXT, Kind
from lifecycle.language.macros.syntax import MacroError
from lifecycle.language.macros.values import Attempt, Reader, Row, UnfitValueError
from lifecycle.language.vocabulary import Vocabulary

MOST_CHARACTERS = 1_000_000
"""Characters that a function may give; nested calls would multiply them without end."""

_UNREADABLE = (ValueError, OverflowError)


def bind_call(function: Function, arguments: Sequence[str | Reader], words: Vocabulary) -> str | Reader:
    """What a call gives: a text where it is the same for every record, else what reads it.

    Args:
        function: What is called.
        arguments: A text where one is the same for every record, else what reads it.
        words: Where lookup tables are found.

    Raises:
        MacroError: Too few or too many arguments, or a constant that the function cannot read.
    """
    _count(function, len(arguments))
    values: list[Any] = []
    readers: list[Callable[..., Any] | None] = []
    for position, argument in enumerate(arguments):
        parameter = function.parameter(position)
        if isinstance(argument, str):
            try:
                values.append(parameter.kind.read(argument, words))
            except ValueError as problem:
                raise MacroError(f"fx.{function.name}: {parameter.name} {problem}") from None
            readers.append(None)
        elif parameter.kind.constant:
            raise MacroError(f"fx.{function.name}: {parameter.name} must be the same for every record, and so no macro")
        else:
            values.append(None)
            readers.append(_reading(function, parameter.kind, argument, words))
    if function.check:
        try:
            function.check(values)
        except ValueError as problem:
            raise MacroError(f"fx.{function.name}: {problem}") from None
    return _called(function, values, readers)


def _called(function: Function, values: list[Any], readers: list[Callable[..., Any] | None]) -> str | Reader:
    apply, failure = function.code(), _failure(function)
    if function.needs_attempt:
        return _general(apply, failure, values, readers, needs_attempt=True)
    if not any(readers):
        try:
            return _within_bounds(apply(*values))
        except _UNREADABLE:  # its text is about values, and says less
            raise MacroError(failure) from None
    if readers[0] and not any(readers[1:]):
        return _first_only(apply, failure, readers[0], values[1:])
    return _general(apply, failure, values, readers)


def _first_only(apply: Callable[..., str], failure: str, read: Callable[..., Any], rest: list[Any]) -> Reader:
    """The usual call: a value, and constants."""

    def call(src: Row, ad: Row, m365: Row, act: Row, attempt: Attempt | None) -> str:
        value = read(src, ad, m365, act, attempt)
        try:
            return _within_bounds(apply(value, *rest))
        except _UNREADABLE:  # its text may hold the value
            raise UnfitValueError(failure) from None

    return call


def _general(
    apply: Callable[..., str],
    failure: str,
    values: list[Any],
    readers: list[Callable[..., Any] | None],
    *,
    needs_attempt: bool = False,
) -> Reader:
    pairs = tuple(zip(values, readers, strict=True))

    def call(src: Row, ad: Row, m365: Row, act: Row, attempt: Attempt | None) -> str:
        given = [read(src, ad, m365, act, attempt) if read else value for value, read in pairs]
        if needs_attempt:
            if attempt is None:
                raise UnfitValueError(failure)
            given.insert(0, attempt)
        try:
            return _within_bounds(apply(*given))
        except _UNREADABLE:  # its text may hold the value
            raise UnfitValueError(failure) from None

    return call


def _within_bounds(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise ValueError("too long")
    return text


def _reading(function: Function, kind: Kind, argument: Reader, words: Vocabulary) -> Callable[..., Any]:
    """What reads an argument as its kind."""
    if kind is TEXT:
        return argument
    read, failure = kind.read, _failure(function)

    def reading(src: Row, ad: Row, m365: Row, act: Row, attempt: Attempt | None) -> Any:
        text = argument(src, ad, m365, act, attempt)
        try:
            return read(text, words)
        except _UNREADABLE:  # its text may hold the value
            raise UnfitValueError(failure) from None

    return reading


def _failure(function: Function) -> str:
    return f"fx.{function.name} cannot read its argument"


def _count(function: Function, given: int) -> None:
    fewest, most = function.fewest, function.most
    if given >= fewest and (most is None or given <= most):
        return
    count = f"at least {fewest}" if most is None else str(fewest) if fewest == most else f"{fewest} to {most}"
    plural = "" if count.endswith(" 1") or count == "1" else "s"
    raise MacroError(f"fx.{function.name} takes {count} argument{plural} ({function.usage}), {given} given")
