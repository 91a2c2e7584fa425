"""What a check finds wrong in a file: the path inside it, a sentence, and what would have been right."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from lifecycle.config.documents.document import At
from lifecycle.language.nearest import nearest

_MOST_COMPARED = 1000
"""Among more names than these nothing is looked for: each comparison takes some microseconds."""
_LONGEST_LIST = 300
"""Characters of the names that are listed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Args:
        path: Keys and positions inside the file, joined by dots; empty for the file as a whole.
        text: What is wrong.
        at: Whether the key is wrong or what stands behind it.
        offset: The character of the scalar at which it is wrong, counted from 0; None for all of it.
        length: How many characters are meant.
        given: The name that is none of those known; empty where it is not about names.
        known: The names that are.
        listed: How the list of them begins; empty where it is not listed, because the text does.
        kind: What the name stands for, e.g. ``"endpoint"``; a file that could not be read excuses its own name.
        hint: Anything else that helps.
    """

    path: str
    text: str
    at: At = "value"
    offset: int | None = None
    length: int = 1
    given: str = ""
    known: Collection[str] = field(default=(), compare=False)
    listed: str = ""
    kind: str = ""
    hint: str = ""

    @property
    def hints(self) -> tuple[str, ...]:
        """What would have been right: the name that was meant, the names that there are."""
        meant = suggestion(self.given, self.known)
        told: list[str] = [self.hint] if self.hint else []
        if meant is not None:
            told.append(f"did you mean {meant!r}?")
        if self.listed:
            told.append(f"{self.listed}: {shortened(self.known)}")
        return tuple(told)


def suggestion(given: str, known: Collection[str]) -> str | None:
    """The name that was meant: the only one with these last words, or one that differs little.

    Of ``endpoint.field`` the field alone is compared where the endpoint is right: what all share makes none similar.
    """
    if not given or len(known) > _MOST_COMPARED:
        return None
    qualifier, dot, last = given.rpartition(".")
    same_last = [name for name in known if name.rpartition(".")[2] == last] if last else []
    if len(same_last) == 1:
        return same_last[0]
    siblings = [name.rpartition(".")[2] for name in known if dot and name.rpartition(".")[0] == qualifier]
    if siblings:
        meant = nearest(last, siblings)
        return f"{qualifier}.{meant}" if meant else None
    return nearest(given, known)


def shortened(known: Collection[str]) -> str:
    """All names in the alphabet, or as many as fit."""
    names, told, room = sorted(known), list[str](), _LONGEST_LIST
    for name in names:
        room -= len(name) + 2
        if room < 0 and told:
            return f"{', '.join(told)} and {len(names) - len(told)} more"
        told.append(name)
    return ", ".join(told) or "none"
