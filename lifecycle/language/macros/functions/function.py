"""What a function of the language declares: its parameters, what it does, how that looks, and the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lifecycle.language.macros.functions.kinds import TEXT, Kind


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter.

    Args:
        name: As the reference shows it.
        kind: What may stand there.
        optional: Whether it may be left out; only further optional ones follow.
        variadic: Whether it stands for any number of arguments; only the last one may.
    """

    name: str
    kind: Kind = TEXT
    optional: bool = False
    variadic: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """What a template gives for one record; shown in the reference, and tried by the tests."""

    text: str
    row: Mapping[str, str]
    result: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language.

    Args:
        name: As it is called.
        meaning: One sentence.
        parameters: In their order.
        examples: At least one.
        apply: The code: one argument a parameter, read by its kind. Raises ValueError for what it cannot read.
        load: Gives ``apply`` instead, for code whose libraries take long to import.
        needs_attempt: Whether an :class:`~lifecycle.language.macros.values.Attempt` comes before the arguments.
        check: Refuses constants that do not go together: called with the arguments, those that are no constants as
            None; raises ValueError.
    """

    name: str
    meaning: str
    parameters: tuple[Parameter, ...]
    examples: tuple[Example, ...]
    apply: Callable[..., str] | None = None
    load: Callable[[], Callable[..., str]] | None = None
    needs_attempt: bool = False
    check: Callable[[Sequence[Any]], None] | None = field(default=None)

    @property
    def usage(self) -> str:
        """The parameters as they are written: ``value, start, [length], more, …``."""
        shown = [f"[{one.name}]" if one.optional else one.name for one in self.parameters]
        return ", ".join([*shown, "…"] if self.parameters and self.parameters[-1].variadic else shown)

    @property
    def fewest(self) -> int:
        """How many arguments it takes at least."""
        return sum(not one.optional for one in self.parameters)

    @property
    def most(self) -> int | None:
        """How many arguments it takes at most; None for any number."""
        return None if self.parameters and self.parameters[-1].variadic else len(self.parameters)

    def parameter(self, position: int) -> Parameter:
        """The parameter that an argument belongs to, counted from 0."""
        return self.parameters[min(position, len(self.parameters) - 1)]

    def code(self) -> Callable[..., str]:
        """What is called with the arguments; imports what it needs."""
        if self.load is not None:
            return self.load()
        assert self.apply is not None, f"fx.{self.name} has no code"  # noqa: S101 (the catalogue is at fault)
        return self.apply


VALUE = Parameter("value")
