"""What a file or folder has besides its content, times and attributes: who may do what, and its named streams."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lifecycle.folders.descriptor import SecurityDescriptor

MAX_STREAM = 65_536
"""Bytes of a named stream that are kept. Those that Windows and macOS add (where a file came from, its label) have a
few hundred; a file with larger ones is refused, not cut."""

_STREAM = re.compile(r":[^\x00-\x1f\\/:]{1,255}:\$DATA")


@dataclass(frozen=True, slots=True)
class Stream:
    """A named stream ([MS-FSCC] 2.1.4).

    Args:
        name: As a server lists it: ``:Zone.Identifier:$DATA``.
        content: Its bytes.

    Raises:
        ValueError: It is no name of a stream; it is not repeated.
    """

    name: str = field(repr=False)
    content: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what would be another file's path."""
        if not _STREAM.fullmatch(self.name):
            raise ValueError("not the name of a stream")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Security descriptor and named streams, the latter in the order of their names."""

    descriptor: SecurityDescriptor
    streams: tuple[Stream, ...] = ()
