"""Which scripts may run, through what, and with what around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lifecycle.errors import ConfigurationError

INTERPRETERS: Mapping[str, tuple[str, ...]] = {
    "python3": ("/usr/bin/python3",),
    "sh": ("/bin/sh",),
    "pwsh": ("/usr/bin/pwsh", "-NoProfile", "-NonInteractive", "-File"),
}
"""Name → program with its own options; the script and its arguments follow."""

EXTENSIONS: Mapping[str, str] = {".py": "python3", ".sh": "sh", ".ps1": "pwsh"}
"""End of a file's name → interpreter."""

ENVIRONMENT: Mapping[str, str] = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
}
"""What every script has in its environment, besides HOME and TMPDIR, which are its own empty folder."""

LEAST_MEMORY_BYTES = 67_108_864
MOST_MEMORY_BYTES = 1_099_511_627_776
MOST_CPU_S = 86_400
MOST_GRACE_S = 60
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_EXTENSION = re.compile(r"\.[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class ScriptSettings:
    """A folder of scripts and how they run; checked when made.

    Args:
        folder: The folder; one that is not absolute is looked for below the current one.
        interpreters: Name → absolute path of a program, and its own options.
        extensions: End of a file's name, with its dot, in small letters → name of an interpreter.
        environment: Variables that scripts get; the worker's own are never passed on.
        memory_bytes: Address space of one process of a script; None sets no limit. PowerShell reserves more than any
            sensible one.
        cpu_s: Processor time of one process of a script, seconds; None sets no limit.
        grace_s: Time between the request to end and the end by force, seconds.

    Raises:
        ConfigurationError: A value cannot be used; a message never holds a variable's value.
    """

    folder: str
    interpreters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(INTERPRETERS))
    extensions: Mapping[str, str] = field(default_factory=lambda: dict(EXTENSIONS))
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    memory_bytes: int | None = None
    cpu_s: int | None = None
    grace_s: float = 5.0

    def __post_init__(self) -> None:
        for name, problem in (*self._unfit_names(), *self._unfit_bounds()):
            raise refused(name, problem)

    def _unfit_names(self) -> Iterator[tuple[str, str]]:
        if not self.folder or "\0" in self.folder:
            yield "folder", "a path is needed"
        for name, command in self.interpreters.items():
            if not command or not command[0].startswith("/") or any("\0" in part for part in command):
                yield f"interpreters.{name}", "must begin with the absolute path of a program"
        for extension, name in self.extensions.items():
            if not _EXTENSION.fullmatch(extension):
                yield f"extensions.{extension}", "must be a dot with small letters or digits after it"
            if name not in self.interpreters:
                yield f"extensions.{extension}", f"no interpreter is named {name!r}"
        for name, value in self.environment.items():
            if not _VARIABLE.fullmatch(name):
                yield "environment", "names are letters, digits and underscores, and begin with no digit"
            elif "\0" in value:
                yield f"environment.{name}", "holds NUL"

    def _unfit_bounds(self) -> Iterator[tuple[str, str]]:
        bounds = {
            "memory_bytes": (self.memory_bytes, LEAST_MEMORY_BYTES, MOST_MEMORY_BYTES),
            "cpu_s": (self.cpu_s, 1, MOST_CPU_S),
            "grace_s": (self.grace_s, 0, MOST_GRACE_S),
        }
        for name, (given, least, most) in bounds.items():
            if given is not None and not least <= given <= most:
                yield name, f"must be {least} to {most}"


def refused(name: str, problem: str) -> ConfigurationError:
    """The error for a field of the block."""
    return ConfigurationError("script folder block", name, problem)
