"""The checks that all kinds of file share."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from lifecycle.config.findings.finding import Finding
from lifecycle.config.settings import AnySetting
from lifecycle.directory import dn
from lifecycle.language.filters.filter import All, Any, Condition, Filter, Not, misfit
from lifecycle.language.macros.template import Place, compile_template
from lifecycle.language.vocabulary import Vocabulary

Problem = Finding | tuple[str, str]
"""What a check finds: a finding, or its path and its sentence alone."""

_NAMES_A_MACRO = re.compile(r"\b(?:src|ad|m365|act|env|fx)\.[\w.\-]*\w")
_MACRO = re.compile(r"#?%[\w.\-]*")
_AT_CHARACTER = re.compile(r"at character (\d{1,6}): ")
_ADVICE = re.compile(r"(?P<text>.*?); (?P<hint>known: (?P<known>.*)|did you mean .*)", re.DOTALL)


def unknown(path: str, kind: str, name: str, known: Collection[str]) -> Iterator[Finding]:
    """A name that is none of those known."""
    if name not in known:
        yield Finding(path, f"no {kind} named {name!r}", given=name, known=known, listed="there are", kind=kind)


def in_filter(path: str, filter_: Filter | None, known: Mapping[str, str]) -> Iterator[Finding]:
    """Fields of a filter that are not known, or not of a datatype that the operator is for."""
    for place, condition in _conditions(path, filter_) if filter_ else ():
        yield from unknown(f"{place}.field", "field", condition.field, known)
        if condition.field in known and (found := misfit(condition, known[condition.field])):
            key, problem = found
            yield Finding(f"{place}.{key}", problem)


def _conditions(path: str, filter_: Filter) -> Iterator[tuple[str, Condition]]:
    """Every condition of a filter with its path."""
    match filter_:
        case Condition():
            yield path, filter_
        case Not():
            yield from _conditions(f"{path}.not", filter_.not_)
        case All(all=parts) | Any(any=parts):
            name = "all" if isinstance(filter_, All) else "any"
            for position, part in enumerate(parts):
                yield from _conditions(f"{path}.{name}.{position}", part)


def in_template(
    path: str,
    text: str,
    words: Vocabulary,
    known: Collection[str] = (),
    place: Place = "prose",
    at_hand: Collection[str] = frozenset({"src"}),
) -> Iterator[Finding]:
    """A text that is no template, or reads fields that are not known; without any, no record is at hand."""
    try:
        template = compile_template(text, words, place, at_hand)
    except ValueError as error:
        # Where settings.yaml cannot be used nobody knows what a function would make of a setting.
        if not (isinstance(words.env, AnySetting) and "env." in text and "cannot read" in str(error)):
            yield _of_macro(path, text, error)
        return
    for field in sorted(template.fields):
        macro = f"src.{field}"
        offset, length = _place(macro, text)
        if known:
            for one in unknown(path, "field", field, known):
                yield replace(one, offset=offset, length=length)
        else:
            problem = f"%{macro}% differs from record to record: only %env.…% macros may stand here"
            yield Finding(path, problem, offset=offset, length=length, given=field, kind="field")


def _place(macro: str, text: str) -> tuple[int | None, int]:
    """Where a macro begins in a text, and how many characters it takes up to its name's end."""
    for opening in ("#%", "%"):
        written = f"{opening}{macro}"
        if written in text:
            return text.index(written), len(written)
    return None, 1


def _of_macro(path: str, text: str, error: ValueError) -> Finding:
    """A macro that is none: at its own character where the error or its sentence tells one."""
    sentence = str(error)
    position: int | None = getattr(error, "position", None)
    if position is None and (counted := _AT_CHARACTER.match(sentence)):
        position = int(counted[1]) - 1
    named = _NAMES_A_MACRO.search(sentence)
    if position is None and named:
        position, length = _place(named[0], text)
    else:
        found = _MACRO.match(text, position or 0)
        length = len(found[0]) if found else 1
    advice = _ADVICE.fullmatch(sentence)
    if not advice:
        return Finding(path, sentence, offset=position, length=length)
    if advice["known"] is None:
        return Finding(path, advice["text"], offset=position, length=length, hint=advice["hint"])
    given = named[0].partition(".")[2] if named else ""
    known = advice["known"].split(", ")
    return Finding(path, advice["text"], offset=position, length=length, given=given, known=known, listed="known")


def in_name(path: str, text: str, words: Vocabulary, known: Collection[str] = ()) -> Iterator[Finding]:
    """The same for the template of a distinguished name; it must be one whatever the fields hold."""
    problems = list(in_template(path, text, words, known, "dn"))
    yield from problems
    if not problems:
        try:
            dn.parse(sample_name(text, words))
        except ValueError as error:
            yield Finding(path, f"{error}: {text!r}")


def sample_name(text: str, words: Vocabulary) -> str:
    """A distinguished name from its template, with the same sample in place of each value.

    Raises:
        ValueError: The text is no template.
    """
    return sample_of(text, words, "dn", frozenset({"src"}))


def sample_of(text: str, words: Vocabulary, place: Place, at_hand: Collection[str]) -> str:
    """A text with the same sample in place of each value.

    Raises:
        ValueError: It is no template.
    """
    return compile_template(text, words, place, at_hand).shape()
