"""What a model refuses, as findings: pydantic's errors in the words of the person who wrote the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lifecycle.config.documents.document import Document
from lifecycle.config.findings.finding import Finding, suggestion
from lifecycle.config.findings.secrecy import is_secret
from lifecycle.config.model import NAME_PATTERN
from lifecycle.language.model import KnownKeys, WrongKeyError

_LONGEST_QUOTE = 60
_MOST = 100
"""Errors that are looked into: more are never told of one file."""
_NOT_QUOTED = frozenset({"missing", "value_error", "extra_forbidden"})
"""Errors whose sentence needs no "given": there is nothing, or the sentence says it."""
_UNKNOWN, _REQUIRED = "unknown key", "is required"
_OF_THE_KEY = "[key]"
"""How pydantic ends the place of a key that does not fit."""


def findings(error: ValidationError, document: Document, keys: KnownKeys) -> Iterator[Finding]:
    """Everything that a model refuses, one finding for each place.

    Args:
        error: What the model refused.
        document: The file; tells which parts of an error's place are keys of the file, and how values are written.
        keys: What the models said of the keys that they know.
    """
    errors = error.errors(include_url=False)[:_MOST]
    found = [_finding(one, document, keys) for one in errors if not _counts_good_items_alone(one) or len(errors) == 1]
    misspelt = {_beside(one.path, suggestion(one.given, one.known) or "") for one in found if one.text == _UNKNOWN}
    told: set[tuple[str, str]] = set()
    for finding in found:
        follows = finding.text == _REQUIRED and finding.path in misspelt
        if not follows and (finding.path, finding.at) not in told:
            told.add((finding.path, finding.at))
            yield finding


def _counts_good_items_alone(one: ErrorDetails) -> bool:
    """Whether a list is called too short only because its items are refused, each with an error of its own."""
    given = one["input"]
    return one["type"] == "too_short" and isinstance(given, list) and len(given) >= one["ctx"]["min_length"]


def _beside(path: str, key: str) -> str:
    """The path of another key of the same mapping."""
    return ".".join([*path.split(".")[:-1], key])


def _finding(one: ErrorDetails, document: Document, keys: KnownKeys) -> Finding:
    context, kind = one.get("ctx", {}), one["type"]
    path, here = _path(one, document.value)
    wrong = context.get("error")
    if kind == "extra_forbidden":
        known = keys.of(here)
        return Finding(".".join(path), _UNKNOWN, "key", given=path[-1], known=known, listed="allowed")
    if isinstance(wrong, WrongKeyError):
        return Finding(".".join([*path, wrong.key]), str(wrong), "key")
    if kind.startswith("union_tag_"):
        path.append(str(context["discriminator"]).strip("'"))
    dotted = ".".join(path)
    tell = _SENTENCES.get(kind)
    sentence = tell(context) if tell else one["msg"].removeprefix("Value error, ")
    if kind == "string_type" and isinstance(one["input"], int | float):
        sentence += ", in quotes"
    if kind not in _NOT_QUOTED:
        sentence += f"; given: {_given(one, context, document.raw(dotted), dotted)}"
    chosen = str(context.get("tag", "")) if kind == "union_tag_invalid" else one["input"]
    return Finding(
        dotted,
        sentence,
        "key" if one["loc"][-1:] == (_OF_THE_KEY,) else "value",
        given=chosen if isinstance(chosen, str) else "",
        known=re.findall(r"'([^']*)'", str(context.get("expected") or context.get("expected_tags") or "")),
    )


def _path(one: ErrorDetails, content: object) -> tuple[list[str], object]:
    """The parts of an error's place that stand in the file, and what is there.

    For a key that is missing or unknown, what is there is the mapping that lacks it or has it.
    """
    match one["type"]:
        case "missing":
            parts, key = one["loc"][:-1], one["loc"][-1]
            ways = (way for way in _ways(parts, content) if isinstance(way[1], Mapping) and key not in way[1])
        case "extra_forbidden":
            parts, key = one["loc"][:-1], one["loc"][-1]
            ways = (way for way in _ways(parts, content) if isinstance(way[1], Mapping) and key in way[1])
        case _:
            return next(_ways(one["loc"], content))
    path, here = next(ways, None) or next(_ways(parts, content))
    return [*path, str(key)], here


def _ways(parts: tuple[int | str, ...], here: object) -> Iterator[tuple[list[str], object]]:
    """The ways to follow an error's place; most parts first.

    Names of unions and of their branches stand in such a place too and are left out; one of them may be spelled like
    a key, so that there is more than one way.
    """
    if not parts:
        yield [], here
        return
    head, rest = parts[0], parts[1:]
    known: Collection[object] = (
        here if isinstance(here, Mapping) else range(len(here)) if isinstance(here, list) else ()
    )
    if head in known:
        inside = here[head]  # type: ignore[index]  # known is empty for all else
        yield from (([str(head), *path], end) for path, end in _ways(rest, inside))
    yield from _ways(rest, here)


def _given(one: ErrorDetails, context: Mapping[str, Any], raw: str | None, path: str) -> str:
    """What was given, as it is written in the file."""
    given = context.get("tag", "nothing") if one["type"].startswith("union_tag_") else one["input"]
    match given:
        case Mapping():
            return "a mapping" if given else "an empty mapping"
        case list() | tuple():
            return "a list" if given else "an empty list"
        case None:
            return "nothing"
        case str() if one["type"] == "union_tag_not_found":
            return given
        case _ if is_secret(path):
            return "something that is not shown here"
        case str():
            text = repr(given)
        case _:
            text = raw or repr(given)
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…"


def _pattern(context: Mapping[str, Any]) -> str:
    known = {NAME_PATTERN: "must be lower-case words joined by hyphens"}
    return known.get(context["pattern"], f"must match {context['pattern']}")


_Sentence = Callable[[Mapping[str, Any]], str]

_SHORT: _Sentence = lambda _context: "must not be empty"  # noqa: E731 (no model asks for more than one)
_MAPPING: _Sentence = lambda _context: "must be a mapping"  # noqa: E731 (a column of the table below)
_SENTENCES: Mapping[str, _Sentence] = {
    "missing": lambda _context: _REQUIRED,
    "string_unicode": lambda _context: "must be text",
    "string_type": lambda _context: "must be text",
    "string_too_short": _SHORT,
    "string_too_long": lambda context: f"must have at most {context['max_length']} characters",
    "string_pattern_mismatch": _pattern,
    "too_short": _SHORT,
    "bool_type": lambda _context: "must be true or false",
    "bool_parsing": lambda _context: "must be true or false",
    "int_type": lambda _context: "must be a whole number",
    "int_parsing": lambda _context: "must be a whole number",
    "int_from_float": lambda _context: "must be a whole number",
    "float_type": lambda _context: "must be a number",
    "float_parsing": lambda _context: "must be a number",
    "finite_number": lambda _context: "must be a finite number",
    "greater_than": lambda context: f"must be more than {context['gt']:g}",
    "greater_than_equal": lambda context: f"must be at least {context['ge']:g}",
    "less_than_equal": lambda context: f"must be at most {context['le']:g}",
    "literal_error": lambda context: f"must be {context['expected']}",
    "enum": lambda context: f"must be {context['expected']}",
    "union_tag_invalid": lambda context: f"must be one of {context['expected_tags']}",
    "union_tag_not_found": lambda _context: "is required",
    "tuple_type": lambda _context: "must be a list",
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
}
"""pydantic's error type → sentence; types that are not here keep pydantic's own words."""
