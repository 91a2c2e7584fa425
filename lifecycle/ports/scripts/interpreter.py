"""What runs a script: the interpreter that the call names, else that of its extension, else that of its first line."""

from __future__ import annotations

import os
import stat
from pathlib import PurePosixPath

from lifecycle.errors import ConfigurationError
from lifecycle.ports.scripts.settings import ScriptSettings, refused
from lifecycle.ports.scripts.trust import UntrustedError, open_trusted
from lifecycle.scripts.call import ScriptCall

_LONGEST_FIRST_LINE = 256
"""Bytes of a first line that Linux reads (execve(2))."""


def command(call: ScriptCall, content: bytes, settings: ScriptSettings) -> tuple[str, ...]:
    """The program and its own options; the script and its arguments follow.

    Raises:
        ConfigurationError: There is none, or somebody else could change the program.
    """
    name = call.interpreter or settings.extensions.get(PurePosixPath(call.path).suffix.lower())
    if name is None:
        chosen = _of_first_line(content)
        if chosen is None:
            known = ", ".join(settings.extensions)
            raise ConfigurationError(
                call.path, "", f"its name ends in none of {known}, and its first line names no interpreter: #!/…"
            )
        place = ConfigurationError(call.path, "", "")
    elif name in settings.interpreters:
        chosen, place = settings.interpreters[name], refused(f"interpreters.{name}", "")
    else:
        raise ConfigurationError(
            call.path, "", f"no interpreter is named {name!r}; there are {', '.join(settings.interpreters)}"
        )
    try:
        _check_program(chosen[0])
    except UntrustedError as error:
        raise ConfigurationError(place.file, place.path, f"the interpreter cannot be used: {error}") from error
    return chosen


def _of_first_line(content: bytes) -> tuple[str, ...] | None:
    """``#!program [argument]``, as the kernel reads it: what follows the program is one argument."""
    first = content[:_LONGEST_FIRST_LINE].partition(b"\n")[0].decode("utf-8", "surrogateescape")
    program, _, argument = first.removeprefix("#!").strip().partition(" ")
    if not (first.startswith("#!") and program.startswith("/")) or "\0" in first:
        return None
    return (program, argument.strip()) if argument.strip() else (program,)


def _check_program(path: str) -> None:
    found = open_trusted(path)
    try:
        runs = stat.S_ISREG(os.fstat(found).st_mode) and os.access(f"/proc/self/fd/{found}", os.X_OK)
    finally:
        os.close(found)
    if not runs:
        raise UntrustedError("it is no program")
