"""RFC 9535 JSONPaths that a user writes: compiled once, strict, and bounded in what they may cost.

Whatever a path and a document are, finding takes at most :data:`MOST_STEPS` steps: a path of several ``..`` on a nested
document would otherwise take time in its power. The regular expressions of ``match()`` and ``search()`` are RE2's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Self

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError, JSONPathMatch
from jsonpath.filter import BaseExpression, StringLiteral
from jsonpath.function_extensions import ExpressionType, FilterFunction
from jsonpath.parse import Parser
from jsonpath.segments import JSONPathChildSegment, JSONPathRecursiveDescentSegment, JSONPathSegment
from jsonpath.stream import TokenStream
from jsonpath.token import Token

from lifecycle.language.fields.scalar import DEEPEST
from lifecycle.language.pattern import Pattern, PatternError

MOST_STEPS = 50_000
"""Nodes that one path may look at in one document; a record of HaloITSM has some hundreds."""
LONGEST = 1000
"""Characters of a path."""


class JsonPathError(ValueError):
    """The document is too large or too deep for the path."""


class JsonPath:
    """One compiled JSONPath. Safe to use from several threads.

    Args:
        text: As in RFC 9535, beginning with ``$``.

    Raises:
        ValueError: It is none; says what is wrong with it.
    """

    __slots__ = ("_path", "is_singular", "text")

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise ValueError(f"must have at most {LONGEST} characters")
        try:
            path = _ENVIRONMENT.compile(text)
        except PatternError as error:
            raise ValueError(f"a pattern in it {error}") from None
        except (
            JSONPathError,
            RecursionError,
            ValueError,
            LookupError,
            ArithmeticError,
        ) as error:  # the parser's own, too
            problem = error.args[0] if error.args else "unknown"  # str() draws an arrow, and fails for an empty text
            raise ValueError(f"is not an RFC 9535 JSONPath ({problem}): {text!r}") from None
        if not isinstance(path, JSONPath):  # only without strict: two paths joined
            raise ValueError(f"is not one RFC 9535 JSONPath: {text!r}")  # noqa: TRY004  (pydantic reports it)
        self.text, self._path = text, path
        self.is_singular: bool = path.singular_query()

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (self.text,)

    def found(self, document: Any) -> list[Any]:
        """Everything that the path leads to, in order; nothing inside of what is no object and no list.

        Raises:
            JsonPathError: It would take too many steps, or goes too deep.
        """
        if not isinstance(document, dict | list):
            return []
        try:
            return self._path.findall(document, filter_context={_STEPS: _Steps()})
        except (JSONPathError, RecursionError):
            raise JsonPathError("the document is too deep for the path") from None


_STEPS = "steps"


class _Steps:
    """Counts what one search has looked at."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def take(self, node: JSONPathMatch, selectors: int) -> None:
        children = len(node.obj) if isinstance(node.obj, dict | list) else 0
        self._left -= (1 + children) * selectors
        if self._left < 0:
            raise JsonPathError("the document is too large for the path")


class _Child(JSONPathChildSegment):
    def resolve(self, nodes: Iterable[JSONPathMatch]) -> Iterator[JSONPathMatch]:
        return iter(super().resolve(_counted(nodes, len(self.selectors))))


class _Descent(JSONPathRecursiveDescentSegment):
    def _visit(self, node: JSONPathMatch, depth: int = 1) -> Iterator[JSONPathMatch]:
        # It calls itself: each level counts only its own node.
        visited = iter(super()._visit(node, depth))
        node.filter_context()[_STEPS].take(node, len(self.selectors))
        return visited


def _counted(nodes: Iterable[JSONPathMatch], selectors: int) -> Iterator[JSONPathMatch]:
    for node in nodes:
        node.filter_context()[_STEPS].take(node, selectors)
        yield node


class _CountingParser(Parser):
    def parse_query(self, stream: TokenStream) -> Iterator[JSONPathSegment]:
        for segment in super().parse_query(stream):
            kind = _Descent if isinstance(segment, JSONPathRecursiveDescentSegment) else _Child
            yield kind(env=segment.env, token=segment.token, selectors=segment.selectors)


class _RegularExpression(FilterFunction):
    """``match()`` or ``search()``: RFC 9535, sections 2.4.6 and 2.4.7, with RE2 in place of I-Regexp."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012 (the base class's)
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole

    def __call__(self, value: object, pattern: object) -> bool:
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        try:
            compiled = _compiled(pattern)
        except PatternError:  # one that stands in the document
            return False
        return compiled.matches(value) if self._whole else compiled.occurs(value)


_compiled = lru_cache(maxsize=256)(Pattern)


class _Environment(JSONPathEnvironment):
    parser_class = _CountingParser
    max_recursion_depth = DEEPEST

    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        self.function_extensions["match"] = _RegularExpression(whole=True)
        self.function_extensions["search"] = _RegularExpression(whole=False)

    def check_well_typedness(self, token: Token, func: FilterFunction, args: list[BaseExpression]) -> None:
        super().check_well_typedness(token, func, args)
        if isinstance(func, _RegularExpression) and isinstance(args[1], StringLiteral):
            Pattern(args[1].value)  # RFC 9535 has it match nothing, which nobody would notice


_ENVIRONMENT = _Environment(strict=True)
