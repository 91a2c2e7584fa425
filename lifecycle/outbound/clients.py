"""The clients of one run of the deliverer, opened when a call needs them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field

from lifecycle.errors import LifecycleError
from lifecycle.outbound.attempt import Api

OpenApi = Callable[[str], AbstractContextManager[Api]]
"""Name of a credentials block → its client."""


@dataclass(slots=True)
class Clients:
    """Clients by the name of their block; where one cannot be used, its calls wait, and those of others go on.

    Args:
        open_api: Opens one.
        opened: Closes all in the end.
        ready: Those that are open.
        broken: Those that cannot be, with the reason.
    """

    open_api: OpenApi
    opened: ExitStack
    ready: dict[str, Api] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)

    def open(self, block: str) -> None:
        """Open a client, or note why it cannot be."""
        try:
            self.ready[block] = self.opened.enter_context(self.open_api(block))
        except (
            LifecycleError,
            ValueError,
        ) as error:  # of a block's own fields
            said = str(error) if isinstance(error, LifecycleError) else type(error).__name__
            self.broken[block] = f"credentials block {block} cannot be used: {said}"
