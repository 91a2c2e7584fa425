"""The syntax of macros, without their meaning: text becomes a tree of literals and macros, and a tree becomes text.

``%prefix.name%`` or ``%prefix.name(argument, …)%``; the prefix may be left out. Inside an argument a macro is written
``#%…%#``. ``%%`` is a percent sign. White space at the ends of an argument is dropped, and commas inside further
parentheses do not separate. An argument in quotation marks keeps its spaces, commas and parentheses; ``""`` inside it
is a quotation mark.

The text is read once, from left to right, in time linear in its length. ``parse(spelled(tree)) == tree`` holds for
every tree that :func:`parse` gives.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

SETTING_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.\-]*"
"""Regular expression of the name of a setting."""

MOST_NESTED = 32
"""So many macros may stand inside one another."""

_NAME = re.compile(
    r"(?P<prefix>[A-Za-z0-9_][A-Za-z0-9_\-]*+)\.(?P<name>[A-Za-z0-9_][A-Za-z0-9_.:/\-]*+)"
    r"|(?P<alone>[A-Za-z0-9_][A-Za-z0-9_:/\-]*+)"
)
_PROSE = re.compile(r"%%|%|[^%]++")
_ARGUMENT = re.compile(r"%%|#%(?!%)|[%#(),]|[^%#(),]++")
_QUOTED = re.compile(r'""|"|%%|#%(?!%)|[%#]|[^"%#]++')
_QUOTE = re.compile(r'\s*+"')
_SPACE = re.compile(r"\s*+")


class MacroError(ValueError):
    """A template cannot be parsed, or names something that does not exist. The text says what and where.

    Args:
        problem: What is wrong, and what is allowed.
        position: The character of the template where the macro begins, counted from 0; None where no place is known.
    """

    def __init__(self, problem: str, position: int | None = None) -> None:
        super().__init__(problem)
        self.position = position

    def __reduce__(self) -> tuple[type[MacroError], tuple[str, int | None]]:
        return type(self), (str(self), self.position)


@dataclass(frozen=True, slots=True)
class Literally:
    """Text that stands as it is; never empty, and never beside another one."""

    text: str


@dataclass(frozen=True, slots=True)
class Macro:
    """One macro.

    Args:
        prefix: What stands before the first dot; empty for a macro without prefix.
        name: The rest of the name.
        arguments: Each a tree of its own; None without parentheses, which is not the same as nothing between them.
        position: The character of the whole text where the macro begins, counted from 0.
    """

    prefix: str
    name: str
    arguments: tuple[Tree, ...] | None = None
    position: int = field(default=0, compare=False)

    @property
    def full_name(self) -> str:
        """Prefix and name, as they are written."""
        return f"{self.prefix}.{self.name}" if self.prefix else self.name


Node = Literally | Macro
Tree = tuple[Node, ...]


def parse(text: str) -> Tree:
    """The tree of a template.

    Raises:
        MacroError: The text is no template. Characters are counted from 1 in the message.
    """
    return _Parser(text).prose()


def spelled(tree: Tree) -> str:
    """A text whose tree this is."""
    return "".join(_spelled(node, "%", "%") for node in tree)


class _Parser:
    """Reads one text; ``_at`` is the position of the next character."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def prose(self) -> Tree:
        """Everything up to the end of the text."""
        pieces: list[str | Macro] = []
        while piece := self._take(_PROSE):
            pieces.append(self._macro("%", "%", 1) if piece == "%" else "%" if piece == "%%" else piece)
        return _joined(pieces)

    def _macro(self, opening: str, closing: str, depth: int) -> Macro:
        """One macro; its opening is read."""
        start = self._at - len(opening)
        if depth > MOST_NESTED:
            raise self._error(start, f"macros are nested deeper than {MOST_NESTED}")
        found = _NAME.match(self._text, self._at)
        if not found:
            raise self._error(start, f"expected prefix.name after {opening}; write %% for a percent sign")
        self._at = found.end()
        arguments = self._arguments(depth) if self._text.startswith("(", self._at) else None
        if not self._text.startswith(closing, self._at):
            hint = "" if found["prefix"] else "; write %% for a percent sign"
            raise self._error(start, f"macro {found[0]} is not closed by {closing}{hint}")
        self._at += len(closing)
        return Macro(found["prefix"] or "", found["name"] or found["alone"], arguments, start)

    def _arguments(self, depth: int) -> tuple[Tree, ...]:
        """Everything between two parentheses."""
        start = self._at
        self._at += 1
        if self._text.startswith(")", after := self._end(_SPACE)):
            self._at = after + 1
            return ()
        arguments: list[Tree] = []
        while True:
            if self._text.startswith('"', self._end(_QUOTE) - 1):
                arguments.append(self._quoted(depth))
            else:
                arguments.append(self._plain(start, depth))
            self._at += 1
            if self._text[self._at - 1] == ")":
                return tuple(arguments)

    def _plain(self, start: int, depth: int) -> Tree:
        """An argument up to the comma or parenthesis that ends it, which is left."""
        pieces: list[str | Macro] = []
        inner = 0
        while piece := self._take(_ARGUMENT):
            match piece:
                case ")" | "," if not inner:
                    self._at -= 1
                    return _joined(pieces, trim=True)
                case "#%":
                    pieces.append(self._macro("#%", "%#", depth + 1))
                case "%":
                    raise self._lone_percent()
                case _:
                    inner += (piece == "(") - (piece == ")")
                    pieces.append("%" if piece == "%%" else piece)
        raise self._error(start, "parenthesis is not closed")

    def _quoted(self, depth: int) -> Tree:
        """An argument in quotation marks, up to the comma or parenthesis that ends it, which is left."""
        self._at = self._end(_QUOTE)
        start = self._at - 1
        pieces: list[str | Macro] = []
        while piece := self._take(_QUOTED):
            match piece:
                case '"':
                    self._at = self._end(_SPACE)
                    if not self._text.startswith((",", ")"), self._at):
                        raise self._error(self._at, 'expected , or ) after the argument; write "" for a quotation mark')
                    return _joined(pieces)
                case "#%":
                    pieces.append(self._macro("#%", "%#", depth + 1))
                case "%":
                    raise self._lone_percent()
                case _:
                    pieces.append({"%%": "%", '""': '"'}.get(piece, piece))
        raise self._error(start, "quotation mark is not closed")

    def _take(self, pieces: re.Pattern[str]) -> str:
        """The next piece; empty at the end of the text."""
        found = pieces.match(self._text, self._at)
        if not found:
            return ""
        self._at = found.end()
        return found[0]

    def _end(self, pattern: re.Pattern[str]) -> int:
        """Where the pattern ends that begins here; here, when none does."""
        found = pattern.match(self._text, self._at)
        return found.end() if found else self._at

    def _lone_percent(self) -> MacroError:
        # Taken literally, a forgotten # would write the macro's own text into the directory.
        return self._error(self._at - 1, "a macro inside an argument is written #%…%#, a percent sign %%")

    def _error(self, position: int, problem: str) -> MacroError:
        return MacroError(f"at character {position + 1}: {problem}", position)


def _joined(pieces: Sequence[str | Macro], *, trim: bool = False) -> Tree:
    """Pieces as nodes, neighbouring texts as one; ``trim`` drops white space at both ends."""
    nodes: list[Node] = []
    texts: list[str] = []

    def end_text(*, last: bool) -> None:
        text = "".join(texts)
        texts.clear()
        if trim and not nodes:
            text = text.lstrip()
        if trim and last:
            text = text.rstrip()
        if text:
            nodes.append(Literally(text))

    for piece in pieces:
        if isinstance(piece, str):
            texts.append(piece)
        else:
            end_text(last=False)
            nodes.append(piece)
    end_text(last=True)
    return tuple(nodes)


def _spelled(node: Node, opening: str, closing: str) -> str:
    if isinstance(node, Literally):
        return node.text.replace("%", "%%")
    arguments = "" if node.arguments is None else f"({', '.join(map(_argument, node.arguments))})"
    return f"{opening}{node.full_name}{arguments}{closing}"


def _argument(tree: Tree) -> str:
    """An argument, in quotation marks where it would be read differently without."""
    texts = [node.text for node in tree if isinstance(node, Literally)]
    outer = [node.text for node in (tree[:1] + tree[-1:]) if isinstance(node, Literally)]
    if tree and not any(set(',()"') & set(text) for text in texts) and all(text == text.strip() for text in outer):
        return "".join(_spelled(node, "#%", "%#") for node in tree)
    quoted = (_spelled(node, "#%", "%#") if isinstance(node, Macro) else _in_quotes(node.text) for node in tree)
    return f'"{"".join(quoted)}"'


def _in_quotes(text: str) -> str:
    return text.replace("%", "%%").replace('"', '""')
