"""What a script is run by."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.errors import ConfigurationError
from lifecycle.ports.scripts.interpreter import command
from lifecycle.ports.scripts.settings import ScriptSettings
from lifecycle.scripts.call import ScriptCall
from lifecycle.scripts.result import ScriptResult

Run = Callable[..., ScriptResult]
SETTINGS = ScriptSettings(
    "scripts",
    interpreters={"sh": ("/bin/sh", "-e"), "env": ("/usr/bin/env",), "pwsh": ("/opt/none/pwsh", "-File")},
    extensions={".sh": "sh", ".ps1": "pwsh"},
)


@pytest.mark.parametrize(
    ("call", "content", "chosen"),
    [
        (ScriptCall("a.sh"), b"", ("/bin/sh", "-e")),
        (ScriptCall("a.SH"), b"", ("/bin/sh", "-e")),
        (ScriptCall("a.sh", interpreter="env"), b"", ("/usr/bin/env",)),
        (ScriptCall("a.sh"), b"#!/usr/bin/env bash\n", ("/bin/sh", "-e")),
        (ScriptCall("a"), b"#!/bin/sh\n", ("/bin/sh",)),
        (ScriptCall("a"), b"#! /bin/sh -eu \r\n", ("/bin/sh", "-eu")),
        (ScriptCall("a"), b"#!/usr/bin/env -S sh -e", ("/usr/bin/env", "-S sh -e")),
        (ScriptCall("a.pl"), b"#!/usr/bin/env perl\n", ("/usr/bin/env", "perl")),
    ],
)
def test_interpreter_is_the_call_s_then_the_extension_s_then_the_first_line_s(
    call: ScriptCall, content: bytes, chosen: tuple[str, ...]
) -> None:
    assert command(call, content, SETTINGS) == chosen


@pytest.mark.parametrize(
    ("call", "content", "problem"),
    [
        (ScriptCall("a"), b"", r"a: its name ends in none of .sh, .ps1, and its first line names no interpreter: #!/…"),
        (ScriptCall("a"), b"#!sh\n", "names no interpreter"),
        (ScriptCall("a"), b"#!\n", "names no interpreter"),
        (ScriptCall("a"), b"#!/bin/sh\0\n", "names no interpreter"),
        (ScriptCall("a"), b"\n#!/bin/sh\n", "names no interpreter"),
        (ScriptCall("a"), b"\x7fELF", "names no interpreter"),
        (ScriptCall("a.sh", interpreter="ruby"), b"", "a.sh: no interpreter is named 'ruby'; there are sh, env, pwsh"),
        (
            ScriptCall("a.ps1"),
            b"",
            "script folder block: interpreters.pwsh: the interpreter cannot be used: none: No such file or directory",
        ),
        (ScriptCall("a"), b"#!/etc/passwd\n", "a: the interpreter cannot be used: it is no program"),
        (ScriptCall("a"), b"#!/usr/bin\n", "a: the interpreter cannot be used: it is no program"),
    ],
)
def test_interpreter_that_there_is_not_is_told(call: ScriptCall, content: bytes, problem: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        command(call, content, SETTINGS)
    assert problem in str(refused.value)


def test_interpreter_that_others_may_write_is_refused(tmp_path: Path) -> None:
    program = tmp_path / "sh"
    program.write_bytes(Path("/bin/sh").read_bytes())
    program.chmod(0o775)
    settings = ScriptSettings("scripts", interpreters={"sh": (str(program),)}, extensions={})
    call = ScriptCall("a", interpreter="sh")
    with pytest.raises(ConfigurationError, match=r"interpreters.sh: .* sh may be written by others"):
        command(call, b"", settings)
    program.chmod(0o755)
    assert command(call, b"", settings) == (str(program),)


def test_script_is_run_by_its_first_line_under_its_own_name(run: Run) -> None:
    result = run("#!/bin/sh -e\nfalse\necho '{}'", name="plain")
    assert (result.exit_code, result.outcome) == (1, None)
    assert run('#!/bin/sh\necho "{\\"me\\": \\"${0##*/}\\"}"', name="plain").outcome == {"me": "plain"}


def test_script_in_python_is_run(run: Run) -> None:
    text = "import json, sys\nprint(json.dumps({'got': json.load(sys.stdin), 'argv': sys.argv[1:]}))\n"
    settings = {"interpreters": {"python3": ("/usr/bin/env", sys.executable)}, "extensions": {".py": "python3"}}
    result = run(text, "ü", name="a.py", input={"n": 1}, settings=settings)
    assert result.outcome == {"got": {"n": 1}, "argv": ["ü"]}
