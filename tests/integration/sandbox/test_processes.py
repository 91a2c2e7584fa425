"""What the keeper is asked to run, runs; what it ran, ends with it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.processes import Processes

SHELL = ("/bin/sh", "-c")


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the sandbox's folder is to the keeper: gone when it ends."""
    made = tmp_path / "sandbox"
    made.mkdir()
    return made


def test_run_gives_text_to_the_command_and_its_output_to_the_log(folder: Path) -> None:
    with Processes(folder, held=()) as processes:
        processes.run("copy", [*SHELL, "cat; echo $NAME"], 10, environment={"NAME": "value"}, text="secret\n")
        assert processes.log("copy").read_text() == "secret\nvalue\n"
    assert not folder.exists()


def test_run_that_fails_says_the_last_line_of_its_log(folder: Path) -> None:
    with Processes(folder, held=()) as processes, pytest.raises(SandboxError, match=r"^broken failed: because$"):
        processes.run("broken", [*SHELL, "echo first; echo because; echo; exit 3"], 10)


def test_run_that_takes_too_long_says_so(folder: Path) -> None:
    with Processes(folder, held=()) as processes, pytest.raises(SandboxError, match="slow did not end within"):
        processes.run("slow", ["/bin/sleep", "1000"], 0.2)


def test_run_of_a_program_that_is_not_there_says_so(folder: Path) -> None:
    with Processes(folder, held=()) as processes, pytest.raises(SandboxError, match=r"absent failed: .*/no/program"):
        processes.run("absent", ["/no/program"], 10)


def test_server_that_ends_is_noticed_while_waiting(folder: Path) -> None:
    with Processes(folder, held=()) as processes:
        processes.start("server", [*SHELL, "echo out of memory; exit 7"])
        with pytest.raises(SandboxError, match="server ended with status 7: out of memory"):
            processes.wait_until("the server", lambda: False, 10)


def test_condition_that_never_holds_has_a_deadline(folder: Path) -> None:
    with Processes(folder, held=()) as processes, pytest.raises(SandboxError, match="nobody did not answer within"):
        processes.wait_until("nobody", lambda: False, 0.2)


def test_orphans_in_sessions_of_their_own_end_with_the_keeper(folder: Path) -> None:
    script = "for _ in 1 2 3; do setsid sh -c 'sleep 1000 & echo $!; echo $$; wait' & done; sleep 1000"
    with Processes(folder, held=()) as processes:
        processes.start("daemon", [*SHELL, script])
        processes.wait_until("the orphans", lambda: processes.log("daemon").read_text().count("\n") == 6, 10)
        pids = [int(line) for line in processes.log("daemon").read_text().split()]
        assert all(map(_is_running, pids))
    assert not any(map(_is_running, pids))
    assert not folder.exists()


def test_ending_takes_no_longer_for_a_process_that_ignores_signals(folder: Path) -> None:
    with Processes(folder, held=()) as processes:
        processes.start("stubborn", [*SHELL, "trap '' TERM INT HUP; echo ready; while :; do sleep 1000; done"])
        processes.wait_until("it", lambda: processes.log("stubborn").read_text() == "ready\n", 10)
        began = time.monotonic()
    assert time.monotonic() - began < 5
