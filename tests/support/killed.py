"""Runs that end in the middle, as a kill would end them: what is in the store and elsewhere by then is all there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lifecycle.actions.outside import System
from lifecycle.answer import Answer
from lifecycle.applying.systems import Systems
from lifecycle.planning.plan import Plan
from tests.support.action_bench import ActionBench


class KilledError(BaseException):
    """The end of the process; nothing catches it."""


def kill_between(bench: ActionBench, plan: Plan, windows: int) -> str:
    """Apply a plan, and end after so many windows; answers the plan's identifier."""
    left = windows

    def count(_done: int, _total: int) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise KilledError

    return _killed(bench, plan, bench.systems(), count)


def kill_unanswered(bench: ActionBench, plan: Plan, operations: int) -> str:
    """Apply a plan, and end when the n-th operation of a system was carried out and nobody has heard of it yet."""
    systems = bench.systems()
    left, send = operations, systems.send

    def deaf(
        system: System, asked: Sequence[Any], keep: Callable[[], None], permit: Callable[[], None]
    ) -> list[Answer]:
        nonlocal left
        answers = send(system, asked, keep, permit)
        left -= 1
        if not left:
            raise KilledError
        return answers

    systems.send = deaf  # type: ignore[method-assign]
    return _killed(bench, plan, systems, lambda _done, _total: None)


def _killed(bench: ActionBench, plan: Plan, systems: Systems, on_progress: Callable[[int, int], None]) -> str:
    plan_id = bench.save(plan)
    try:
        bench.apply(plan, plan_id, systems=systems, on_progress=on_progress)
    except KilledError:
        return plan_id
    raise AssertionError("the plan was over before the kill")
