"""What an exit code means, and with it a whole run of a script."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lifecycle.answer import NO_ANSWER, Answer
from lifecycle.scripts.result import ScriptResult

_CODES = range(256)


class Verdict(StrEnum):
    """How a run of a script counts."""

    DONE = "done"
    DONE_ALREADY = "done already"
    RETRY_LATER = "retry later"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ExitCodes:
    """Which exit codes mean what; every code that is not named means failure.

    Args:
        done: It did what it was asked for.
        done_already: There was nothing to do.
        retry_later: It did nothing because something was not ready; a later run should call it again.

    Raises:
        ValueError: A code is none, stands twice, or 0 means neither of the first two.
    """

    done: frozenset[int] = frozenset({0})
    done_already: frozenset[int] = frozenset()
    retry_later: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        named = [*self.done, *self.done_already, *self.retry_later]
        if wrong := sorted(code for code in named if code not in _CODES):
            raise ValueError(f"exit codes are whole numbers from 0 to 255, not {wrong[0]}")
        if twice := sorted(code for code in set(named) if named.count(code) > 1):
            raise ValueError(f"exit code {twice[0]} has two meanings")
        # Interpreters end with 0 when nothing went wrong, whatever a script's author had in mind.
        if 0 not in self.done | self.done_already:
            raise ValueError("exit code 0 must mean done or done already")

    def verdict(self, result: ScriptResult) -> Verdict:
        """What a run comes to. Only a script that came to its end by itself is taken at its word."""
        if _interrupted(result):
            return Verdict.UNKNOWN
        for codes, meaning in (
            (self.done, Verdict.DONE),
            (self.done_already, Verdict.DONE_ALREADY),
        ):
            if result.exit_code in codes:
                return meaning if result.outcome is not None else Verdict.UNKNOWN
        return Verdict.RETRY_LATER if result.exit_code in self.retry_later else Verdict.FAILED

    def answer(self, result: ScriptResult) -> Answer:
        """The same in the words of every system: 0 for what is done, :data:`NO_ANSWER` where nobody knows."""
        verdict = self.verdict(result)
        if verdict in {Verdict.DONE, Verdict.DONE_ALREADY}:
            return Answer(0, verdict.value)
        if verdict is Verdict.UNKNOWN or result.exit_code is None:
            return Answer(NO_ANSWER, _interrupted(result) or f"the answer cannot be read: {result.unreadable}")
        return Answer(result.exit_code, verdict.value, postponed=verdict is Verdict.RETRY_LATER)


def _interrupted(result: ScriptResult) -> str:
    """Why a script did not come to its end by itself; empty where it did."""
    if result.exit_code is None:
        return "nobody saw how it ended"
    if result.timed_out:
        return "timed out"
    if result.truncated:
        return "its answer was too long"
    return f"ended by signal {-result.exit_code}" if result.exit_code < 0 else ""
