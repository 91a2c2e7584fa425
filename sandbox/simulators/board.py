"""The switches of a simulator: which are on, and how often each has struck.

A switch is on from the moment it is put until the next put or clear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When a switch is asked whether it strikes; each simulator adds where the request stands.

    Attributes:
        requests: Requests counted since the switches were put, this one included.
        fired: How often the switch has struck already.
    """

    requests: int = 0
    fired: int = 0


class Fault(BaseModel):
    """Settings of one switch."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def strikes(self, moment: Any) -> bool:  # noqa: ARG002 - the plainest switch is always on
        """Say whether the switch strikes now; ``moment`` is the simulator's own."""
        return True


_F = TypeVar("_F", bound=Fault)


class UnknownFaultError(ValueError):
    """A switch or a setting that does not exist: ``problem`` and what is ``allowed``."""

    def __init__(self, problem: str, allowed: Any) -> None:
        super().__init__(problem)
        self.problem, self.allowed = problem, allowed


class Board:
    """Which switches are on.

    Args:
        faults: Name of each switch as the admin side knows it → its class.
    """

    def __init__(self, faults: Mapping[str, type[Fault]]) -> None:
        self._faults = faults
        self.clear()

    def clear(self) -> None:
        """Turn every switch off."""
        self._on: dict[type[Fault], Fault] = {}
        self._fired: Counter[type[Fault]] = Counter()
        self._requests = 0

    def put(self, wanted: Mapping[str, Any]) -> None:
        """Turn on exactly these switches, counting from now; nothing changes when one of them is wrong.

        Args:
            wanted: Name → settings; ``{}`` or ``True`` takes the switch as it is meant.

        Raises:
            UnknownFaultError: A name or a setting that does not exist, or a value that is not allowed.
        """
        read = [self._read(name, settings) for name, settings in wanted.items()]
        self.clear()
        self._on = {type(fault): fault for fault in read}

    def count_request(self) -> None:
        """Count one request."""
        self._requests += 1

    def strike(self, kind: type[_F], moment: Moment) -> _F | None:
        """Return the switch when it strikes now, and count that it did.

        Args:
            kind: Which switch.
            moment: Where the request stands; the counts are filled in here.
        """
        fault = self._on.get(kind)
        now = replace(moment, requests=self._requests, fired=self._fired[kind])
        if not isinstance(fault, kind) or not fault.strikes(now):
            return None
        self._fired[kind] += 1
        return fault

    def shown(self) -> dict[str, Any]:
        """Return what is on: name → settings, and how often it has struck."""
        return {
            name: {**self._on[kind].model_dump(), "fired": self._fired[kind]}
            for name, kind in self._faults.items()
            if kind in self._on
        }

    def _read(self, name: str, settings: Any) -> Fault:
        if name not in self._faults:
            raise UnknownFaultError(f"there is no fault {name!r}", sorted(self._faults))
        kind = self._faults[name]
        try:
            return kind.model_validate({} if settings is True else settings)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            allowed = kind.model_json_schema().get("properties", {})
            raise UnknownFaultError(f"fault {name}: {place}: {first['msg']}", allowed) from error
