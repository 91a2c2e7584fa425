"""The switches: what HaloITSM does wrong on some tenants and on bad days, one class a switch.

``times`` limits how often a switch strikes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from sandbox.halo.dates import SENTINELS
from sandbox.simulators import board
from sandbox.simulators.board import Fault

Collection = Literal["users", "tickets", "actions", "changes"]


@dataclass(frozen=True)
class Moment(board.Moment):
    """Where a request stands when a switch is asked whether it strikes.

    Attributes:
        collection: What the request reads or writes, empty when that does not matter.
        page: Page number, 1 for a list without pages.
        now: Seconds of the simulator's clock.
        requests: Of those to ``/api``.
    """

    collection: str = ""
    page: int = 0
    now: float = 0.0


class _Collections(Fault):
    """A switch for one collection, or for all."""

    collection: Collection | None = None

    def strikes(self, moment: Moment) -> bool:
        """Hold back from other collections."""
        return self.collection in (None, moment.collection)


class _OnPage(_Collections):
    """A switch for one page of a list, each time it is read or only the first ``times``."""

    page: int = Field(1, ge=1)
    times: int | None = Field(None, ge=1)

    def strikes(self, moment: Moment) -> bool:
        """Hold back from other pages, and when spent."""
        spent = self.times is not None and moment.fired >= self.times
        return super().strikes(moment) and moment.page == self.page and not spent


class RowCap(_Collections):
    """A page holds at most ``rows``, and ``record_count`` is wrong by ``total_off``."""

    rows: int = Field(50, ge=1)
    total_off: int = 7


class RepeatLastPage(_Collections):
    """A page past the last one, or from ``at_page`` on, repeats the page before it."""

    at_page: int | None = Field(None, ge=2)


class MovingTotal(_Collections):
    """``record_count`` is off by ``by`` from page ``from_page`` on."""

    by: int = 1
    from_page: int = Field(2, ge=2)


class UnstableOrder(_Collections):
    """Each page sees the rows in another order; with ``despite_order`` false only where none is asked for."""

    despite_order: bool = True


class DuplicateId(_Collections):
    """The first row of page ``page`` is the last row of the page before it; the row it displaces is lost."""

    page: int = Field(2, ge=2)


class RateLimited(Fault):
    """After ``after`` more requests, ``times`` answers are 429; ``retry_after_s`` null sends no Retry-After."""

    times: int = Field(1, ge=1)
    after: int = Field(0, ge=0)
    retry_after_s: int | None = Field(1, ge=0)

    def strikes(self, moment: Moment) -> bool:
        """Wait for ``after`` requests, and stop when spent."""
        return moment.requests > self.after and moment.fired < self.times


class UnauthorizedAfter(Fault):
    """After ``requests`` more requests every token is revoked once, or, with ``always``, none is good again."""

    requests: int = Field(0, ge=0)
    always: bool = False

    def strikes(self, moment: Moment) -> bool:
        """Wait for ``requests`` requests; then once, or always."""
        return moment.requests > self.requests and (self.always or moment.fired == 0)


class NarrowScope(Fault):
    """A new token is granted ``scope`` at most; what it then lacks is answered with ``status``."""

    scope: str = "read:tickets"
    status: Literal[401, 403] = 403


class PostStatus(Fault):
    """A POST that succeeds answers this status."""

    status: Literal[200, 201] = 200


class PostShape(Fault):
    """A POST that succeeds answers one object or a list."""

    shape: Literal["object", "list"] = "list"


class Sentinel(Fault):
    """Dates that are not set read as this one."""

    value: Literal[SENTINELS] = SENTINELS[1]  # type: ignore[valid-type]  # the tuple is the one list of them


class HtmlTenant(Fault):
    """The token URL knows no tenant: an HTML page with this status."""

    status: Literal[404, 500] = 404


class TruncatedJson(_OnPage):
    """The JSON of a page ends in the middle, with a status of 200."""


class FailPage(_OnPage):
    """A page answers ``status`` with an empty body."""

    status: Literal[404, 500, 502, 503, 504] = 500


class Reset(_OnPage):
    """The connection is reset instead of a page."""


class _OnWrite(_Collections):
    """A switch for what changes something, POST and DELETE, until it is spent."""

    times: int = Field(1, ge=1)

    def strikes(self, moment: Moment) -> bool:
        """Stop when spent."""
        return super().strikes(moment) and moment.fired < self.times


class CommitThen504(_OnWrite):
    """A POST or DELETE is carried out and its answer is lost: 504 from the gateway."""


class CommitThenReset(_OnWrite):
    """A POST or DELETE is carried out and the connection is reset instead of an answer."""


class ResetWrite(_OnWrite):
    """The connection is reset instead of a POST or DELETE being carried out."""


class LateCommit(_OnWrite):
    """A POST or DELETE is answered 504 by the gateway, and carried out ``seconds`` later all the same."""

    seconds: float = Field(60.0, gt=0)


class Unavailable(Fault):
    """The API answers ``status``, so many ``times`` or ``until`` a time (seconds since the epoch); else for good."""

    status: Literal[500, 502, 503] = 500
    times: int | None = Field(None, ge=1)
    until: float | None = None

    def strikes(self, moment: Moment) -> bool:
        """Stop when spent, or when the time has come."""
        spent = self.times is not None and moment.fired >= self.times
        return not spent and (self.until is None or moment.now < self.until)


class Slow(Fault):
    """Every answer of the API takes this long, in seconds."""

    seconds: float = Field(1.0, gt=0, le=120)


FAULTS: dict[str, type[Fault]] = {
    "row_cap": RowCap,
    "repeat_last_page": RepeatLastPage,
    "moving_total": MovingTotal,
    "unstable_order": UnstableOrder,
    "duplicate_id": DuplicateId,
    "rate_limited": RateLimited,
    "unauthorized_after": UnauthorizedAfter,
    "narrow_scope": NarrowScope,
    "post_status": PostStatus,
    "post_shape": PostShape,
    "sentinel": Sentinel,
    "html_tenant": HtmlTenant,
    "truncated_json": TruncatedJson,
    "fail_page": FailPage,
    "reset": Reset,
    "commit_then_504": CommitThen504,
    "commit_then_reset": CommitThenReset,
    "reset_write": ResetWrite,
    "late_commit": LateCommit,
    "unavailable": Unavailable,
    "slow": Slow,
}
"""Name of each switch as the admin side knows it."""
