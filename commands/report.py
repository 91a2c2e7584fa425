"""The problems of a configuration as a good compiler prints them, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from commands.excerpt import excerpt
from lifecycle.config.documents.document import Document
from lifecycle.config.findings.problem import Problem
from lifecycle.config.loader import Reading

_NARROWEST = 40


def in_order(problems: Iterable[Problem], reading: Reading) -> list[Problem]:
    """Problems as one reads them: by file, each from its beginning to its end."""
    order = {file: position for position, file in enumerate(reading.documents)}
    return sorted(problems, key=lambda one: (order.get(one.file, len(order)), one.file, one.line, one.column))


def show(problems: Sequence[Problem], reading: Reading, console: Console, width: int) -> None:
    """Print problems with their lines.

    Args:
        problems: In the order in which they are printed.
        reading: The files that they are about.
        console: Where to.
        width: Columns that there are.
    """
    for problem in problems:
        heading = Text.assemble(
            (printable(problem.place), "bold"), ": ", ("error", "bold red"), f": {printable(problem.sentence)}"
        )
        console.print(heading)
        gutter = len(str(problem.line)) + 2
        document = reading.documents.get(problem.file)
        if problem.line and document is not None:
            _show_line(problem, document, console, gutter, width)
        for hint in problem.hints:
            console.print(Text.assemble((f"{' ' * gutter}= ", "blue"), printable(hint)))
        console.print()


def closing(problems: Sequence[Problem], reading: Reading) -> str:
    """The last line: how many errors, or what was looked at."""
    if problems:
        return f"{_counted(len(problems), 'error')} in {_counted(len({one.file for one in problems}), 'file')}"
    automations = _counted(len(reading.configuration.automations), "automation")
    folder = printable(str(reading.configuration.folder))
    return f"{folder}: {_counted(len(reading.documents), 'file')}, {automations}, everything fits"


def as_json(problems: Sequence[Problem]) -> str:
    """A list of objects, one for each problem; no line of a file stands in it."""
    objects = [
        {
            "file": one.file,
            "line": one.line,
            "column": one.column,
            "span": one.span,
            "path": one.path,
            "text": one.text,
            "hints": list(one.hints),
        }
        for one in problems
    ]
    return json.dumps(objects, indent=2)


def printable(text: str) -> str:
    """A text in which nothing speaks to the terminal: what is not printable is written as an escape."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _show_line(problem: Problem, document: Document, console: Console, gutter: int, width: int) -> None:
    shown = excerpt(document, problem.line, problem.column, problem.span, max(width - gutter - 3, _NARROWEST))
    console.print(Text.assemble((f" {problem.line} | ", "blue"), shown.text))
    carets = "^" * shown.width
    console.print(Text.assemble((f"{' ' * gutter}| ", "blue"), " " * shown.indent, (carets, "bold red")))


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
