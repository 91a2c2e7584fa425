"""Blocks as a run first finds them: asked of Prefect's server once in each run, and not by every task anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from prefect.runtime import flow_run

T = TypeVar("T")


def saved_block(load: Callable[[str], T], name: str) -> T:
    """A block.

    Args:
        load: How it is loaded, e.g. ``StateStore.load``.
        name: Its name.

    Raises:
        ValueError: As ``load`` raises it, where there is none.
    """
    run_id = flow_run.id
    return load(name) if run_id is None else _found(str(run_id), load, name)


@lru_cache(maxsize=16)  # of this run, and hardly of the one before
def _found(_run_id: str, load: Callable[[str], T], name: str) -> T:
    return load(name)
