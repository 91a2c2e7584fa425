"""Runs in processes of their own: each settles what the one before left open, then does what is due, and may be killed.

``python one_run.py``, with pickles of :class:`Run` on standard input. Prints the number of each run's process, and when
that has ended its status. All that a run imports is imported once: it is a fork.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

from lifecycle.actions.outside import System
from lifecycle.answer import Answer
from lifecycle.applying.systems import Systems
from lifecycle.ports.files.exchange import Chain, Exchange, Pending
from sandbox.handle import Sandbox
from tests.support.action_bench import ActionBench, Clock


@dataclass(frozen=True)
class Run:
    """What the process is told.

    Args:
        sandbox: What it works on.
        folder: Where the store and the scripts of the test are.
        number: Of this run; plans are named by it.
        now: Its time, UTC.
        unsent: The systems before whose next operation it is killed, its intent written.
        unsettled: The systems after whose next answer it is killed, nothing of that written.
        beside: A folder; the process is killed before it asks anything of a file server once something is in it.
    """

    sandbox: Sandbox = field(repr=False)
    folder: Path
    number: int
    now: datetime
    unsent: frozenset[System] = frozenset()
    unsettled: frozenset[System] = frozenset()
    beside: str = ""

    @property
    def said(self) -> Path:
        """Where it leaves how many entries were settled, what was planned, and what was not carried out."""
        return self.folder / f"run{self.number}.json"


def main() -> None:
    """Have one run done after the other."""
    while (told := _next()) is not None:
        pid = os.fork()
        if pid == 0:
            _done_here(told)
        _say(pid)
        _say(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _next() -> Run | None:
    try:
        told: Run = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own test's
    except EOFError:
        return None
    return told


def _done_here(told: Run) -> NoReturn:
    try:
        _run(told)
    except BaseException:  # noqa: BLE001 - shown, and told by the status
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _run(told: Run) -> None:
    _arm(told)
    with ActionBench.on(told.sandbox, told.folder) as opened:
        bench = replace(opened, numbers=count(told.number * 100), clock=Clock(told.now))
        settled = bench.recover()
        plan = bench.planned_due()
        applied = bench.apply(plan)
    said = {"settled": settled, "planned": plan.counts, "failures": [one.why for one in applied.failures]}
    told.said.write_text(json.dumps(said), "utf-8")


def _arm(told: Run) -> None:
    send, post = Systems.send, Exchange.post

    def deadly(self: Systems, system: System, asked: Sequence[Any], *more: Callable[[], None]) -> list[Answer]:
        if asked and system in told.unsent:
            _die()
        answers = send(self, system, asked, *more)
        if asked and system in told.unsettled:
            _die()
        return answers

    def watched(self: Exchange, chain: Chain) -> Pending:
        if told.beside and any(Path(told.beside).iterdir()):
            _die()
        return post(self, chain)

    Systems.send = deadly  # type: ignore[method-assign]
    Exchange.post = watched  # type: ignore[method-assign]


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    from tests.integration.actions.one_run import main as imported_main  # what is pickled is called by that name

    imported_main()
