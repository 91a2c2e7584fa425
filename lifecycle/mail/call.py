"""A call of a cmdlet; one that the table does not allow cannot be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lifecycle.mail.cmdlets import TABLE, Place
from lifecycle.mail.mailbox import Purgeable
from lifecycle.mail.parameter import Cmdlet, ParameterValue


class ForbiddenCallError(ValueError):
    """The table knows no such call; the message names cmdlet and parameters, never values."""


@dataclass(frozen=True, slots=True)
class CmdletCall:
    """One cmdlet with its parameters, held against :data:`lifecycle.mail.cmdlets.TABLE` when it is made.

    Args:
        place: Where it is to be run.
        name: Name of the cmdlet.
        parameters: Name → value; copied.

    Raises:
        ForbiddenCallError: The cmdlet or a parameter is not in the table, one is missing, or a value does not fit.
    """

    place: Place
    name: str
    parameters: Mapping[str, ParameterValue] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))
        cmdlet = TABLE[self.place].get(self.name)
        if cmdlet is None:
            raise ForbiddenCallError(f"{self.place.value} is not asked for {self.name}")
        if problem := _problem(cmdlet, self.parameters):
            raise ForbiddenCallError(f"{self.name} {problem}")

    @property
    def reads(self) -> bool:
        """Whether it only reads, so that it may be repeated."""
        return TABLE[self.place][self.name].reads

    def wire(self) -> dict[str, str | bool | None]:
        """The parameters as they are sent: a mailbox to purge becomes its GUID."""
        return {
            name: value.mailbox.exchange_guid if isinstance(value, Purgeable) else value
            for name, value in self.parameters.items()
        }


def _problem(cmdlet: Cmdlet, given: Mapping[str, ParameterValue]) -> str:
    for name in given:
        if name not in cmdlet.parameters:
            return f"is not given {name}"
    for name, parameter in cmdlet.parameters.items():
        if name not in given:
            if parameter.required:
                return f"needs {name}"
        elif not parameter.takes(given[name]):
            return f"takes {parameter.kind.value} as {name}"
    return ""
