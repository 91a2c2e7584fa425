"""Naming formats: how a name is built from a person's fields (``config/formats/*.yaml``).

A plain format is a list of alternatives, each a list of pieces. An advanced one is a list of conditions, each with the
plain format that is used where it holds, and a default. What a format gives is told by
:mod:`lifecycle.language.names.series`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator, model_validator

from lifecycle.language.filters.filter import Filter, fields_of
from lifecycle.language.model import LanguageModel
from lifecycle.language.names.piece import Piece

_NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"

OnClash = Literal["next_then_counter", "next", "counter", "reject"]
"""What to try when a name is taken: see :class:`lifecycle.language.names.series.Series`."""


class FormatCase(LanguageModel):
    """A condition, and the format of those whom it meets; the first that holds is taken."""

    when: Filter
    use: str = Field(pattern=_NAME, description="A format with alternatives.")


class NamingFormat(LanguageModel):
    """How one kind of name is formed: by alternatives, or by cases that say which other format is used."""

    name: str = Field(pattern=_NAME)
    description: str = ""
    alternatives: tuple[tuple[Piece, ...], ...] = Field((), min_length=1, description="Tried in order.")
    cases: tuple[FormatCase, ...] = Field(
        (), min_length=1, description="Instead of alternatives: conditions, each with the format that is used then."
    )
    default: str | None = Field(None, pattern=_NAME, description="The format of those whom no case meets.")
    suffix: str = Field("", description="Text behind the counter, e.g. @corp.example.com; macros of env only.")
    case: Literal["given", "lower", "upper"] = "given"
    transliterate: bool = Field(False, description="Latin letters without accents only.")
    spaces: bool = Field(True, description="Keep spaces inside fields.")
    remove: str = Field("", description="Characters that are dropped from the name.")
    max_length: int = Field(64, ge=1, le=256, description="Characters of the whole name, counter and suffix included.")
    counter_from: int = Field(2, ge=0, description="First number appended when every alternative is taken.")
    counter_separator: str = ""

    @field_validator("alternatives")
    @classmethod
    def _tell_people_apart(cls, alternatives: tuple[tuple[Piece, ...], ...]) -> tuple[tuple[Piece, ...], ...]:
        for number, pieces in enumerate(alternatives):
            if all(piece.text is not None for piece in pieces):
                raise ValueError(f"alternative {number} has no field: it would give everybody the same name")
            if sum(piece.is_number for piece in pieces) > 1:
                raise ValueError(f"alternative {number} has more than one counter or random piece")
        return alternatives

    @model_validator(mode="after")
    def _is_one_shape(self) -> NamingFormat:
        if bool(self.alternatives) == bool(self.cases):
            raise ValueError("a format has either alternatives, or cases and a default")
        if bool(self.cases) != (self.default is not None):
            raise ValueError("cases and default stand together: default is for those whom no case meets")
        foreign = sorted(self.model_fields_set - {"name", "description", "cases", "default"})
        if self.cases and foreign:
            raise ValueError(f"{', '.join(foreign)}: say it in the formats that the cases use")
        if self.case != "given" and any(p.case != "given" for pieces in self.alternatives for p in pieces):
            raise ValueError(f"the case of a piece is lost: the format's is {self.case}")
        return self

    @property
    def is_advanced(self) -> bool:
        """Whether the format only says which other format is used."""
        return bool(self.cases)

    @property
    def uses(self) -> tuple[str, ...]:
        """Names of the formats that an advanced one chooses from, each once."""
        return tuple(dict.fromkeys((*(case.use for case in self.cases), *([self.default] if self.default else ()))))

    @property
    def fields(self) -> frozenset[str]:
        """Source fields that its own pieces and conditions name; those inside macros besides are not among them."""
        pieces = {piece.field for pieces in self.alternatives for piece in pieces if piece.field}
        return frozenset(pieces).union(*(fields_of(case.when) for case in self.cases))


def plain_formats(one: NamingFormat, formats: Mapping[str, NamingFormat]) -> dict[str, NamingFormat]:
    """The format itself, or those that an advanced one chooses from and that exist: name → format."""
    return {name: formats[name] for name in one.uses if name in formats} if one.is_advanced else {one.name: one}
