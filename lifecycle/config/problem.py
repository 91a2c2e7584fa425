"""A validation error in the words of the person who wrote the file: place, what is allowed, what was given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lifecycle.config.model import NAME_PATTERN
from lifecycle.language.model import UNKNOWN_KEY

_LONGEST_QUOTE = 60
_OWN_WORDS = frozenset({"missing", "value_error", UNKNOWN_KEY})
"""Errors whose sentence needs no "given": there is nothing, or the sentence says it."""


def first_problem(error: ValidationError, content: object) -> tuple[str, str]:
    """Dotted path and sentence of the first error.

    Args:
        error: What the model refused.
        content: The file as it was read; tells which parts of the error's place are keys of the file.
    """
    first = error.errors(include_url=False)[0]
    context = first.get("ctx", {})
    path = _path(first, content)
    if first["type"] == UNKNOWN_KEY:
        path.append(context["key"])
    elif first["type"].startswith("union_tag_"):
        path.append(str(context["discriminator"]).strip("'"))
    tell = _SENTENCES.get(first["type"])
    sentence = tell(context) if tell else first["msg"].removeprefix("Value error, ")
    if first["type"] == "string_type" and isinstance(first["input"], int | float):
        sentence += ", in quotes"
    given = "" if first["type"] in _OWN_WORDS else f"; given: {_given(first, context)}"
    return ".".join(path), sentence + given


def _path(first: ErrorDetails, content: object) -> list[str]:
    """The parts of an error's place that stand in the file: names of unions and their branches do not."""
    path, here = [], content
    for part in first["loc"]:
        known: Collection[object] = (
            here if isinstance(here, Mapping) else range(len(here)) if isinstance(here, list) else ()
        )
        if part in known:
            here = here[part]  # type: ignore[index]  # known is empty for all else
            path.append(str(part))
    return [*path, str(first["loc"][-1])] if first["type"] == "missing" else path


def _given(first: ErrorDetails, context: Mapping[str, Any]) -> str:
    given = context.get("tag", "nothing") if first["type"].startswith("union_tag_") else first["input"]
    match given:
        case Mapping():
            return "a mapping" if given else "an empty mapping"
        case list() | tuple():
            return "a list" if given else "an empty list"
        case None:
            return "nothing"
        case str() if first["type"] == "union_tag_not_found":
            return given
        case _:
            text = repr(given)
            return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…"


def _pattern(context: Mapping[str, Any]) -> str:
    known = {NAME_PATTERN: "must be lower-case words joined by hyphens"}
    return known.get(context["pattern"], f"must match {context['pattern']}")


_Sentence = Callable[[Mapping[str, Any]], str]

_SHORT: _Sentence = lambda _context: "must not be empty"  # noqa: E731 (no model asks for more than one)
_MAPPING: _Sentence = lambda _context: "must be a mapping"  # noqa: E731 (a column of the table below)
_SENTENCES: Mapping[str, _Sentence] = {
    "missing": lambda _context: "is required",
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
