"""The syntax of macros: one text, read once from left to right, becomes literals, fields and function calls."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lifecycle.language.functions import FUNCTIONS, is_whole_number

SETTING_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.\-]*"
"""Regular expression of a name behind a prefix."""

_NAME = re.compile(rf"(?P<prefix>[A-Za-z0-9]+)\.(?P<name>{SETTING_NAME})")
_PROSE = re.compile(r"%%|%|[^%]+")
_ARGUMENT = re.compile(r"%%|#%(?!%)|[%#(),]|[^%#(),]+")


class MacroError(ValueError):
    """A template cannot be parsed, or names something that does not exist. The text says what and where."""


@dataclass(frozen=True, slots=True)
class Literally:
    """Text that stands as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """``%src.name%``, or the name behind another prefix whose values come when a template is rendered."""

    name: str
    prefix: str = "src"


@dataclass(frozen=True, slots=True)
class Call:
    """``%fx.name(argument, …)%``; each argument is a template of its own."""

    name: str
    arguments: tuple[tuple[Node, ...], ...]


Node = Literally | Field | Call


def parse(text: str, env: Mapping[str, str], at_hand: Collection[str] = ("src",)) -> tuple[Node, ...]:
    """The nodes of a template; settings (``env``) are filled in as literals.

    Raises:
        MacroError: The text is no template, or names an unknown prefix, setting or function. Characters are counted
            from 1.
    """
    return _Parser(text, env, at_hand).prose()


class _Parser:
    """Reads one text; ``_at`` is the position of the next character."""

    def __init__(self, text: str, env: Mapping[str, str], at_hand: Collection[str]) -> None:
        self._text, self._env, self._at_hand, self._at = text, env, at_hand, 0

    def prose(self) -> tuple[Node, ...]:
        """Everything up to the end of the text."""
        nodes: list[Node] = []
        while piece := self._take(_PROSE):
            nodes.append(self._macro("%", "%") if piece == "%" else Literally("%" if piece == "%%" else piece))
        return tuple(nodes)

    def _macro(self, opening: str, closing: str) -> Node:
        """One macro; its opening is read."""
        start = self._at - len(opening)
        found = _NAME.match(self._text, self._at)
        if not found:
            raise self._error(start, f"expected prefix.name after {opening}; write %% for a percent sign")
        self._at = found.end()
        arguments = self._arguments() if self._text.startswith("(", self._at) else None
        if not self._text.startswith(closing, self._at):
            raise self._error(start, f"macro {found[0]} is not closed by {closing}")
        self._at += len(closing)
        return self._node(found["prefix"], found["name"], arguments)

    def _arguments(self) -> tuple[tuple[Node, ...], ...]:
        """The arguments between two parentheses; commas inside further parentheses do not separate."""
        start, depth = self._at, 0
        self._at += 1
        arguments: list[tuple[Node, ...]] = []
        nodes: list[Node] = []
        while piece := self._take(_ARGUMENT):
            match piece:
                case ")" if not depth:
                    last = _trimmed(nodes)
                    return (*arguments, last) if arguments or last else ()
                case "," if not depth:
                    arguments.append(_trimmed(nodes))
                    nodes = []
                case "#%":
                    nodes.append(self._macro("#%", "%#"))
                case "%":
                    # Taken literally, a forgotten # would write the macro's own text into the directory.
                    raise self._error(self._at - 1, "a macro inside an argument is written #%…%#, a percent sign %%")
                case _:
                    depth += (piece == "(") - (piece == ")")
                    nodes.append(Literally("%" if piece == "%%" else piece))
        raise self._error(start, "parenthesis is not closed")

    def _node(self, prefix: str, name: str, arguments: tuple[tuple[Node, ...], ...] | None) -> Node:
        if prefix == "fx":
            return _call(name, arguments or ())
        known = ", ".join(sorted({"env", "fx", *self._at_hand}))
        if prefix not in {*self._at_hand, "env"}:
            raise MacroError(f"unknown prefix {prefix}; known: {known}")
        if arguments is not None:
            raise MacroError(f"macro {prefix}.{name} takes no arguments")
        if prefix != "env":
            return Field(name, prefix)
        if name not in self._env:
            raise MacroError(f"unknown setting env.{name}; known: {', '.join(sorted(self._env)) or 'none'}")
        return Literally(self._env[name])

    def _take(self, pieces: re.Pattern[str]) -> str:
        """The next piece; empty at the end of the text."""
        found = pieces.match(self._text, self._at)
        if not found:
            return ""
        self._at = found.end()
        return found[0]

    def _error(self, position: int, problem: str) -> MacroError:
        return MacroError(f"at character {position + 1}: {problem}")


def _call(name: str, arguments: tuple[tuple[Node, ...], ...]) -> Call:
    if name not in FUNCTIONS:
        raise MacroError(f"unknown function fx.{name}; known: {', '.join(sorted(FUNCTIONS))}")
    function = FUNCTIONS[name]
    if len(arguments) != function.arguments:
        plural = "s" if function.arguments > 1 else ""
        raise MacroError(f"fx.{name} takes {function.arguments} argument{plural}, {len(arguments)} given")
    if function.whole_number is not None:
        literals = [node.text for node in arguments[function.whole_number] if isinstance(node, Literally)]
        constant = len(literals) == len(arguments[function.whole_number])
        if constant and not is_whole_number("".join(literals)):
            raise MacroError(f"argument {function.whole_number + 1} of fx.{name} must be a whole number in digits")
    return Call(name, arguments)


def _trimmed(nodes: list[Node]) -> tuple[Node, ...]:
    """An argument without white space at its ends, neighbouring literals joined."""
    joined: list[Node] = []
    for node in nodes:
        if isinstance(node, Literally) and joined and isinstance(joined[-1], Literally):
            joined[-1] = Literally(joined[-1].text + node.text)
        else:
            joined.append(node)
    if joined and isinstance(joined[0], Literally):
        joined[0] = Literally(joined[0].text.lstrip())
    if joined and isinstance(joined[-1], Literally):
        joined[-1] = Literally(joined[-1].text.rstrip())
    return tuple(node for node in joined if node != Literally(""))
