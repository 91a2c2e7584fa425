"""The decorator that makes a task: nothing cached, nothing persisted, exceptions scrubbed.

Prefect stores exception texts word for word and logs whole chains. Ours are written for that (keys, GUIDs, counts);
those of other libraries are not, so they never leave a task.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.utilities.annotations import quote

from lifecycle.errors import InternalError, LifecycleError, TransientError


def stage(name: str, *, retries: int = 0, opaque: bool = False, run_name: str | None = None) -> Callable[..., Any]:
    """A task of this name.

    Args:
        name: What the Prefect UI shows.
        retries: How often a read that failed in passing is tried again; writes are never.
        opaque: The result is a large value that flows only pass on: Prefect does not look inside.
        run_name: Template of the task run's name, filled from the parameters.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        @wraps(function)
        def scrubbed(*args: Any, **kwargs: Any) -> Any:
            result = scrub(function, *args, **kwargs)
            return quote(result) if opaque else result

        return task(
            scrubbed,
            name=name,
            task_run_name=run_name or name,
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=retries,
            retry_delay_seconds=10,
            retry_condition_fn=_is_transient if retries else None,
        )

    return decorate


def scrub(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
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


def _is_transient(_task: Any, _run: Any, state: Any) -> bool:
    try:
        state.result()
    except TransientError:
        return True
    except LifecycleError:
        return False
    return False
