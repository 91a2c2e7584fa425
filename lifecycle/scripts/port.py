"""The port to whatever runs scripts. The adapter is :mod:`lifecycle.ports.scripts.runner`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from lifecycle.scripts.call import ScriptCall
from lifecycle.scripts.result import ScriptResult


def unheard() -> None:
    """For whom nobody listens."""


class Scripts(Protocol):
    """Scripts of one allowed folder."""

    def digest(self, path: str) -> str:
        """SHA-256 of a script as it is now, in hexadecimal: what a plan says it will run.

        Raises:
            ValueError: The path is none.
            ConfigurationError: There is no such script, or somebody else could change it.
            TargetUnavailableError: The machine had no room.
        """
        ...

    def run(self, call: ScriptCall, on_alive: Callable[[], None] = unheard) -> ScriptResult:
        """Run a script once, to its end. Nothing that it started is running afterwards.

        ``on_alive`` is called every few seconds meanwhile; what it raises ends the script.

        What the script does is told by the result, never by an exception. A run is never tried again by itself.

        Raises:
            ConfigurationError: There is no such script or interpreter, or somebody else could change it.
            TargetError: The script is not the one that was planned, or it could not be started: it did nothing.
            TargetUnavailableError: The machine had no room for it: it did nothing.
        """
        ...
