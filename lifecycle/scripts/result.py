"""How one run of a script went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ScriptResult:
    """What was seen of a script; what it means is :mod:`lifecycle.scripts.exit_codes`' to say.

    Args:
        exit_code: 0 to 255; −N where signal N ended it (a timeout's, too); None where nobody saw it end.
        outcome: The object that it answered; None where there is none.
        unreadable: Why there is no outcome, in words that hold nothing of the answer; empty where there is one.
        stderr_tail: The end of what it wrote to standard error. For the eyes of whoever tries a script: it may hold
            anything, so it is never logged, stored or raised.
        duration_s: From start to end, seconds.
        timed_out: It was ended because it ran too long.
        truncated: Its answer was longer than is read; a script that still ran was ended.
        left_behind: A process that it started could not be ended, or a file in its working folder not removed,
            because it belongs to another user.
        digest: SHA-256 of the script that ran, in hexadecimal.
    """

    exit_code: int | None
    outcome: Mapping[str, Any] | None = field(repr=False)
    unreadable: str = ""
    stderr_tail: str = field(default="", repr=False)
    duration_s: float = 0.0
    timed_out: bool = False
    truncated: bool = False
    left_behind: bool = False
    digest: str = ""
