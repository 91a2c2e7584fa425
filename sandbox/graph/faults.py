"""The switches: what Graph does on bad days, one class a switch.

``times`` limits how often a switch strikes. A request stands alone, is a batch, or is an item of a batch: ``place``
says which of them a switch strikes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from sandbox.simulators import board

Place = Literal["single", "batch", "item"]


@dataclass(frozen=True)
class Moment(board.Moment):
    """Where a request stands when a switch is asked whether it strikes.

    Attributes:
        place: Alone, a batch, or an item of one.
        method: HTTP method.
        path: Of the request, without the version.
    """

    place: Place
    method: str
    path: str


class Fault(board.Fault):
    """Settings of one switch: it strikes ``times`` requests in ``place`` whose path holds ``path``."""

    place: Place | None = None
    path: str = ""
    method: str | None = None
    times: int | None = Field(1, ge=1)
    after: int = Field(0, ge=0)

    def strikes(self, moment: Moment) -> bool:
        """Say whether the switch strikes now."""
        return (
            self.place in (None, moment.place)
            and self.path.lower() in moment.path.lower()
            and self.method in (None, moment.method)
            and moment.requests > self.after
            and (self.times is None or moment.fired < self.times)
        )


class RateLimited(Fault):
    """The request is not carried out: 429; ``retry_after_s`` null sends no Retry-After."""

    retry_after_s: int | None = Field(1, ge=0)


class Unavailable(Fault):
    """The request is not carried out: 503."""

    retry_after_s: int | None = Field(None, ge=0)


class CommitThen504(Fault):
    """The request is carried out and its answer is lost: 504 from the gateway."""


class ExpiredToken(Fault):
    """Every token is revoked before this request: 401 until a new one is sent."""


class RefusedItem(Fault):
    """The token is good, and yet the request is answered with 401."""


class Denied(Fault):
    """The application lacks a permission: 403."""


class LostItem(Fault):
    """An item of a batch is carried out and stands not in the answer."""


class TruncatedJson(Fault):
    """The JSON of an answer ends in the middle, with a status of 200."""


class Slow(Fault):
    """The answer takes this long, in seconds."""

    times: int | None = None
    seconds: float = Field(1.0, gt=0, le=120)


FAULTS: dict[str, type[Fault]] = {
    "rate_limited": RateLimited,
    "unavailable": Unavailable,
    "commit_then_504": CommitThen504,
    "expired_token": ExpiredToken,
    "refused_item": RefusedItem,
    "denied": Denied,
    "lost_item": LostItem,
    "truncated_json": TruncatedJson,
    "slow": Slow,
}
"""Name of each switch as the admin side knows it."""
