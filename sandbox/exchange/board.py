"""The board of Exchange's switches, asked for a cmdlet."""

from __future__ import annotations

from typing import TypeVar

from sandbox.exchange.faults import FAULTS, Fault, Moment
from sandbox.simulators import board

_F = TypeVar("_F", bound=Fault)


class Board(board.Board):
    """Which switches are on."""

    def __init__(self) -> None:
        super().__init__(FAULTS)

    def on(self, kind: type[_F], cmdlet: str) -> _F | None:
        """Return the switch when it strikes this cmdlet now, and count that it did."""
        return self.strike(kind, Moment(cmdlet))
