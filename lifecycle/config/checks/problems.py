"""The checks that all kinds of file share. A problem is a dotted path inside the file and a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from lifecycle.directory import dn
from lifecycle.language.filter import Filter, conditions_of, misfit
from lifecycle.language.macro import Place, compile_template
from lifecycle.language.vocabulary import Vocabulary

Problem = tuple[str, str]


def unknown(path: str, kind: str, name: str, known: Collection[str]) -> Iterator[Problem]:
    """A name that is none of those known."""
    if name not in known:
        yield path, f"no {kind} named {name!r}; there are: {', '.join(sorted(known)) or 'none'}"


def in_filter(path: str, filter_: Filter | None, known: Mapping[str, str]) -> Iterator[Problem]:
    """Fields of a filter that are not known, or not of a datatype that the operator is for."""
    for condition in conditions_of(filter_) if filter_ else ():
        yield from unknown(path, "field", condition.field, known)
        if condition.field in known and (problem := misfit(condition, known[condition.field])):
            yield path, problem


def in_template(
    path: str,
    text: str,
    words: Vocabulary,
    known: Collection[str] = (),
    place: Place = "prose",
    at_hand: Collection[str] = frozenset({"src"}),
) -> Iterator[Problem]:
    """A text that is no template, or reads fields that are not known; without any, no record is at hand."""
    try:
        template = compile_template(text, words, place, at_hand)
    except ValueError as error:
        yield path, str(error)
        return
    for field in sorted(template.fields):
        if known:
            yield from unknown(path, "field", field, known)
        else:
            yield path, f"%src.{field}% differs from record to record: only %env.…% macros may stand here"


def in_name(path: str, text: str, words: Vocabulary, known: Collection[str] = ()) -> Iterator[Problem]:
    """The same for the template of a distinguished name; it must be one whatever the fields hold."""
    problems = list(in_template(path, text, words, known, "dn"))
    yield from problems
    if not problems:
        try:
            dn.parse(sample_name(text, words))
        except ValueError as error:
            yield path, f"{error}: {text!r}"


def sample_name(text: str, words: Vocabulary) -> str:
    """A distinguished name from its template, with the same sample in place of each value.

    Raises:
        ValueError: The text is no template.
    """
    return compile_template(text, words, "dn").shape()
