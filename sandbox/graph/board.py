"""Which switches are on, and how often each has struck."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from sandbox.graph.faults import FAULTS, Fault, Moment, Place

_F = TypeVar("_F", bound=Fault)


class UnknownFaultError(ValueError):
    """A switch or a setting that does not exist: ``problem`` and what is ``allowed``."""

    def __init__(self, problem: str, allowed: Any) -> None:
        super().__init__(problem)
        self.problem, self.allowed = problem, allowed


class Board:
    """Which switches are on."""

    def __init__(self) -> None:
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
        if unknown := [name for name in wanted if name not in FAULTS]:
            raise UnknownFaultError(f"there is no fault {unknown[0]!r}", sorted(FAULTS))
        read = {FAULTS[name]: _read(name, settings) for name, settings in wanted.items()}
        self.clear()
        self._on = read

    def count_request(self) -> None:
        """Count one request."""
        self._requests += 1

    def on(self, kind: type[_F], place: Place, method: str, path: str) -> _F | None:
        """Return the switch when it strikes now, and count that it did."""
        fault = self._on.get(kind)
        moment = Moment(place, method, path, self._requests, self._fired[kind])
        if not isinstance(fault, kind) or not fault.strikes(moment):
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


def _read(name: str, settings: Any) -> Fault:
    kind = FAULTS[name]
    try:
        return kind.model_validate({} if settings is True else settings)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        allowed = kind.model_json_schema().get("properties", {})
        raise UnknownFaultError(f"fault {name}: {place}: {first['msg']}", allowed) from error
