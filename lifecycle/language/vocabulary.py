"""What macros may speak of besides the values of one record: the settings and the lookup tables of ``config/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Table:
    """A lookup table.

    Args:
        entries: Text → text; keys are case-folded where case is ignored.
        default: What a text that is no entry stands for; None for nothing.
        ignore_case: Whether entries are found without regard to case.
    """

    entries: Mapping[str, str]
    default: str | None = None
    ignore_case: bool = True

    def find(self, text: str) -> str | None:
        """The entry of a text; None where there is none."""
        return self.entries.get(text.casefold() if self.ignore_case else text)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The same for every record, and known when a template is compiled.

    Args:
        env: Settings: name → text.
        tables: Lookup tables by name.
    """

    env: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
