"""The pieces of a name, as they are written in ``config/formats/*.yaml``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lifecycle.language.model import LanguageModel

KINDS = ("text", "field", "random", "counter", "macro")
_OF_FIELDS = ("word", "first", "last", "nth", "case")
_CHARACTERS = ("first", "last", "nth")


class RunningNumber(LanguageModel):
    """A running number inside the name: the first that is free, with leading zeros."""

    from_: int = Field(1, ge=0, alias="from", description="The first number.")
    width: int = Field(ge=1, le=9, description="Digits; 17 is written 00017 where there are five.")

    @model_validator(mode="after")
    def _fits(self) -> RunningNumber:
        if self.from_ >= 10**self.width:
            raise ValueError(f"from {self.from_} has more than {self.width} digits")
        return self


class Piece(LanguageModel):
    """One piece of a name: literal text, part of a field, random digits, a running number, or a macro."""

    text: str | None = Field(None, description="Literal text; between fields it stands only if both sides do.")
    field: str | None = Field(None, description="Source field, e.g. halo-users.firstname.")
    random: int | None = Field(
        None, ge=1, le=20, description="So many digits, derived from the person: the same in every run."
    )
    counter: RunningNumber | None = None
    macro: str | None = Field(None, description="Text with macros, e.g. %fx.truncate(#%src.users.surname%#, 6)%.")
    word: Literal["first", "last", "every"] = Field(
        "every", description="Which word of the field; hyphens separate words too."
    )
    first: int | None = Field(None, ge=1, description="Only so many characters from the start.")
    last: int | None = Field(None, ge=1, description="Only so many characters from the end.")
    nth: int | None = Field(None, ge=1, description="Only the character at this place; the first is 1.")
    case: Literal["given", "lower", "upper", "capitals"] = Field(
        "given", description="capitals: the first letter of each word is a capital, the others are not."
    )

    @model_validator(mode="after")
    def _is_one_kind(self) -> Piece:
        kinds = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(kinds) != 1:
            raise ValueError(f"a piece is one of {', '.join(KINDS)}; given: {' and '.join(kinds) or 'none'}")
        foreign = [key for key in _OF_FIELDS if key in self.model_fields_set]
        if foreign and self.field is None:
            raise ValueError(f"{' and '.join(foreign)} must stand with a field, not with {kinds[0]}")
        parts = [key for key in _CHARACTERS if getattr(self, key) is not None]
        if len(parts) > 1:
            raise ValueError(f"{' and '.join(parts)} exclude each other: a piece takes one part of its field")
        return self

    @property
    def is_number(self) -> bool:
        """Whether the piece differs from try to try: a running number, or random digits."""
        return self.counter is not None or self.random is not None
