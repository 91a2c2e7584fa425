"""The board of Graph's switches, asked for a place, a method and a path."""

from __future__ import annotations

from typing import TypeVar

from sandbox.graph.faults import FAULTS, Fault, Moment, Place
from sandbox.simulators import board

_F = TypeVar("_F", bound=Fault)


class Board(board.Board):
    """Which switches are on; items of a batch are counted as requests."""

    def __init__(self) -> None:
        super().__init__(FAULTS)

    def on(self, kind: type[_F], place: Place, method: str, path: str) -> _F | None:
        """Return the switch when it strikes now, and count that it did."""
        return self.strike(kind, Moment(place, method, path))
