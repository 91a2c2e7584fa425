"""A lookup table that macros use as ``%fx.lookup(…)%`` (``config/tables/*.yaml``)."""

from __future__ import annotations

from functools import cached_property

from pydantic import Field, field_validator, model_validator

from lifecycle.config.model import ConfigModel, Name
from lifecycle.language.vocabulary import Table


class LookupTable(ConfigModel):
    """One text for another, such as a site's code and its name."""

    name: Name
    description: str = ""
    entries: dict[str, str] = Field(min_length=1, description="Text → text; in quotes where YAML reads it otherwise.")
    default: str | None = Field(None, description="What a text that is no entry stands for; nothing without it.")
    ignore_case: bool = Field(True, description="Whether entries are found without regard to case.")

    @field_validator("entries", mode="before")
    @classmethod
    def _are_texts(cls, entries: object) -> object:
        for pair in entries.items() if isinstance(entries, dict) else ():
            for one in pair:
                if not isinstance(one, str):
                    raise ValueError(f'must be text, in quotes where YAML reads it otherwise: "{one}"')  # noqa: TRY004 (pydantic reports it)
        return entries

    @model_validator(mode="after")
    def _each_once(self) -> LookupTable:
        seen: dict[str, str] = {}
        for entry in self.entries if self.ignore_case else ():
            other = seen.setdefault(entry.casefold(), entry)
            if other != entry:
                raise ValueError(f"entries {other!r} and {entry!r} are the same without regard to case")
        return self

    @cached_property
    def table(self) -> Table:
        """The table as macros use it."""
        entries = {entry.casefold() if self.ignore_case else entry: text for entry, text in self.entries.items()}
        return Table(entries, self.default, self.ignore_case)
