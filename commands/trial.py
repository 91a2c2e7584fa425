"""A trial in the terminal: the three views, one below the other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from commands.prefect_address import NoAddressError, prefect_address
from commands.report import printable
from commands.sample import fail
from lifecycle.errors import LifecycleError, TrialFailedError
from lifecycle.reporting.trial_pages import left_out_told, nothing_told
from lifecycle.trial.redaction import Pairs
from lifecycle.trial.tree import Branch
from lifecycle.trial.trial import Trial
from lifecycle.trial.views import Shown

_PLAIN_WIDTH = 120
_COLOURS = {"Number": "cyan", "Timestamp": "magenta", "Array": "yellow", "Object": "dim", "Text": "green"}


def run(flow: Callable[[], Any]) -> typer.Exit:
    """Run a flow of a trial and print what it shows; what it answers is to be raised.

    Args:
        flow: Imports Prefect and runs the flow; answers its state.
    """
    try:
        prefect_address(os.environ, Path.home())
    except (NoAddressError, RuntimeError) as error:  # RuntimeError: nobody knows where home is
        return fail(f"the Prefect server, which holds the credentials, cannot be asked: {error}")
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")  # before Prefect is imported
    try:
        result = flow().result(raise_on_failure=False)
    except LifecycleError as error:
        return fail(error)
    if isinstance(result, TrialFailedError):
        show(result.tried.trial, result.tried.findings)
        return typer.Exit(1)
    if isinstance(result, BaseException):
        return fail(result)
    show(result.trial, result.findings)
    return typer.Exit(0)


def show(trial: Trial, findings: tuple[str, ...], console: Console | None = None) -> None:
    """Print the three views."""
    out = console or Console(highlight=False, markup=False, emoji=False)
    if console is None and not out.is_terminal:
        out = Console(highlight=False, markup=False, emoji=False, width=_PLAIN_WIDTH)
    out.print(_panel("Response", _response(trial, findings)))
    out.print(_panel("Response details", _details(trial)))
    out.print(_panel("Request", _request(trial)))


def _panel(title: str, content: RenderableType) -> Panel:
    return Panel(content, title=title, title_align="left", border_style="blue")


def _response(trial: Trial, findings: tuple[str, ...]) -> RenderableType:
    parts: list[RenderableType] = [Text(trial.verdict, style="bold green" if trial.successful else "bold red")]
    parts += [Text(note) for note in trial.notes]
    parts += [Text(printable(one)) for one in findings]
    if trial.tree is not None:
        parts.append(_tree(trial.tree))
    elif trial.sent:
        parts.append(Text(nothing_told(trial)))
    return Group(*parts)


def _tree(branch: Branch) -> Tree:
    tree = Tree(_label(branch), guide_style="dim")
    _grow(tree, branch)
    return tree


def _grow(tree: Tree, branch: Branch) -> None:
    for child in branch.children:
        _grow(tree.add(_label(child)), child)
    if branch.left_out:
        tree.add(Text(f"… {branch.left_out} more fields", style="dim"))


def _label(branch: Branch) -> Text:
    kind = (branch.told, _COLOURS[branch.kind])
    return Text.assemble((printable(branch.name), "bold"), "  ", kind, "  ", (printable(branch.sample), "dim"))


def _details(trial: Trial) -> RenderableType:
    if trial.answer is None:
        return Text(nothing_told(trial))
    answer = trial.answer
    status = Text(printable(f"{answer.status} {answer.reason}"), style="bold")
    return Group(status, _pairs(answer.headers), Text(""), *_body(answer.body))


def _request(trial: Trial) -> RenderableType:
    view = trial.request
    line = Text(printable(f"{view.method} {view.url}"), style="bold")
    parts: list[RenderableType] = [line] if trial.sent else [line, Text("This request was not sent.")]
    if view.params:
        parts += [Text("Parameters", style="blue"), _pairs(view.params)]
    parts += [Text("Headers", style="blue"), _pairs(view.headers)]
    if view.body.text:
        parts += [Text("Body", style="blue"), *_body(view.body)]
    return Group(*parts)


def _pairs(pairs: Pairs) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for name, value in pairs:
        table.add_row(Text(printable(name)), Text(printable(value), overflow="fold"))
    return table


def _body(body: Shown) -> list[RenderableType]:
    left_out = left_out_told(body)
    return [Text(body.text, overflow="fold"), *([Text(left_out, style="bold")] if left_out else [])]
