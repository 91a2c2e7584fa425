"""However a sandbox ends, no process and no folder of it is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.folder import folder_of
from sandbox.handle import PROJECT, Sandbox, find, start, stop

pytestmark = pytest.mark.timeout(120)

DEADLINE_S = 20
Pair = tuple[Sandbox, Sandbox]
Process = tuple[int, str]
"""Process number and start time: together they never come twice."""


def _stat(pid: int) -> list[str] | None:
    """Fields of proc(5) stat from the state on, or ``None`` when the process is gone, also if not waited for yet."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else fields


def _descendants(root: int) -> set[Process]:
    everything = {int(one.name): _stat(int(one.name)) for one in Path("/proc").iterdir() if one.name.isdigit()}
    family, grown = {root}, True
    while grown:
        more = {pid for pid, fields in everything.items() if fields and int(fields[1]) in family} - family
        family |= more
        grown = bool(more)
    return {(pid, fields[19]) for pid in family if (fields := everything[pid])}


def _living(processes: set[Process]) -> set[Process]:
    return {(pid, since) for pid, since in processes if (fields := _stat(pid)) and fields[19] == since}


def _wait_until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _is_provisioning(folder: Path) -> bool:
    log = folder / "log" / "provisioning.log"
    return log.exists() and log.stat().st_size > 0


def _foreground(name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-m", "sandbox", "up", "--name", name, "--without-halo"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-m", "sandbox", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
    )


def test_up_twice_says_that_it_is_up(pair: Pair) -> None:
    again = _command("up", "--name", pair[0].name)
    assert again.returncode == 0
    assert again.stdout == f"sandbox {pair[0].name} is up already\n"
    assert find(pair[0].name) == pair[0] == start(pair[0].name)


def test_status_says_where_everything_is(pair: Pair) -> None:
    for_programs, for_people = (_command("status", "--name", pair[0].name, *more) for more in (["--json"], []))
    assert Sandbox.from_status(json.loads(for_programs.stdout)) == pair[0]
    assert f"ldaps://{pair[0].directory.host}" in for_people.stdout
    assert pair[0].directory.password not in repr(pair[0])
    assert Path(pair[0].folder).stat().st_mode & 0o777 == 0o700


def test_down_leaves_no_process_and_no_folder(pair: Pair) -> None:
    processes = _descendants(pair[0].pid)
    assert len(processes) > 10, "a domain controller has many processes"
    stop(pair[0].name)
    assert not Path(pair[0].folder).exists()
    assert _wait_until(lambda: not _living(processes)), _living(processes)
    assert _command("status", "--name", pair[0].name).returncode == 3


def test_killed_supervisor_leaves_no_process_and_no_folder(pair: Pair) -> None:
    processes = _descendants(pair[1].pid)
    os.kill(pair[1].pid, signal.SIGKILL)
    assert _wait_until(lambda: not _living(processes)), _living(processes)
    assert _wait_until(lambda: not Path(pair[1].folder).exists())


@pytest.mark.usefixtures("_able_machine")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_start_leaves_no_process_and_no_folder(new_name: Callable[[], str], number: int) -> None:
    name = new_name()
    folder = folder_of(name)
    with _foreground(name) as supervisor:
        assert _wait_until(lambda: _is_provisioning(folder))
        processes = _descendants(supervisor.pid)
        supervisor.send_signal(number)
        output, _ = supervisor.communicate(timeout=DEADLINE_S)
    assert (supervisor.returncode, output) == (0, "")
    assert len(processes) > 2, "supervisor, keeper, provisioning"
    assert not _living(processes)
    assert not folder.exists()


@pytest.mark.usefixtures("_able_machine")
def test_killed_keeper_takes_the_servers_along_and_the_supervisor_says_so(new_name: Callable[[], str]) -> None:
    name = new_name()
    folder = folder_of(name)
    with _foreground(name) as supervisor:
        assert _wait_until(lambda: _is_provisioning(folder))
        processes = _descendants(supervisor.pid)
        keeper = next(pid for pid, _ in processes if (fields := _stat(pid)) and int(fields[1]) == supervisor.pid)
        os.kill(keeper, signal.SIGKILL)
        output, _ = supervisor.communicate(timeout=DEADLINE_S)
    assert (supervisor.returncode, output) == (1, "the sandbox's keeper ended before its time\n")
    assert _wait_until(lambda: not _living(processes)), _living(processes)
    swept = _command("status", "--name", name)
    assert swept.stderr == f"sandbox {name} is not up; removed what a dead one left\n"
    assert not folder.exists()
