"""Whatever a script starts, and however it ends: nothing of it is running afterwards."""

from __future__ import annotations

import gc
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lifecycle.errors import RunLockedError
from lifecycle.ports.scripts import watch
from lifecycle.ports.scripts.runner import ScriptRunner
from lifecycle.ports.scripts.settings import ScriptSettings
from lifecycle.scripts.call import ScriptCall
from lifecycle.scripts.exit_codes import ExitCodes, Verdict
from lifecycle.scripts.result import ScriptResult

ROOT = Path(__file__).parents[3]
PATIENCE_MS = 20_000

pytestmark = pytest.mark.timeout(60)

Run = Callable[..., ScriptResult]
Write = Callable[..., Path]

DAEMON = """
mkfifo ready
(setsid sh -c '{trap} echo $$ > ready; exec sleep 1000' &)
read pid < ready
echo $pid >&2
"""
"""A grandchild in a session of its own, orphaned at once; its number goes to standard error."""


def is_gone(pid: str) -> bool:
    return not Path("/proc", pid.strip()).exists()


def clock_until(marker: Path) -> Callable[[], float]:
    """A clock that stands still until the script has made a file, and then is far ahead."""
    return lambda: 1000.0 if marker.exists() else 0.0


@pytest.mark.parametrize("trap", ["", 'trap "" TERM;'], ids=["polite", "deaf"])
def test_timeout_ends_grandchildren_in_sessions_of_their_own(run: Run, tmp_path: Path, trap: str) -> None:
    marker = tmp_path / "ready"
    script = DAEMON.format(trap=trap) + 'touch "$1"; echo >&2; exec sleep 1000'
    result = run(script, str(marker), clock=clock_until(marker))
    assert result.timed_out
    assert ExitCodes().verdict(result) is Verdict.UNKNOWN
    assert is_gone(result.stderr_tail)
    assert not result.left_behind


def test_end_of_a_script_is_the_end_of_what_it_started(run: Run) -> None:
    result = run(DAEMON.format(trap="") + "echo '{}'")
    assert (result.exit_code, result.outcome) == (0, {})
    assert is_gone(result.stderr_tail)
    assert not result.left_behind


def test_timeout_asks_first_and_lets_a_script_tidy_up(run: Run, tmp_path: Path) -> None:
    marker = tmp_path / "ready"
    script = "trap 'echo tidy >&2; exit 0' TERM; touch \"$1\"; echo >&2; while :; do sleep 0.01; done"
    result = run(script, str(marker), clock=clock_until(marker), settings={"grace_s": 20})
    assert result.stderr_tail.endswith("tidy\n")
    assert (result.timed_out, result.exit_code) == (True, 0)
    assert ExitCodes().answer(result).description == "timed out"


def test_timeout_leaves_in_peace_what_a_script_starts_to_tidy_up(run: Run, tmp_path: Path) -> None:
    """Here that waits for the grandchild's end, upon which the guard looks around again."""
    marker = tmp_path / "ready"
    tidy = "trap 'sh -c \"while kill -0 $pid 2>&-; do sleep 0.01; done; echo tidy >&2\"; exit 0' TERM\n"
    script = DAEMON.format(trap="") + tidy + 'touch "$1"; echo >&2; while :; do sleep 0.01; done'
    result = run(script, str(marker), clock=clock_until(marker), settings={"grace_s": 20})
    assert result.stderr_tail.endswith("tidy\n")
    assert result.exit_code == 0


def test_timeout_asks_all_of_a_tree_and_no_script_goes_on_with_its_next_line(run: Run, tmp_path: Path) -> None:
    marker, next_line = tmp_path / "ready", tmp_path / "next"
    script = '(touch "$1"; echo >&2; sleep 1000; touch "$2")\ntouch "$2"'
    began = time.monotonic()
    result = run(script, str(marker), str(next_line), clock=clock_until(marker), settings={"grace_s": 50})
    assert (result.timed_out, result.exit_code) == (True, -signal.SIGTERM)
    assert time.monotonic() - began < 50, "somebody was not asked"
    assert not next_line.exists()


def test_timeout_comes_by_the_clock_on_the_wall(run: Run) -> None:
    result = run("exec sleep 1000", timeout_s=0.2)
    assert (result.timed_out, result.exit_code) == (True, -signal.SIGTERM)
    assert 0.2 <= result.duration_s < 20


def test_timeout_comes_to_a_script_that_never_stops_talking(run: Run) -> None:
    assert run("exec yes >&2", timeout_s=0.2).timed_out


def test_timeout_reaches_a_script_that_is_stopped(run: Run) -> None:
    result = run("kill -STOP $$", timeout_s=0.2, settings={"grace_s": 20})
    assert (result.timed_out, result.exit_code) == (True, -signal.SIGTERM)


def test_timeout_does_not_count_once_the_script_has_ended(run: Run, tmp_path: Path) -> None:
    """What it left in the background may take its grace; the script itself was in time."""
    marker = tmp_path / "ready"
    trap = 'trap "touch $MARKER; echo late >&2; exit" TERM;'
    script = DAEMON.format(trap=trap).replace("exec sleep 1000", "while :; do sleep 0.01; done") + "echo '{}'"
    settings = {"grace_s": 20, "environment": {"MARKER": str(marker)}}
    result = run(script, clock=clock_until(marker), settings=settings)
    assert (result.timed_out, result.outcome) == (False, {})
    assert "late" in result.stderr_tail


def test_worker_that_is_interrupted_leaves_no_script(run: Run, tmp_path: Path) -> None:
    marker, told = tmp_path / "ready", tmp_path / "pid"

    def interrupted() -> float:
        if marker.exists():
            raise KeyboardInterrupt
        return 0.0

    script = 'echo $$ > "$2"; touch "$1"; echo >&2; exec sleep 1000'
    with pytest.raises(KeyboardInterrupt):
        run(script, str(marker), str(told), clock=interrupted)
    assert is_gone(told.read_text("utf-8"))


def test_worker_that_is_killed_leaves_neither_script_nor_folder(
    folder: Path, write: Write, runs: Path, tmp_path: Path
) -> None:
    write('exec 3> "$1"; echo $PPID >&3; setsid sleep 1000; sleep 1000')
    news = tmp_path / "news"
    os.mkfifo(news)
    program = (
        "import sys, tempfile; tempfile.tempdir = sys.argv[3]\n"
        "from lifecycle.ports.scripts.runner import ScriptRunner\n"
        "from lifecycle.ports.scripts.settings import ScriptSettings\n"
        "from lifecycle.scripts.call import ScriptCall\n"
        "ScriptRunner(ScriptSettings(sys.argv[1])).run(ScriptCall('script.sh', (sys.argv[2],)))\n"
    )
    argv = [sys.executable, "-c", program, str(folder), str(news), str(runs)]
    with (
        subprocess.Popen(argv, cwd=ROOT) as worker,  # noqa: S603 - our own program
        news.open("rb", buffering=0) as heard,
    ):
        guard = os.pidfd_open(int(heard.readline()))
        assert os.listdir(runs)  # noqa: PTH208 - the folder of the run
        worker.kill()
        poll = select.poll()
        poll.register(guard, select.POLLIN)
        assert poll.poll(PATIENCE_MS), "the guard is still there"
        os.close(guard)
        assert heard.read() == b"", "somebody still holds the script's descriptor"


def test_guard_that_is_asked_to_end_ends_everything_first(run: Run) -> None:
    """A service manager asks all processes of a service, the guard among them."""
    result = run(DAEMON.format(trap='trap "" TERM;') + "kill -TERM $PPID; exec sleep 1000")
    assert result.exit_code == -signal.SIGTERM
    assert is_gone(result.stderr_tail)
    assert (result.timed_out, result.left_behind) == (False, False)


def test_script_that_kills_its_guard_is_of_unknown_outcome(run: Run) -> None:
    result = run("echo $$ >&2; kill -KILL $PPID; exec sleep 1000")
    assert result.exit_code is None
    assert result.left_behind, "nobody has seen to it that all is gone"
    assert ExitCodes().answer(result).unknown


def test_many_runs_leave_no_descriptor_no_process_and_no_folder(folder: Path, write: Write, runs: Path) -> None:
    write("echo '{\"n\": '$1'}'")
    runner = ScriptRunner(ScriptSettings(str(folder)))
    runner.run(ScriptCall("script.sh", ("0",)))  # what Python opens once and for all
    gc.collect()  # what earlier tests have left to it holds descriptors too
    before = sorted(os.listdir("/proc/self/fd")), children()  # noqa: PTH208 - numbers are wanted
    with ThreadPoolExecutor(4) as pool:
        numbers = [str(number) for number in range(200)]
        results = pool.map(lambda number: runner.run(ScriptCall("script.sh", (number,))), numbers)
        assert [result.outcome for result in results] == [{"n": int(number)} for number in numbers]
    after = sorted(os.listdir("/proc/self/fd")), children()  # noqa: PTH208 - numbers are wanted
    assert after == before
    assert list(runs.iterdir()) == []


def children() -> set[str]:
    """Every child of this process, the unburied too."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile, and was somebody else's: ours would still be there
            continue
        if fields[1] == str(os.getpid()):
            found.add(stat.parent.name)
    return found


def test_a_script_gives_signs_of_life_and_ends_with_whoever_listens(
    folder: Path, write: Write, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "ALIVE_S", 0.02)
    write("sleep 30", "script.sh")
    heard = 0

    def listen() -> None:
        nonlocal heard
        heard += 1
        if heard == 4:
            raise RunLockedError("the lease was lost")

    with pytest.raises(RunLockedError):
        ScriptRunner(ScriptSettings(str(folder), grace_s=0.2)).run(ScriptCall("script.sh"), listen)

    assert (heard, runs.exists()) == (4, True)
