"""A permit that is withdrawn: as that of a run is which has lost its lease."""

from __future__ import annotations

from collections.abc import Callable

from lifecycle.errors import RunLockedError


def permit_for(operations: int) -> Callable[[], None]:
    """A permit for so many operations; the next one is refused."""
    left = operations

    def permit() -> None:
        nonlocal left
        if not left:
            raise RunLockedError("the lease was lost")
        left -= 1

    return permit
