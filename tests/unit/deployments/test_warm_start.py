"""Runs are forked from a process that has loaded everything, and are otherwise as any run: real processes."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.support.receiving import until

PROJECT = Path(__file__).parents[3]
STARTER = (
    "import sys; from deployments.warm.start import main;"
    "main(sys.argv[1:], engine='tests.support.warm_engine', needed=['tests.support.warm_marker'])"
)
SLOWLY = "This run begins slowly"


@dataclass
class Run:
    """A run's starter, as a worker sees it."""

    output: Path
    ended: Path
    begun: Path

    @property
    def starter(self) -> int:
        """Number of its process."""
        until(lambda: self.begun.exists() and self.begun.read_text().endswith("\n"), 20)
        return int(self.begun.read_text())

    @property
    def status(self) -> int:
        """How it ended, as a shell tells it: 128 and the number of a signal."""
        until(lambda: self.ended.exists() and self.ended.read_text().endswith("\n"), 20)
        return int(self.ended.read_text())

    @property
    def about(self) -> dict[str, Any]:
        """What its engine said of itself."""
        until(lambda: self.output.exists() and self.output.read_text().rstrip().endswith("}"), 20)
        return json.loads(self.output.read_text().splitlines()[-1])

    @property
    def was_forked(self) -> bool:
        """Whether it was, by the process that imported its modules."""
        about = self.about
        assert (about["loaded_by"] == about["process"]) == (SLOWLY in self.output.read_text())
        return about["loaded_by"] != about["process"]


@dataclass
class Worker:
    """Stands for Prefect's worker: a shell that begins runs."""

    folder: Path
    shell: subprocess.Popen[str] = field(init=False)
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.shell = subprocess.Popen(["bash"], stdin=subprocess.PIPE, text=True, cwd=self.folder)  # noqa: S607

    def begin(self, what: str, checkout: Path = PROJECT, **variables: str) -> Run:
        """Begin a run that does something."""
        number = next(self.numbers)
        run = Run(*(self.folder / f"{number}.{kind}" for kind in ("output", "ended", "begun")))
        words = {"PREFECT__DO": what, "PYTHONPATH": f"{PROJECT}:{self.folder / 'modules'}", **variables}
        command = ["env", *(f"{key}={value}" for key, value in words.items()), sys.executable, "-c", STARTER, checkout]
        typed = f"{shlex.join(map(str, command))} > {run.output} 2>&1 & echo $! > {run.begun}"
        assert self.shell.stdin
        self.shell.stdin.write(f"{typed}; wait $!; echo $? > {run.ended}\n")
        self.shell.stdin.flush()
        return run

    def warm(self, **variables: str) -> Run:
        """Begin runs until one was forked; answers it."""
        until(lambda: self.done("exit 0", **variables).was_forked, 30)
        return self.done("exit 0", **variables)

    def done(self, what: str, **variables: str) -> Run:
        """Begin a run, and wait for its end."""
        run = self.begin(what, **variables)
        assert run.status >= 0
        return run

    def end(self) -> None:
        """End as a worker that was killed."""
        with self.shell:  # closes its pipe, and waits
            self.shell.kill()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    (tmp_path / "modules").mkdir()
    worker = Worker(tmp_path)
    try:
        yield worker
    finally:
        worker.end()


def _is_there(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False


def test_the_first_run_begins_slowly_and_those_after_it_are_forked(worker: Worker) -> None:
    first = worker.done("exit 0")
    assert SLOWLY in first.output.read_text()
    assert not first.was_forked
    warm = worker.warm()
    again = worker.done("exit 0")
    assert warm.about["loaded_by"] == again.about["loaded_by"]
    assert len({first.about["process"], warm.about["process"], again.about["process"]}) == 3
    assert again.about["name"] == "__main__", "as Prefect's engine is run"


def test_a_run_has_its_own_environment_and_folder(worker: Worker) -> None:
    worker.warm()
    run = worker.done("exit 0")
    assert run.was_forked
    assert run.about["folder"] == str(worker.folder)
    assert run.about["run"] == "exit 0"


@pytest.mark.parametrize(("what", "status"), [("exit 0", 0), ("exit 3", 3), (f"signal {signal.SIGKILL}", 137)])
def test_the_starter_ends_as_its_run(worker: Worker, what: str, status: int) -> None:
    worker.warm()
    run = worker.done(what)
    assert run.was_forked
    assert run.status == status


def test_a_signal_is_handed_on(worker: Worker) -> None:
    worker.warm()
    run = worker.begin("wait 7")
    assert run.about["process"] != run.starter
    os.kill(run.starter, signal.SIGTERM)
    assert run.status == 7
    assert not _is_there(run.about["process"])


def test_a_starter_that_is_killed_takes_its_run_along(worker: Worker) -> None:
    worker.warm()
    run = worker.begin("wait 7")
    process = run.about["process"]
    os.kill(run.starter, signal.SIGKILL)
    assert run.status == 137
    until(lambda: not _is_there(process))
    assert worker.done("exit 0").was_forked, "the fork server goes on"


def test_a_run_whose_fork_server_is_killed_ends_and_the_next_begins_slowly(worker: Worker) -> None:
    server = worker.warm().about["loaded_by"]
    run = worker.begin("wait 7")
    process = run.about["process"]
    os.kill(server, signal.SIGKILL)
    assert run.status == 1
    until(lambda: not _is_there(process))
    assert not worker.done("exit 0").was_forked


def test_changed_code_is_loaded_anew(worker: Worker) -> None:
    server = worker.warm().about["loaded_by"]
    (worker.folder / "modules" / "installed_meanwhile.py").touch()
    slow = worker.done("exit 0")
    assert not slow.was_forked
    assert "the code has changed" in slow.output.read_text()
    assert worker.warm().about["loaded_by"] != server
    until(lambda: not _is_there(server))


def test_another_environment_has_another_fork_server(worker: Worker) -> None:
    server = worker.warm().about["loaded_by"]
    assert worker.warm(PREFECT_API_URL="http://127.0.0.1:9/api").about["loaded_by"] != server
    assert worker.done("exit 0").about["loaded_by"] == server


def test_a_fork_server_ends_with_its_worker_and_not_before_its_runs(worker: Worker) -> None:
    server = worker.warm().about["loaded_by"]
    run = worker.begin("wait 7")
    process = run.about["process"]
    worker.end()
    os.kill(process, 0)
    os.kill(run.starter, signal.SIGTERM)
    until(lambda: not _is_there(process))
    until(lambda: not _is_there(server))


def test_another_checkout_than_the_installed_one_is_not_served(worker: Worker, tmp_path: Path) -> None:
    run = worker.begin("exit 5", tmp_path)
    assert run.status == 5
    assert "another checkout" in run.output.read_text()
    assert not run.was_forked
