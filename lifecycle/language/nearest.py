"""The sentence about a name that does not exist: what was meant, or what there is."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

_LONGEST = 100
"""Characters of a name that is compared; what is longer is no slip of the keyboard."""


_NEAR = 0.65
"""Share of letters in common, of 0 to 1 (:meth:`difflib.SequenceMatcher.ratio`)."""


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that was probably meant; without regard to case, and the first of several in the alphabet."""
    folded = {one.casefold(): one for one in sorted(known, reverse=True)}
    if len(name) > _LONGEST:
        return None
    found = get_close_matches(name.casefold(), sorted(folded), n=1, cutoff=_NEAR)
    return folded[found[0]] if found else None


def instead(name: str, known: Collection[str], form: str = "{}") -> str:
    """``did you mean …?``, or all that is known where nothing is near.

    Args:
        name: What was written.
        known: What might have been meant.
        form: How the suggestion is written, ``{}`` in place of the name.
    """
    meant = nearest(name, known)
    return f"did you mean {form.format(meant)}?" if meant else f"known: {', '.join(sorted(known)) or 'none'}"
