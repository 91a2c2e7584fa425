"""A folder of scripts, and a place for runs that must be empty afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lifecycle.ports.scripts.runner import ScriptRunner
from lifecycle.ports.scripts.settings import ScriptSettings
from lifecycle.scripts.call import ScriptCall
from lifecycle.scripts.result import ScriptResult

Write = Callable[..., Path]
Run = Callable[..., ScriptResult]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The allowed folder."""
    made = tmp_path / "allowed"
    made.mkdir(mode=0o755)
    return made


@pytest.fixture
def write(folder: Path) -> Write:
    """Writes a script into the allowed folder."""

    def _write(text: str, name: str = "script.sh", mode: int = 0o644) -> Path:
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
        file.chmod(mode)
        return file

    return _write


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where runs have their folders; nothing is left of them."""
    place = tmp_path / "runs"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield place
    assert os.listdir(place) == []  # noqa: PTH208 - shows what is left


@pytest.fixture
def run(folder: Path, write: Write, runs: Path) -> Run:
    """Writes a script, a shell's unless it is named otherwise, and runs it."""

    def _run(
        text: str, *argv: str, name: str = "script.sh", settings: dict[str, Any] | None = None, **call: Any
    ) -> ScriptResult:
        assert runs.exists()
        clock = call.pop("clock", None)
        write(text, name)
        made = ScriptSettings(str(folder), **({"grace_s": 0.2} | (settings or {})))
        runner = ScriptRunner(made, clock) if clock else ScriptRunner(made)
        return runner.run(ScriptCall(name, argv, **call))

    return _run
