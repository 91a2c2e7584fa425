"""What macros may speak of besides the values of one record: the settings and the lookup tables of ``config/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The same for every record, and known when a template is compiled.

    Args:
        env: Settings: name → text.
        tables: Lookup tables: name → (entry → text).
    """

    env: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
