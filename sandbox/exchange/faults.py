"""The switches: what goes wrong, one class a switch; each strikes ``times`` times after it was put."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Target = Literal["reads", "writes", "all"]


class Fault(BaseModel):
    """Settings of one switch.

    Attributes:
        times: How often it strikes.
        on: Which cmdlets it strikes: ``Get-`` ones, the others, or all.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    times: int = Field(1, ge=1)
    on: Target = "all"


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
_F = TypeVar("_F", bound=Fault)


class UnknownFaultError(ValueError):
    """A switch or a setting that does not exist."""


class Board:
    """Which switches are on, and how often each has struck."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Turn every switch off."""
        self._on: dict[type[Fault], Fault] = {}
        self._fired: Counter[type[Fault]] = Counter()

    def put(self, wanted: Mapping[str, Any]) -> None:
        """Turn on exactly these switches; nothing changes when one of them is wrong.

        Raises:
            UnknownFaultError: A name or a setting does not exist.
        """
        if unknown := sorted(wanted.keys() - FAULTS.keys()):
            raise UnknownFaultError(f"there is no fault {unknown[0]!r}; there are {', '.join(FAULTS)}")
        try:
            read = {
                FAULTS[name]: FAULTS[name].model_validate({} if settings is True else settings)
                for name, settings in wanted.items()
            }
        except ValidationError as error:
            raise UnknownFaultError(error.errors()[0]["msg"]) from error
        self.clear()
        self._on = read

    def on(self, kind: type[_F], cmdlet: str) -> _F | None:
        """Return the switch when it strikes this cmdlet now, and count that it did."""
        fault = self._on.get(kind)
        if not isinstance(fault, kind) or self._fired[kind] >= fault.times:
            return None
        target = "reads" if cmdlet.startswith("Get-") else "writes"
        if fault.on not in {"all", target}:
            return None
        self._fired[kind] += 1
        return fault

    def shown(self) -> dict[str, Any]:
        """Return what is on: name → settings, and how often it has struck."""
        return {
            name: {**self._on[kind].model_dump(), "fired": self._fired[kind]}
            for name, kind in FAULTS.items()
            if kind in self._on
        }
