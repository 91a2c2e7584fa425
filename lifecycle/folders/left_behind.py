"""What a move leaves to do: the old folder, once it is copied and compared, until it is removed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """An old folder whose copy is whole.

    Args:
        source: The old folder, as a UNC path.
        target: Its copy.
        digest: What the old folder was when it was compared; only as long as it is that it may be removed.
    """

    source: str = field(repr=False)
    target: str = field(repr=False)
    digest: str
