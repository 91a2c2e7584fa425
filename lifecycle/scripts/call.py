"""One run of a custom script: which, with what, and for how long."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_ARGUMENTS = 256
MAX_ARGUMENT_BYTES = 32_768
MAX_ARGUMENTS_BYTES = 131_072
"""All arguments together: well below what a kernel takes besides an environment (execve(2): a quarter of the stack)."""
MAX_INPUT_BYTES = 1_048_576
MAX_TIMEOUT_S = 86_400.0
MAX_PATH_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class ScriptCall:
    """What a script is run with; checked when made. No message repeats an argument or a value of the input.

    A script that undoes another one is a call like any other: its input holds the outcome of the first.

    Args:
        path: File below the allowed folder, with ``/`` between its parts.
        argv: Arguments, each as it arrives: no shell reads them. They may hold personal data, and every user of the
            machine can see them while the script runs; what nobody else should see belongs in the input.
        input: What the script reads from its standard input, as one JSON object.
        interpreter: Name of a configured interpreter; None leaves the choice to the file's extension, then to its
            first line.
        timeout_s: For how long the script may run, seconds.
        digest: SHA-256 of the script in hexadecimal, as it was when the call was planned; empty runs it as it is now.

    Attributes:
        stdin: The input as it is sent, in UTF-8.

    Raises:
        ValueError: Something cannot be passed on.
    """

    path: str
    argv: tuple[str, ...] = field(default=(), repr=False)
    input: Mapping[str, Any] = field(default_factory=dict, repr=False)
    interpreter: str | None = None
    timeout_s: float = 60.0
    digest: str = ""
    stdin: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_path(self.path)
        _check_arguments(self.argv)
        if not (math.isfinite(self.timeout_s) and 0 < self.timeout_s <= MAX_TIMEOUT_S):
            raise ValueError(f"timeout_s must be more than 0 and at most {MAX_TIMEOUT_S:.0f}")
        # Written once and for all: whoever keeps a reference to the mapping cannot change what is sent.
        object.__setattr__(self, "stdin", _as_json(self.input))


def check_path(path: str) -> None:
    """Refuse what names no file below a folder.

    Raises:
        ValueError: A part is empty, hidden, a step up or looks like an option; or the text is no path at all.
    """
    parts = path.split("/")
    if not path.isprintable() or "\\" in path or len(path) > MAX_PATH_CHARACTERS:
        raise ValueError(f"path: at most {MAX_PATH_CHARACTERS} characters, without control characters and backslashes")
    if any(not part or part.startswith((".", "-")) for part in parts):
        raise ValueError("path: each part must have a name that begins with neither a dot nor a dash")


def _check_arguments(argv: tuple[str, ...]) -> None:
    if len(argv) > MAX_ARGUMENTS:
        raise ValueError(f"there are {len(argv)} arguments; {MAX_ARGUMENTS} are allowed")
    total = 0
    for position, argument in enumerate(argv, 1):
        size = _size(argument)
        if size is None:
            raise ValueError(f"argument {position} cannot be written in UTF-8")
        if "\0" in argument:
            raise ValueError(f"argument {position} holds NUL, which would end it")
        if size > MAX_ARGUMENT_BYTES:
            raise ValueError(f"argument {position} has {size} bytes; {MAX_ARGUMENT_BYTES} are allowed")
        total += size + 1
    if total > MAX_ARGUMENTS_BYTES:
        raise ValueError(f"the arguments have {total} bytes together; {MAX_ARGUMENTS_BYTES} are allowed")


def _size(text: str) -> int | None:
    """Bytes in UTF-8; None for half of a surrogate pair, which has none."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        return None


def _as_json(given: Mapping[str, Any]) -> bytes:
    problem = ""
    encoded = b""
    try:
        encoded = json.dumps(dict(given), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        problem = "the input cannot be written as JSON in UTF-8"
    if problem:  # raised here, so that the values do not travel along
        raise ValueError(problem)
    if len(encoded) > MAX_INPUT_BYTES:
        raise ValueError(f"the input has {len(encoded)} bytes; {MAX_INPUT_BYTES} are allowed")
    return encoded
