"""Trying a script by hand: what is shown, and which status the program ends with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.main import app


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An input, beside a folder of scripts."""
    monkeypatch.chdir(tmp_path)
    Path("config/scripts").mkdir(parents=True)
    Path("sample.json").write_text('{"name": "Zoë"}', "utf-8")
    return "sample.json"


def run(text: str, *arguments: str) -> tuple[int, str, str]:
    """Status, standard output and standard error."""
    Path("config/scripts/try.sh").write_text(text, "utf-8")
    Path("config/scripts/try.sh").chmod(0o644)
    outcome = CliRunner().invoke(app, ["script", "try.sh", *arguments])
    return outcome.exit_code, outcome.stdout, outcome.stderr


def test_script_shows_what_it_answers_and_says(sample: str) -> None:
    status, told, said = run("echo 'a word' >&2; cat", sample)
    assert status == 0
    assert told.startswith("done (exit code 0)\n")
    assert json.loads(told.partition("\n")[2]) == {"name": "Zoë"}
    assert said == "a word\n"


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("exit 3", 1, "failed (exit code 3)\n"),
        ("exit 75", 1, "retry later (exit code 75)\n"),
        ("echo '{}'; exit 10", 0, "done already (exit code 10)\n{}\n"),
        ("echo words", 1, "unknown: the answer cannot be read: it is not JSON (exit code 0)\n"),
        ("kill -9 $$", 1, "unknown: ended by signal 9 (exit code -9)\n"),
    ],
)
def test_script_ends_with_what_it_comes_to(sample: str, text: str, status: int, told: str) -> None:
    assert run(text, sample, "--done-already", "10", "--retry-later", "75") == (status, told, "")


def test_script_gets_arguments_and_the_variables_that_are_named(sample: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOOR_TOKEN", "t0ken")
    monkeypatch.setenv("OTHER", "secret")
    _, _, said = run('echo "$1|$2|$DOOR_TOKEN|$OTHER" >&2', sample, "--variable", "DOOR_TOKEN", "--", "a b", "--c")
    assert said == "a b|--c|t0ken|\n"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--variable", "NONE"), "this environment has no variable NONE"),
        (("--interpreter", "ruby"), "no interpreter is named 'ruby'"),
        (("--timeout", "0"), "timeout_s must be more than 0"),
        (("--folder", "none"), "folder: none: No such file or directory"),
        (("--retry-later", "0"), "exit code 0 has two meanings"),
        (("--done-already", "256"), "exit codes are whole numbers from 0 to 255"),
    ],
)
def test_script_that_is_not_run_is_told_why(sample: str, arguments: tuple[str, ...], problem: str) -> None:
    status, told, said = run("touch ran", sample, *arguments)
    assert (status, told) == (2, "")
    assert problem in said


def test_script_reads_an_object_alone(sample: str) -> None:
    Path(sample).write_text("[]", "utf-8")
    assert run("", sample) == (2, "", "error: sample.json holds no JSON object\n")
