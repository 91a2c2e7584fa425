"""A configuration, whatever its files hold: it is read or refused, told and shown, and never more than that."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

from rich.console import Console

from commands.report import as_json, closing, in_order, show
from lifecycle.config.folder import SETTINGS
from lifecycle.config.loader import FOLDERS, read_configuration

PLACES = (SETTINGS, *(f"{kind}/any.yaml" for kind in FOLDERS))
"""A file of each kind."""


def write_alone(folder: Path, place: str, data: bytes) -> None:
    """Make a configuration of one file.

    Args:
        folder: Where it stands; what it held of other files is removed.
        place: One of :data:`PLACES`.
        data: What the file holds.
    """
    for old in (folder / one for one in PLACES):
        old.parent.mkdir(parents=True, exist_ok=True)
        old.unlink(missing_ok=True)
    if place != SETTINGS:
        (folder / SETTINGS).write_text("env: {base: DC=test}\n", "utf-8")
    (folder / place).write_bytes(data)


def processor_seconds(folder: Path) -> float:
    """Check a configuration and show what is wrong with it; answers the time it takes of a processor."""
    began = time.process_time()
    reading = read_configuration(folder)
    problems = in_order(reading.problems, reading)
    out = io.StringIO()
    show(problems, reading, Console(file=out, highlight=False, markup=False, soft_wrap=True), 100)
    took = time.process_time() - began
    assert json.loads(as_json(problems)) is not None
    assert closing(problems, reading)
    out.getvalue().encode()
    for problem in problems:
        assert problem.text
        assert (problem.line > 0) == (problem.column > 0) == (problem.span > 0)
        if problem.line:
            line = reading.documents[problem.file].line(problem.line)
            assert problem.column - 1 + problem.span <= max(len(line), problem.column)
    return took
