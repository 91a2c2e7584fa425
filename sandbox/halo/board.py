"""The board of HaloITSM's switches, asked for a collection and a page."""

from __future__ import annotations

from typing import Any, TypeVar

from sandbox.halo.dates import NO_DATE, with_sentinel
from sandbox.halo.faults import FAULTS, Moment, Sentinel
from sandbox.simulators import board
from sandbox.simulators.board import Fault

_F = TypeVar("_F", bound=Fault)


class Board(board.Board):
    """Which switches are on; requests to ``/api`` are counted."""

    def __init__(self) -> None:
        super().__init__(FAULTS)

    def on(self, kind: type[_F], *, collection: str = "", page: int = 0, now: float = 0.0) -> _F | None:
        """Return the switch when it strikes now, and count that it did."""
        return self.strike(kind, Moment(collection, page, now))

    def dated(self, value: Any) -> Any:
        """Return a JSON value as it is to be shown: dates that are not set read as the switch says."""
        switch = self.on(Sentinel)
        return value if switch is None or switch.value == NO_DATE else with_sentinel(value, switch.value)
