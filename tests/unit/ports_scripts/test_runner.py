"""What a script gets, and what comes of what it says, seen by real scripts."""

from __future__ import annotations

import hashlib
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.errors import ConfigurationError, TargetError, TargetUnavailableError
from lifecycle.ports.scripts.runner import ScriptRunner, open_scripts
from lifecycle.ports.scripts.settings import ScriptSettings
from lifecycle.scripts.call import ScriptCall
from lifecycle.scripts.exit_codes import ExitCodes, Verdict
from lifecycle.scripts.result import ScriptResult

CANARY = "canary-of-the-data"

Run = Callable[..., ScriptResult]
Write = Callable[..., Path]


def test_script_gets_its_input_and_answers(run: Run) -> None:
    result = run("cat >&2; echo '{\"ticket\": 17}'", input={"name": "Zoë"})
    assert (result.exit_code, result.outcome, result.unreadable) == (0, {"ticket": 17}, "")
    assert result.stderr_tail == '{"name": "Zoë"}'
    assert result.duration_s > 0
    assert (result.timed_out, result.truncated, result.left_behind) == (False, False, False)


def test_script_gets_its_arguments_to_the_letter(run: Run) -> None:
    argv = ("$HOME", "`id`", "a b", "", "*", ";exit 9", '"', "'", "\\", "line\nline", "--name=Zoë", "😀", "\x7f")
    result = run("printf '%s\\0' \"$@\" >&2; echo '{}'", *argv)
    assert result.stderr_tail.split("\0")[:-1] == list(argv)


def test_script_has_its_own_environment_and_nothing_else(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKER_SECRET", CANARY)
    monkeypatch.setenv("PYTHONPATH", CANARY)
    result = run("env -0 >&2", settings={"environment": {"API_TOKEN": "t0ken", "LANG": "de_DE.UTF-8"}})
    found = dict(line.split("=", 1) for line in result.stderr_tail.split("\0")[:-1])
    assert found.pop("PWD") == found["HOME"] == found["TMPDIR"]  # PWD is the shell's own
    assert found.keys() == {"PATH", "LANG", "HOME", "TMPDIR", "API_TOKEN"}
    assert (found["API_TOKEN"], found["LANG"]) == ("t0ken", "de_DE.UTF-8")


def test_script_stands_in_an_empty_folder_of_its_own(run: Run, runs: Path) -> None:
    result = run("pwd >&2; ls -A >&2; stat -c %a .. >&2; touch left; mkdir -m 0 shut; echo $0 >&2")
    place, mode, script = result.stderr_tail.splitlines()
    assert Path(place).parents[1] == runs
    assert mode == "700"
    assert Path(script).name == "script.sh"


def test_script_has_three_descriptors_a_session_a_mask_and_no_core(run: Run) -> None:
    inheritable = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(inheritable, True)
    try:
        result = run("ls -x /proc/self/fd >&2; umask >&2; ulimit -c >&2; cut -d' ' -f1,6 /proc/$$/stat >&2")
    finally:
        os.close(inheritable)
    descriptors, mask, core, numbers = result.stderr_tail.splitlines()
    assert descriptors.split() == ["0", "1", "2", "3"]  # the last is the listing itself
    assert (mask, core) == ("0077", "0")
    assert len(set(numbers.split())) == 1, "it does not lead a session"


def test_script_has_the_bounds_that_are_set(run: Run) -> None:
    result = run("ulimit -v >&2; ulimit -t >&2", settings={"memory_bytes": 268_435_456, "cpu_s": 7})
    assert result.stderr_tail.split() == ["262144", "7"]
    result = run("ulimit -v >&2; ulimit -t >&2")
    assert result.stderr_tail.split() == ["unlimited", "unlimited"]


def test_script_may_leave_its_input_unread(run: Run) -> None:
    assert run("exec <&-; echo '{}'", input={"a": "x" * 1_000_000}).outcome == {}


def test_script_reads_all_of_a_large_input(run: Run) -> None:
    assert run("echo '{}'; wc -c >&2", input={"a": "x" * 1_000_000}).stderr_tail.strip() == "1000009"


def test_script_that_answers_too_much_is_ended(run: Run) -> None:
    result = run("echo '{}'; exec head -c 10000000 /dev/zero")
    assert result.truncated
    assert ExitCodes().verdict(result) is Verdict.UNKNOWN
    assert run("exec yes").truncated, "it would go on for ever"


def test_script_may_answer_as_much_as_is_read(run: Run) -> None:
    result = run("printf '{}'; head -c 1048574 /dev/zero | tr '\\0' ' '")
    assert (result.outcome, result.truncated) == ({}, False)


def test_script_may_write_any_amount_of_errors_of_which_the_end_is_kept(run: Run) -> None:
    result = run("head -c 10000000 /dev/zero | tr '\\0' x >&2; printf end >&2; echo '{}'")
    assert result.outcome == {}
    assert len(result.stderr_tail) == 65_536
    assert result.stderr_tail.endswith("xend")


@pytest.mark.parametrize(
    ("script", "unreadable"),
    [
        ("true", "nothing was answered"),
        (f"echo {CANARY}", "it is not JSON"),
        (f"echo '[\"{CANARY}\"]'", "it is not an object"),
        ('printf \'{"a": "\\377"}\'', "it is not UTF-8"),
    ],
)
def test_script_whose_answer_is_no_object_is_not_taken_at_its_word(run: Run, script: str, unreadable: str) -> None:
    result = run(script)
    answer = ExitCodes().answer(result)
    assert (result.exit_code, result.unreadable) == (0, unreadable)
    assert answer.unknown
    assert CANARY not in repr(result) + repr(answer)


@pytest.mark.parametrize("code", [0, 1, 2, 75, 126, 127, 128, 255])
def test_script_s_exit_code_is_told(run: Run, code: int) -> None:
    result = run(f"echo '{{}}'; exit {code}")
    assert result.exit_code == code
    assert ExitCodes().answer(result).code == code


def test_script_that_a_signal_ends_is_told_by_its_number(run: Run) -> None:
    assert run("echo '{}'; kill -SEGV $$").exit_code == -11
    assert run("echo '{}'; kill -PIPE $$; echo lives >&2").exit_code == -13, "Python ignores it, scripts do not"


def test_script_that_changes_while_it_runs_goes_on_as_it_was(run: Run, write: Write) -> None:
    """A shell reads as it goes: the rest would be the new text."""
    original = write("")
    padding = "# as long as a shell reads at once\n" * 2000
    text = f"echo 'echo edited >&2' >> \"$1\"\n{padding}echo original >&2\n"
    result = run(text, str(original))
    assert result.stderr_tail == "original\n"
    assert result.digest == hashlib.sha256(text.encode()).hexdigest()
    assert "edited" in original.read_text("utf-8")


def test_script_that_is_not_the_planned_one_is_not_run(folder: Path, write: Write, runs: Path) -> None:
    marker = runs.parent / "ran"
    write(f"touch {marker}; echo '{{}}'")
    runner = ScriptRunner(ScriptSettings(str(folder)))
    planned = runner.digest("script.sh")
    write(f"touch {marker}; echo '{{\"other\": 1}}'")
    with pytest.raises(TargetError, match="not the one that was planned"):
        runner.run(ScriptCall("script.sh", digest=planned))
    assert not marker.exists()
    assert runner.run(ScriptCall("script.sh", digest=runner.digest("script.sh"))).outcome == {"other": 1}
    assert marker.exists()


def test_script_that_cannot_be_started_did_nothing_and_shows_nothing(run: Run, folder: Path) -> None:
    program = folder / "program"
    program.write_bytes(b"\x00no format that a kernel knows")
    program.chmod(0o755)
    with pytest.raises(TargetError) as refused:
        run("echo", CANARY, settings={"interpreters": {"sh": (str(program),)}, "extensions": {".sh": "sh"}})
    assert str(refused.value) == "scripts start: ENOEXEC (8)"
    with pytest.raises(TargetError) as refused:
        run("echo", CANARY, settings={"environment": {"TOKEN": CANARY * 100_000}})
    assert str(refused.value) == "scripts start: E2BIG (7)"
    assert CANARY not in repr(refused.value.__cause__)


def test_script_for_which_the_machine_has_no_room_did_nothing(folder: Path, write: Write, runs: Path) -> None:
    """Wherever on its way it notices: each try has one descriptor more, until there are enough."""
    marker = runs.parent / "ran"
    write(f"touch {marker}; echo '{{}}'")
    runner = ScriptRunner(ScriptSettings(str(folder)))
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    told, result = set(), None
    try:
        for most in range(1, 1000):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, limits[1]))
            try:
                result = runner.run(ScriptCall("script.sh"))
                break
            except TargetUnavailableError as error:
                told.add(str(error))
                assert not marker.exists()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert told == {"scripts start: EMFILE (24)"}
    assert result is not None
    assert result.outcome == {}
    assert marker.exists()


def test_script_s_errors_hold_neither_arguments_nor_output(run: Run) -> None:
    result = run(f"echo {CANARY}; echo {CANARY} >&2; exit 3", CANARY, input={"a": CANARY})
    assert CANARY in result.stderr_tail
    assert CANARY not in repr(result) + repr(ExitCodes().answer(result))


def test_open_scripts_looks_at_the_folder_first(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="script folder block: folder: elsewhere: No such file"):
        open_scripts(ScriptSettings(str(folder.parent / "elsewhere"))).__enter__()
    (folder / "file").touch()
    with pytest.raises(ConfigurationError, match="folder: is no folder"):
        open_scripts(ScriptSettings(str(folder / "file"))).__enter__()


def test_open_scripts_finds_a_relative_folder_below_the_current_one(
    folder: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("echo '{}'")
    monkeypatch.chdir(folder.parent)
    with open_scripts(ScriptSettings(folder.name)) as scripts:
        assert scripts.run(ScriptCall("script.sh")).outcome == {}
