"""A trial as three markdown pages: the response as a tree, all of the response, the request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lifecycle.trial.redaction import Pairs
from lifecycle.trial.tree import Branch
from lifecycle.trial.trial import Trial
from lifecycle.trial.views import Shown

MOST_LINES = 600
"""Of a tree."""
NO_TREE = "The answer is no JSON: see the response details."


def response_page(trial: Trial, findings: Sequence[str] = ()) -> str:
    """The answer as a tree, each field with its datatype.

    Args:
        trial: The trial.
        findings: What it says of the file, a sentence or line each.
    """
    parts = [f"# Response of {trial.name}", trial.verdict]
    if trial.notes:
        parts.append("\n".join(f"- {note}" for note in trial.notes))
    if findings:
        parts += ["## Datatypes", "\n".join(f"- {_code(one)}" for one in findings)]
    parts.append("## Fields")
    if trial.tree is None:
        parts.append(nothing_told(trial))
    else:
        parts.append("\n".join(capped_lines(trial.tree)))
    return "\n\n".join(parts) + "\n"


def details_page(trial: Trial) -> str:
    """Status, headers and body."""
    parts = [f"# Response details of {trial.name}"]
    if trial.answer is None:
        return "\n\n".join([*parts, nothing_told(trial)]) + "\n"
    answer = trial.answer
    parts += [
        f"**{answer.status}** {answer.reason} after {answer.elapsed_s:.2f} s",
        "## Headers",
        _table(("header", "value"), answer.headers),
        "## Body",
        *_body(answer.body),
    ]
    return "\n\n".join(parts) + "\n"


def request_page(trial: Trial) -> str:
    """Method, address, headers, parameters and body."""
    view = trial.request
    sent = "" if trial.sent else "\n\nThis request was not sent."
    parts = [f"# Request of {trial.name}{sent}", f"**{view.method}** {_code(view.url)}"]
    parts += ["## Headers", _table(("header", "value"), view.headers)]
    parts += ["## Parameters", _table(("parameter", "value"), view.params)]
    parts += ["## Body", *_body(view.body)]
    return "\n\n".join(parts) + "\n"


def nothing_told(trial: Trial) -> str:
    """Why there is no answer to show, or none as a tree."""
    if trial.answer is not None:
        return NO_TREE
    return "No answer came." if trial.sent else "Nothing was sent."


def left_out_told(body: Shown) -> str:
    """How much of a body is not shown; empty where all is."""
    return f"{body.left_out} more characters are left out." if body.left_out else ""


def capped_lines(tree: Branch) -> list[str]:
    """A tree as a nested list."""
    lines = list(_lines(tree, 0))
    more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], *([f"- … {more} more lines are left out"] if more > 0 else [])]


def _lines(branch: Branch, depth: int) -> Iterator[str]:
    indent = "    " * depth
    sample = f" {_code(branch.sample)}" if branch.sample else ""
    yield f"{indent}- {_code(branch.name)} **{branch.told}**{sample}"
    for child in branch.children:
        yield from _lines(child, depth + 1)
    if branch.left_out:
        yield f"{indent}    - … {branch.left_out} more fields"


def _table(heading: tuple[str, str], pairs: Pairs) -> str:
    if not pairs:
        return "None."
    rows = [f"| {_code(name, in_table=True)} | {_code(value, in_table=True)} |" for name, value in pairs]
    return "\n".join([f"| {heading[0]} | {heading[1]} |", "|---|---|", *rows])


def _body(body: Shown) -> Iterator[str]:
    if not body.text:
        yield "None."
        return
    fence = "`" * max(3, 1 + _longest_run(body.text))
    yield f"{fence}{body.language}\n{body.text}\n{fence}"
    if body.left_out:
        yield left_out_told(body)


def _code(text: str, *, in_table: bool = False) -> str:
    """A text in which nothing is markdown."""
    text = " ".join(text.split()) if text.strip() else ""
    if not text:
        return ""
    if in_table:
        text = text.replace("|", "\\|")
    run = _longest_run(text)
    marks, gap = "`" * (run + 1), " " if run else ""
    return f"{marks}{gap}{text}{gap}{marks}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
