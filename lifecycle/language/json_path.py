"""RFC 9535 JSONPaths that a user writes: compiled once, their regular expressions matched in linear time."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Self

import jsonpath
from jsonpath.function_extensions import ExpressionType, FilterFunction

from lifecycle.language.pattern import Pattern, PatternError

JsonPathError = jsonpath.JSONPathError
"""What :meth:`JsonPath.found` may raise for a document that is nested too deep."""


class JsonPath:
    """One compiled JSONPath.

    Args:
        text: As in RFC 9535, beginning with ``$``.

    Raises:
        ValueError: It is none; says what is wrong with it.
    """

    __slots__ = ("_path", "is_singular", "text")

    def __init__(self, text: str) -> None:
        try:
            path = _ENVIRONMENT.compile(text)
        except (jsonpath.JSONPathError, RecursionError, ValueError, LookupError) as error:  # the parser's own as well
            raise ValueError(f"is not an RFC 9535 JSONPath ({_told(error)}): {text!r}") from None
        if not isinstance(path, jsonpath.JSONPath):  # only without strict: two paths joined
            raise ValueError(f"is not one RFC 9535 JSONPath: {text!r}")  # noqa: TRY004  (pydantic reports it)
        self.text, self._path = text, path
        self.is_singular: bool = path.singular_query()

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (self.text,)

    def found(self, document: Any) -> list[Any]:
        """Everything that the path leads to, in order; nothing inside of what is no object and no list.

        Raises:
            JsonPathError: The document is nested too deep.
        """
        return self._path.findall(document) if isinstance(document, dict | list) else []


def _told(error: Exception) -> str:
    """The parser's words; further lines draw an arrow below the text, and fail to where there is no text."""
    try:
        return str(error).partition("\n")[0]
    except (ValueError, LookupError):
        return "it is empty or ends too early"


class _Linear(FilterFunction):
    """``match`` (all of the value) or ``search`` (somewhere in it), by RE2; a bad expression matches nothing."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012  (as its base class has it)
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole

    def __call__(self, value: object, pattern: object) -> bool:
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        compiled = _pattern(pattern if self._whole else f"(?s:.*)(?:{pattern})(?s:.*)")
        return compiled is not None and compiled.matches(value)


class _Environment(jsonpath.JSONPathEnvironment):
    def setup_function_extensions(self) -> None:
        """Replace the two functions that would give a user's expression to a backtracking matcher."""
        super().setup_function_extensions()
        self.function_extensions["match"] = _Linear(whole=True)
        self.function_extensions["search"] = _Linear(whole=False)


@lru_cache(maxsize=256)
def _pattern(text: str) -> Pattern | None:
    try:
        return Pattern(text)
    except PatternError:
        return None


_ENVIRONMENT = _Environment(strict=True)
