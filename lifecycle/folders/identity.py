"""Which folder a name leads to, by the numbers that servers give folders: whether a link leads somewhere else.

A server that shows its links (Windows: reparse points) needs none of this. Samba with ``follow symlinks = yes``, its
default, shows a symbolic link to a folder as that folder. Three things give it away: ``..`` of what is behind it is not
the folder that the name is in; it is on another volume; or, for a link to a neighbour, another name in the same folder
leads to the same number. A link to a single file cannot be seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

UNKNOWN_NUMBER = 0
_NO_NUMBERS = frozenset({UNKNOWN_NUMBER, 2**64 - 1})
"""What stands for "none" and for "more than 64 bits" ([MS-FSCC] 2.1.10)."""


class Residence(Enum):
    """Whether a folder is in the folder that its name is in."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FolderIdentity:
    """What a server says about which folder it has opened.

    Args:
        number: FileId of ``.``.
        volume: Volume that the number is of ([MS-SMB2] 2.2.14.2.9); None where the server does not say it.
        parent: FileId of ``..``. At the root of a share it is outside, and is compared with nothing.
    """

    number: int = UNKNOWN_NUMBER
    volume: int | None = None
    parent: int = UNKNOWN_NUMBER

    def residence(self, above: FolderIdentity) -> Residence:
        """Whether this folder is in ``above``, where its name was found.

        Another volume counts as elsewhere: numbers of two volumes may be equal by chance, so ``..`` proves nothing.
        """
        if self.volume is not None and above.volume is not None and self.volume != above.volume:
            return Residence.ELSEWHERE
        if self.parent in _NO_NUMBERS or above.number in _NO_NUMBERS:
            return Residence.UNKNOWN
        return Residence.HERE if self.parent == above.number else Residence.ELSEWHERE


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The folder that a name is in.

    Args:
        identity: Which one it is; without numbers where it could not be listed.
        shared: FileIds that more than one folder in it has.
    """

    identity: FolderIdentity
    shared: frozenset[int] = frozenset()


def shared_numbers(numbers: Iterable[int]) -> frozenset[int]:
    """FileIds that more than one folder of a listing has: one of the two is a link, and which one cannot be seen."""
    return frozenset(number for number, times in Counter(numbers).items() if times > 1) - _NO_NUMBERS
