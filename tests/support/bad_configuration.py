"""Bad configurations: a row of a table, and what ``halo-ad check`` and loading say of it.

A row is a file of the small configuration, a text in it, what stands there instead (the whole file where the text is
empty), and the headings of the problems: line, column, path and sentence. Another file than the changed one is named.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.main import app
from lifecycle.config.loader import load_configuration
from lifecycle.errors import ConfigurationError

USERS, DETAILS = "endpoints/users.yaml", "endpoints/details.yaml"
ACCOUNT, FULL = "formats/account.yaml", "formats/full.yaml"
PEOPLE, SYNC, SETTINGS = "data-sources/people.yaml", "automations/sync.yaml", "settings.yaml"

Bad = tuple[str, ...]


def identity(row: Bad) -> str:
    """What a test of a row is called."""
    return f"{row[0]} {row[2]}"


def assert_is_told(row: Bad, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command prints every problem of the row, and nothing else."""
    file, _, _, *expected = row
    monkeypatch.chdir(folder.parent)
    outcome = CliRunner().invoke(app, ["check", "--no-blocks"])
    told = [line.removeprefix("config/") for line in outcome.output.splitlines() if line.startswith("config/")]
    assert told == [place_and_sentence(file, one) for one in expected]
    assert (outcome.exit_code, type(outcome.exception)) == (1, SystemExit)


def assert_is_refused(row: Bad, folder: Path) -> None:
    """Loading ends with one of the problems, in one line with its place that says how many more there are."""
    file, _, _, *expected = row
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    error = refused.value
    sentence = f"{error.path + ': ' if error.path else ''}{error.problem}"
    more = f"; and {error.more} more: halo-ad check lists them" if error.more else ""
    assert str(error) == f"{error.file}:{error.line}:{error.column}: {sentence}{more}"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 (our own bytes)
    assert error.more == len(expected) - 1
    headings = [f"{folder}/{place_and_sentence(file, one).replace(': error: ', ': ', 1)}" for one in expected]
    rest = [str(error).removesuffix(more).removeprefix(heading) for heading in headings]
    # what would be right follows after the sentence: see the hints
    assert [text for text in rest if not text or text.startswith("; ")]


def place_and_sentence(file: str, expected: str) -> str:
    """A heading as it is printed; ``expected`` names a file only where it is another one."""
    head, _, sentence = expected.partition(": ")
    place = head if ".yaml" in head else f"{file}:{head}" if head else file
    return f"{place}: error: {sentence}"
