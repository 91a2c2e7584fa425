"""The switches: what goes wrong, one class a switch; each strikes ``times`` times after it was put."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from sandbox.simulators import board

Target = Literal["reads", "writes", "all"]


@dataclass(frozen=True)
class Moment(board.Moment):
    """When a switch is asked whether it strikes.

    Attributes:
        cmdlet: What is about to run.
    """

    cmdlet: str


class Fault(board.Fault):
    """Settings of one switch.

    Attributes:
        times: How often it strikes.
        on: Which cmdlets it strikes: ``Get-`` ones, the others, or all.
    """

    times: int = Field(1, ge=1)
    on: Target = "all"

    def strikes(self, moment: Moment) -> bool:
        """Hold back from other cmdlets, and when spent."""
        target = "reads" if moment.cmdlet.startswith("Get-") else "writes"
        return self.on in {"all", target} and moment.fired < self.times


class Throttled(Fault):
    """Exchange Online answers 429; ``retry_after_s`` null sends no Retry-After."""

    retry_after_s: int | None = Field(0, ge=0)


class Unavailable(Fault):
    """Either face answers 503 and runs nothing."""


class CommitThenLost(Fault):
    """The cmdlet runs and its answer is lost: 504 from Exchange Online, a connection that ends from a server."""

    on: Target = "writes"


class Hanging(Fault):
    """A server's cmdlet runs and never ends."""

    on: Target = "writes"


class Truncated(Fault):
    """Exchange Online's answer ends in the middle, with a status of 200."""


class Passing(Fault):
    """The cmdlet ends with an exception that passes by itself, before it does anything."""

    exception: str = "ServerBusyException"


class LateObjects(Fault):
    """Exchange Online's first page is empty, and a link leads to the objects."""

    on: Target = "reads"


class ForeignLink(Fault):
    """Exchange Online's next page is on another host."""

    on: Target = "reads"


class Unauthorized(Fault):
    """Every token issued so far is worthless from now on."""


class Slow(Fault):
    """An answer takes this long, seconds."""

    seconds: float = Field(1.0, gt=0, le=120)


FAULTS: dict[str, type[Fault]] = {
    "throttled": Throttled,
    "unavailable": Unavailable,
    "commit_then_lost": CommitThenLost,
    "hanging": Hanging,
    "truncated": Truncated,
    "passing": Passing,
    "late_objects": LateObjects,
    "foreign_link": ForeignLink,
    "unauthorized": Unauthorized,
    "slow": Slow,
}
"""Name of each switch as the admin side knows it."""
