"""The decorator that makes a task: nothing cached, nothing persisted, nothing walked through, exceptions scrubbed.

Prefect stores exception texts word for word and logs whole chains. Ours are written for that (keys, GUIDs, counts);
those of other libraries are not, so they never leave a task. Values go in and out quoted: Prefect would look for
futures in every account of a domain.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.utilities.annotations import quote

from lifecycle.errors import InternalError, LifecycleError, TransientError

P = ParamSpec("P")
R = TypeVar("R")


def stage(name: str, *, retries: int = 0, run_name: str | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A task of this name; called and typed as the function that it decorates.

    Args:
        name: What the Prefect UI shows.
        retries: How often a read that failed in passing is tried again; writes are never.
        run_name: Template of the task run's name, filled from the parameters that are text.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def quoted(*args: P.args, **kwargs: P.kwargs) -> Any:
            return quote(scrub(function, *args, **kwargs))

        made: Callable[..., Any] = task(
            cast("Any", quoted),
            name=name,
            task_run_name=run_name or name,
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=retries,
            retry_delay_seconds=10,
            retry_condition_fn=_is_transient if retries else None,
        )

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            given = {name: _quoted(value) for name, value in kwargs.items()}
            answer: R = made(*map(_quoted, args), **given).unwrap()
            return answer

        return call

    return decorate


def scrub(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function; what it raises is ours, without the chain of other libraries' exceptions.

    Raises:
        LifecycleError: As the function raised it.
        InternalError: Anything else, by kind and place.
    """
    try:
        return function(*args, **kwargs)
    except LifecycleError as error:
        error.__cause__ = None
        raise error.with_traceback(None) from None
    except Exception as error:  # noqa: BLE001  (the boundary: everything else is turned into ours)
        place = traceback.extract_tb(error.__traceback__)[-1]
        raise InternalError(f"{type(error).__name__} in {place.name}, line {place.lineno}") from None


def _quoted(value: object) -> object:
    """Text names a task run, and is nothing to look into."""
    return value if isinstance(value, str) else quote(value)


def _is_transient(_task: Any, _run: Any, state: Any) -> bool:
    try:
        state.result()
    except LifecycleError as error:
        return isinstance(error, TransientError)
    return False
